import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/**
 * Names an error of any contract that this project compiles: applications' recipients are among them.
 *
 * @param hre - Hardhat.
 * @param data - What a contract reverted with, if it is known.
 * @param known - What it is called unless an artifact says better.
 * @returns The error, decoded.
 */
export async function errorIn(
  hre: HardhatRuntimeEnvironment,
  data: string | undefined,
  known: string | undefined,
): Promise<{ readonly error?: string }> {
  const { Interface } = await import("ethers");
  const fallback = known === undefined ? {} : { error: known === "" && data !== undefined ? data : known };
  if (data === undefined || data.length < 10) return fallback;
  for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
    const { abi } = await hre.artifacts.readArtifact(name);
    try {
      const found = new Interface(abi).parseError(data);
      if (found !== null) return { error: `${found.name}(${found.args.map(String).join(", ")})` };
    } catch {
      // It has the error, and the data, cut at 256 bytes, do not.
    }
  }
  return fallback;
}
