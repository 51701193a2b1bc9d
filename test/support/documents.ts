import { readFileSync } from "node:fs";

/** A fenced block of a document. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The line that its text begins on. */
  readonly line: number;
  /** The file that it shows as a whole, if the line before it is nothing but its name in bold. */
  readonly file?: string;
}

const FILE = /^\*\*`([^`]+)`\*\*$/;

/**
 * @param path - A document, from the root.
 * @returns Its fenced blocks, in order.
 */
export function codeBlocks(path: string): CodeBlock[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const language = /^```(\w*)$/.exec(lines[at] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`${path}:${String(at + 1)}: the block does not end`);
    const file = FILE.exec(lines[at - 2] ?? "")?.[1];
    const text = lines
      .slice(at + 1, end)
      .map((line) => `${line}\n`)
      .join("");
    blocks.push({ language, text, line: at + 2, ...(file === undefined ? {} : { file }) });
    at = end;
  }
  return blocks;
}
