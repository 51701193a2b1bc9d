// A vector is read by Solidity and by TypeScript alike; one that only one side reads proves nothing.
import { projectFiles, readText } from "./support/files.ts";
import { report } from "./support/report.ts";

const FOLDER = "test/vectors/";
const vectors = projectFiles(`${FOLDER}*.json`);
const readers = {
  Solidity: projectFiles("test/*.sol").map(readText).join("\n"),
  TypeScript: projectFiles("test/*.ts").map(readText).join("\n"),
};

const problems: string[] = [];
for (const path of vectors) {
  const name = path.slice(FOLDER.length);
  try {
    JSON.parse(readText(path));
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const [language, text] of Object.entries(readers)) {
    // Either the file's name stands in a test, or a reader adds the ending itself.
    const stem = name.replace(/\.json$/, "");
    if (!text.includes(name) && !text.includes(`"${stem}"`)) problems.push(`${path}: no ${language} test reads it`);
  }
}
report("vectors", `${vectors.length} files`, problems);
