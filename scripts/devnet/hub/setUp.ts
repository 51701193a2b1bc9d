import { Wallet, type TransactionResponse } from "ethers";

import { join } from "#chain/hub/join.ts";
import { registerAsOperator } from "#chain/hub/operators.ts";
import { optIn, type Judged } from "#chain/hub/proposals.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import { deployEigenLayer, deployStrategy, type EigenLayerProfile } from "#deploy/eigenLayer.ts";
import type { ReadArtifact } from "#deploy/rollup.ts";
import type { Step } from "#deploy/steps/step.ts";
import { address } from "#protocol/types.ts";
import { TableBuilder__factory } from "#types/factories/contracts/hub/TableBuilder__factory.ts";
import { FreeERC20__factory } from "#types/factories/contracts/mocks/FreeERC20__factory.ts";

import { carryOut } from "../carryOut.ts";
import type { PlacedOperator } from "../operatorProcess.ts";
import type { ServedChain } from "../servers.ts";
import { HubClock } from "./clock.ts";
import { DEVNET_DELAYS, OPERATOR_SET_ID } from "./profile.ts";
import { signerOf } from "./register.ts";
import { delegate, deposit, type Asset } from "./staking.ts";

/** What a hub is set up with. */
export interface HubOptions {
  readonly chain: ServedChain;
  readonly hub: DevnetHub;
  readonly asset: Asset;
  /** The release that our EigenLayer behaves as. */
  readonly profile: EigenLayerProfile;
  /** Who is in the first table. */
  readonly founders: readonly PlacedOperator[];
  /** Which gateways they opt in to, and their bridges. */
  readonly judged: readonly Judged[];
  /** Has the shaper announce the set, and the registry accept the rollups. */
  readonly announce: () => Promise<void>;
  /** What the shaper announced. */
  readonly execute: readonly Step[];
  /** What the registrar accepted. */
  readonly apply: readonly Step[];
}

/** The devnet's hub: always an endpoint, one asset, one set. */
export type DevnetHub = HubBook & { readonly url: string };

/** Given, not estimated: in one block, each of these rests on the one before. */
const GAS = { begin: 2_000_000n, proceed: 4_000_000n, apply: 1_000_000n } as const;

/**
 * Sets the hub up, once its contracts are there: a set with its founders, their first table, and the rollups' entries. When it is
 * done, the chain's clock is everybody's, and blocks come by the second.
 *
 * @param options - Who and what.
 */
export async function setUpHub(options: HubOptions): Promise<void> {
  const { chain, hub, asset, profile, founders, judged, announce, execute } = options;
  const clock = new HubClock(chain.provider);
  const walletOf = ({ privateKey }: { readonly privateKey: string }) => new Wallet(privateKey, chain.provider);

  await Promise.all([
    announce(),
    ...founders.map(async ({ operator }) => registerAsOperator(walletOf(operator.account), hub)),
    ...founders.map(async ({ operator: { staker, stake } }) => deposit(walletOf(staker), hub.eigenLayer, asset, stake)),
  ]);
  await clock.passDelays();
  await carryOut(chain, execute);
  await clock.passAllocationConfiguration(profile);
  await Promise.all(
    founders.map(async ({ operator, url }) => {
      await delegate(walletOf(operator.staker), hub.eigenLayer, operator.account.address);
      const signer = walletOf(operator.account);
      await join(signer, hub, { operatorSetId: OPERATOR_SET_ID, key: operator.key, endpoint: url });
      for (const one of judged) await optIn(signer, hub, one);
    }),
  );
  await beginTime(options, clock);
}

/**
 * Deploys what is there on public networks: EigenLayer, and an asset.
 *
 * @param chain - The hub's chain.
 * @param readArtifact - Where compiled contracts come from.
 * @param profile - The release it behaves as.
 * @returns Where everything is, as the configuration has it.
 */
export async function layHubGrounds(chain: ServedChain, readArtifact: ReadArtifact, profile: EigenLayerProfile) {
  const deployer = signerOf(chain, "deployer");
  const eigenLayer = await deployEigenLayer(deployer, readArtifact, profile, DEVNET_DELAYS);
  const erc20 = await new FreeERC20__factory(deployer).deploy();
  await erc20.waitForDeployment();
  const token = address(await erc20.getAddress());
  const strategy = await deployStrategy(deployer, readArtifact, eigenLayer.strategyFactory, token);
  return { eigenLayer, asset: { strategy, token } };
}

/** The first table and the rollups' entries, in the hub's first block of the present time. */
async function beginTime({ chain, hub, apply }: HubOptions, clock: HubClock): Promise<void> {
  const deployer = signerOf(chain, "deployer");
  const builder = TableBuilder__factory.connect(hub.contracts.tableBuilder, deployer);
  const sent: TransactionResponse[] = [];
  await clock.join(async () => {
    let nonce = await deployer.getNonce();
    sent.push(await builder.begin(OPERATOR_SET_ID, { gasLimit: GAS.begin, nonce: nonce++ }));
    sent.push(await builder.proceed(OPERATOR_SET_ID, 256, { gasLimit: GAS.proceed, nonce: nonce++ }));
    for (const { to = null, data = "0x" } of apply) {
      sent.push(await deployer.sendTransaction({ to, data, gasLimit: GAS.apply, nonce: nonce++ }));
    }
  });
  await Promise.all(sent.map(async (transaction) => transaction.wait()));
}
