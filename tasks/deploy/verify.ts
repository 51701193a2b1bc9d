import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { NetworkConfig } from "#deploy/config/schema.ts";
import type { Explorer, VerifiableContract, Verification } from "#deploy/verify.ts";

import { EXIT, print, runCommand } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import type { NetworkArguments } from "../shared/networks.ts";

interface Arguments extends NetworkArguments {
  readonly deployments: string;
  readonly explorer: string;
  readonly only: string;
}

/** `hardhat deploy verify`: exit code 2 where an explorer does not take a source. */
export default async function verify(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ networkNamed, readConfig }, { readAddressBook }, { verifiable }, { toJson }] = await Promise.all([
      import("#deploy/config/read.ts"),
      import("#deploy/addressBook.ts"),
      import("#deploy/verify.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const explorer = await explorerTyped(args.explorer);
    const config = networkNamed(await readConfig(args.networks), args.name);
    const book = await readAddressBook(join(args.deployments, `${args.name}.json`));
    const only = args.only === "" ? [] : args.only.split(",");
    const contracts = verifiable(book, only);
    if (contracts.length === 0) throw new CommandError("NotFound", "the book has no record of what was deployed");
    const built = await buildOf(hre, config.isLocal);
    const done: Verification[] = [];
    for (const one of contracts) {
      const outcome = await verifyOne(built, config, explorer, one);
      console.error(lineOf(outcome));
      done.push(outcome);
    }
    const missing = done.filter(({ reason }) => reason !== undefined);
    print(args.json, toJson({ network: args.name, explorer, ok: missing.length === 0, contracts: done }), [
      `${args.name}: ${done.length - missing.length} of ${done.length} contracts are verified on ${explorer}`,
      ...missing.map(lineOf),
    ]);
    return missing.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}

async function explorerTyped(typed: string): Promise<Explorer> {
  const { EXPLORERS } = await import("#deploy/verify.ts");
  const found = EXPLORERS.find((one) => one === typed);
  if (found !== undefined) return found;
  throw new CommandError("InvalidOption", `--explorer: "${typed}" is none of ${EXPLORERS.join(", ")}`);
}

/** The build that was deployed, and Hardhat as it is for that build. */
interface Built {
  readonly hre: HardhatRuntimeEnvironment;
  readonly profile: string;
}

// Sources are verified with the settings that they were deployed with: those of the production build have a configuration of their own.
async function buildOf(hre: HardhatRuntimeEnvironment, isLocal: boolean): Promise<Built> {
  const { globalOptions, config, userConfig } = hre;
  if (isLocal) return { hre, profile: globalOptions.buildProfile === "production" ? "production" : "default" };
  const [{ productionArtifacts, PRODUCTION_PATHS }, { createHardhatRuntimeEnvironment }] = await Promise.all([
    import("#deploy/artifacts.ts"),
    import("hardhat/hre"),
  ]);
  const { root } = config.paths;
  await productionArtifacts(root);
  const production = { ...userConfig, paths: { ...userConfig.paths, ...PRODUCTION_PATHS } };
  const built = await createHardhatRuntimeEnvironment(production, { buildProfile: "production" }, root);
  return { hre: built, profile: "production" };
}

async function verifyOne(
  { hre, profile }: Built,
  config: NetworkConfig,
  provider: Explorer,
  { chain, id, record }: VerifiableContract,
): Promise<Verification> {
  const [{ verifyContract }, { constructorValues }] = await Promise.all([
    import("@nomicfoundation/hardhat-verify/verify"),
    import("#deploy/verify.ts"),
  ]);
  const { contract, address, transactionHash } = record;
  const told = { chain, id, contract, address };
  const { log } = console;
  // What the plugin says goes where progress goes.
  console.log = console.error;
  try {
    const { abi, sourceName, contractName } = await hre.artifacts.readArtifact(contract);
    const constructorArgs = constructorValues(abi, record);
    const wanted = { address, constructorArgs, contract: `${sourceName}:${contractName}`, provider };
    await verifyContract({ ...wanted, creationTxHash: transactionHash }, onChain(hre, config, chain, profile));
    return told;
  } catch (error) {
    return { ...told, reason: error instanceof Error ? firstLine(error.message) : String(error) };
  } finally {
    console.log = log;
  }
}

/** Hardhat with one of the network's chains as its only one: the plugin takes whichever it opens. */
function onChain(hre: HardhatRuntimeEnvironment, config: NetworkConfig, chain: string, buildProfile: string) {
  const found = chain === "hub" ? config.hub : config.rollups[chain];
  if (found === undefined) throw new CommandError("NotFound", `parley.config.ts has no rollup "${chain}"`);
  const { network, chainId, url } = found;
  const override = { accounts: "remote" as const, ...(url === undefined ? {} : { url, chainId }) };
  const opened = { create: () => hre.network.create({ network, override }) };
  const globalOptions = { ...hre.globalOptions, buildProfile };
  return new Proxy(hre, {
    get: (target, key): unknown => {
      if (key === "network") return opened;
      return key === "globalOptions" ? globalOptions : Reflect.get(target, key);
    },
  });
}

function lineOf({ chain, id, contract, address, reason }: Verification): string {
  return `${chain}, ${id}: ${contract} at ${address} is ${reason === undefined ? "verified" : `not verified: ${reason}`}`;
}

function firstLine(message: string): string {
  return message.split("\n").find((line) => line.trim() !== "") ?? message;
}
