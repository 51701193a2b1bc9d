import { projectFiles } from "./files.ts";

/** What compiles a build without optimizer, and where: for tests of which only the verdict counts, not the gas. */
export const PLAIN = ["--config", "scripts/checks/plain.config.ts", "--build-profile", "plain", "--no-typechain"];

/** Unit and fuzz tests in Solidity; campaigns, which are long, are in test/invariant. */
export function solidityTests(): string[] {
  return projectFiles("test/*.t.sol").filter((path) => !path.startsWith("test/invariant/"));
}

/** The TypeScript tests that are about contracts; what measures gas depends on the optimizer. */
export function contractStories(): string[] {
  return projectFiles("test/*.test.ts").filter(
    (path) => /^test\/(rollup|libraries|hub|bridges)\//.test(path) && !path.endsWith(".gas.test.ts"),
  );
}

/** The TypeScript tests in which deployed contracts do their work, what they cost included. */
export function deployedStories(): string[] {
  return projectFiles("test/*.test.ts").filter(
    (path) =>
      /^test\/(rollup|libraries|hub|bridges|gas|e2e\/openzeppelin)\//.test(path) ||
      path === "test/e2e/firstMessage.test.ts" ||
      path === "test/fork/hub.test.ts",
  );
}

/** Of those, what CI has time for: rollups' contracts, stories through everything, and gas. */
export function briefStories(): string[] {
  return deployedStories().filter(
    (path) => !/^test\/(libraries|hub|bridges)\//.test(path) || path.endsWith(".gas.test.ts"),
  );
}
