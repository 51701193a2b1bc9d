import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Address, ChainId } from "#protocol/types.ts";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { addressTyped, chainNamed, runOnHub, withChain, type HubArguments, type OpenHub } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly subject: string;
  readonly on: string;
  readonly receiver: string;
}

interface Subject {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly bridge: Address;
}

const NOBODY = /^0x0{40}$/;
/** A chain id has 64 bits; a proposal's id is a hash. */
const CHAIN_ID_DIGITS = 20;

/** `hardhat rollup verify`: exit code 2, and every difference, when the contracts are not a release's as announced. */
export default async function verifyRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ inspectRollup }, { readReleases }, { chainId }, { toJson }] = await Promise.all([
      import("#chain/release.ts"),
      import("../shared/releases.ts"),
      import("#protocol/types.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const subject = await subjectOf(hub, args.subject);
    const rollup = hub.book.rollups.find((book) => BigInt(book.chainId) === subject.chainId);
    const chosen = args.on === "" ? undefined : args.on;
    if (rollup === undefined && chosen === undefined) {
      throw new CommandError("InvalidOption", `--on: the book does not say where chain ${subject.chainId} is reached`);
    }
    const { root } = hre.config.paths;
    const releases = await readReleases({
      production: join(root, "cache", "production", "artifacts"),
      default: hre.config.paths.artifacts,
    });
    const { serviceManager } = hub.site.contracts;
    const receiver = args.receiver === "" ? {} : { receiver: await addressTyped("--receiver", args.receiver) };
    const announced = {
      ...{ ...subject, serviceManager, hubChainId: chainId(hub.site.chainId), ...receiver },
      directorySetId: hub.site.operatorSetIds[0] ?? 1,
      hasBridge: !NOBODY.test(subject.bridge),
    };
    const where = rollup ?? { name: args.on, chainId: Number(subject.chainId) };
    const found = await withChain(hre, where, chosen, ({ ethers }) =>
      inspectRollup(ethers.provider, announced, releases),
    );
    const isSame = found.differences.length === 0;
    const profiles = releases.map(({ profile }) => profile).join(" and ");
    print(args.json, toJson({ ...subject, ok: isSame, compared: releases.map(({ profile }) => profile), ...found }), [
      isSame
        ? `chain ${subject.chainId}: gateway ${subject.gateway} is this release's (${found.profile ?? ""}), as announced`
        : `chain ${subject.chainId}: gateway ${subject.gateway} is not what was announced; compared with ${profiles}`,
      ...found.differences.map((difference) => `  ${difference}`),
    ]);
    return isSame ? EXIT.ok : EXIT.notYet;
  });
}

async function subjectOf(hub: OpenHub, typed: string): Promise<Subject> {
  const [{ entryOf, knownEntry }, { activation, openProposals, proposalOf }] = await Promise.all([
    import("#chain/hub/entries.ts"),
    import("#chain/hub/proposals.ts"),
  ]);
  const { provider, site } = hub;
  if (/^[0-9]+$/.test(typed) && typed.length > CHAIN_ID_DIGITS) {
    const open = await proposalOf(provider, site, BigInt(typed));
    if (open === undefined) throw new CommandError("NotFound", `no proposal ${typed} is open`);
    return open.proposal;
  }
  const { chainId } = await chainNamed(hub.book, typed);
  const { accepted } = await activation(provider, site, chainId);
  const known = accepted?.proposal ?? (await entryOf(provider, site, chainId));
  if (known !== undefined) return known;
  const [open] = await openProposals(provider, site, chainId, site.fromBlock);
  if (open === undefined) return knownEntry(provider, site, chainId);
  throw new CommandError(
    "NotFound",
    `chain ${chainId} has no entry yet; name the proposal, such as ${open.proposalId}`,
  );
}
