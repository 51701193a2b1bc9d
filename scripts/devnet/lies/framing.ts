import { JsonRpcSigner, Wallet, type JsonRpcProvider } from "ethers";

import { accuse } from "#chain/hub/faults.ts";
import { knownTable } from "#chain/hub/tables.ts";
import { refutedIn } from "#protocol/evidence/build.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import type { Page } from "#protocol/statements.ts";
import { bytes32, chainId } from "#protocol/types.ts";
import { OpStackRollupEnd__factory } from "#types/factories/contracts/bridges/OpStackRollupEnd__factory.ts";
import { ICrossDomainMessenger__factory } from "#types/factories/contracts/interfaces/opstack/ICrossDomainMessenger__factory.ts";
import { IHubEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IHubEnd__factory.ts";

import { account } from "../accounts.ts";
import type { Certified } from "../chronicle.ts";
import type { Devnet, DevnetRollup } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import { OPERATOR_SET_ID } from "../hub/profile.ts";

/** A page that operators truthfully certified, and its certificate. */
export interface Framed {
  readonly page: Page;
  readonly certified: Certified;
}

/**
 * @param devnet - The devnet.
 * @param source - One of its rollups.
 * @returns Pages of the rollup that are certified, each with the first certificate that has it.
 */
export function truePagesOf({ chronicle }: Devnet, { deployed }: DevnetRollup): Framed[] {
  const found = new Map<string, Framed>();
  for (const certified of chronicle.certificates) {
    for (const { kind, content } of certified.statements) {
      if (kind !== "Page" || content.sourceChainId !== BigInt(deployed.chainId)) continue;
      if (content.finality === FINALITY_FINAL && !found.has(content.root))
        found.set(content.root, { page: content, certified });
    }
  }
  return [...found.values()];
}

/**
 * Has a rollup say of a true page that it was another. No contract of ours can: the rollup's own operator executes what its own
 * end never called, as whoever produces a chain's blocks can, if proofs of its state let him.
 *
 * @param source - The rollup that lies about itself.
 * @param page - The page.
 * @returns What goes to the hub over the rollup's own bridge.
 */
export async function sayOtherwise({ chain, deployed }: DevnetRollup, page: Page): Promise<Refutation> {
  const { provider } = chain;
  const { bridge } = deployed;
  const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex, count } = page;
  const lane = { sourceChainId, sourceGateway, destinationChainId, destinationGateway };
  const never = bytes32(`0x${"66".repeat(32)}`);
  const refutation = { ...lane, pageIndex, count, isNotYet: false, root: never, chainHead: never, timestamp: 0n };
  const messenger = await OpStackRollupEnd__factory.connect(bridge.rollupEnd, provider).messenger();
  const call = IHubEnd__factory.createInterface().encodeFunctionData("receiveRefutation", [refutation]);
  await asContract(provider, bridge.rollupEnd, async (signer) => {
    const sent = await ICrossDomainMessenger__factory.connect(messenger, signer).sendMessage(
      bridge.hubEnd,
      call,
      200_000,
    );
    await sent.wait();
  });
  return refutation;
}

/**
 * Accuses those who certified a true page, on the word of its source.
 *
 * @param devnet - The devnet.
 * @param framed - The page and who signed it.
 * @param refutation - What its source says, arrived on the hub.
 * @returns The case's id.
 */
export async function accuseTruthful(
  { hub }: Devnet,
  { page, certified }: Framed,
  refutation: Refutation,
): Promise<bigint> {
  const { deployed, chain } = hub;
  const epoch = certified.certificate.batch.tableEpoch;
  const { table } = await knownTable(chain.provider, deployed, OPERATOR_SET_ID, epoch);
  const parts = {
    domain: { hubChainId: chainId(deployed.chainId), serviceManager: deployed.contracts.serviceManager },
    tables: [{ operatorSetId: OPERATOR_SET_ID, epoch, rows: table.packed }],
  };
  const evidence = refutedIn(parts, certified, page, refutation);
  if (evidence === undefined) throw new DevnetError("Unmet", "the rollup said nothing against the page");
  const framer = new Wallet(account("liar").privateKey, chain.provider);
  return accuse(framer, deployed, evidence, { rowA: 0, rowB: 0 });
}

async function asContract(
  provider: JsonRpcProvider,
  at: string,
  work: (signer: JsonRpcSigner) => Promise<void>,
): Promise<void> {
  await provider.send("hardhat_setBalance", [at, `0x${(10n ** 18n).toString(16)}`]);
  await provider.send("hardhat_impersonateAccount", [at]);
  try {
    await work(new JsonRpcSigner(provider, at));
  } finally {
    await provider.send("hardhat_stopImpersonatingAccount", [at]);
  }
}
