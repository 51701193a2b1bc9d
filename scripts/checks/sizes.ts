// Code sizes of what is deployed, from the production build: below EIP-170's limit, and equal to the baseline.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { compareWithBaseline } from "./support/baseline.ts";
import { isDeployed, PRODUCTION_ARTIFACTS } from "./support/build-output.ts";
import { inRoot } from "./support/files.ts";
import { report } from "./support/report.ts";

const LIMIT_BYTES = 24_576;
const artifact = z.object({ contractName: z.string(), deployedBytecode: z.string() });

const sizes: Record<string, number> = {};
const folder = inRoot(PRODUCTION_ARTIFACTS, "contracts");
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  const source = join("contracts", name, "..");
  // A build without tests leaves artifacts of sources that are gone.
  if (!name.endsWith(".json") || !isDeployed(source) || !existsSync(inRoot(source))) continue;
  const { contractName, deployedBytecode } = artifact.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
  const bytes = (deployedBytecode.length - 2) / 2;
  if (bytes > 0) sizes[`${source}:${contractName}`] = bytes;
}

const tooLarge = Object.entries(sizes)
  .filter(([, bytes]) => bytes > LIMIT_BYTES)
  .map(([contract, bytes]) => `${contract}: ${bytes} bytes, the limit is ${LIMIT_BYTES}`);
report("sizes", `${Object.keys(sizes).length} contracts`, [...tooLarge, ...compareWithBaseline("sizes", sizes)]);
