import { projectFiles } from "./files.ts";

/** What compiles a build without optimizer, and where: for tests of which only the verdict counts, not the gas. */
export const PLAIN = ["--config", "scripts/checks/plain.config.ts", "--build-profile", "plain", "--no-typechain"];

/** All tests in Solidity. */
export function everySolidityTest(): string[] {
  return projectFiles("test/*.t.sol");
}

/** Unit and fuzz tests in Solidity; campaigns, which are long, are in test/invariant. */
export function solidityTests(): string[] {
  return everySolidityTest().filter((path) => !path.startsWith("test/invariant/"));
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
