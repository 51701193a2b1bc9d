import { Wallet, ZeroHash, type ContractTransactionResponse } from "ethers";

import { join } from "#chain/hub/join.ts";
import { registerAsOperator } from "#chain/hub/operators.ts";
import { optIn } from "#chain/hub/proposals.ts";
import { deployEigenLayer, deployStrategy, type EigenLayerProfile } from "#deploy/eigenLayer.ts";
import { deployHub } from "#deploy/hub.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import type { ReadArtifact } from "#deploy/rollup.ts";
import { address, chainId } from "#protocol/types.ts";
import { RollupRegistry__factory } from "#types/factories/contracts/hub/RollupRegistry__factory.ts";
import { ServiceManager__factory } from "#types/factories/contracts/hub/ServiceManager__factory.ts";
import { Shaper__factory } from "#types/factories/contracts/hub/Shaper__factory.ts";
import { TableBuilder__factory } from "#types/factories/contracts/hub/TableBuilder__factory.ts";
import { FreeERC20__factory } from "#types/factories/contracts/mocks/FreeERC20__factory.ts";

import { account } from "../accounts.ts";
import { DevnetError } from "../errors.ts";
import type { PlacedOperator } from "../operatorProcess.ts";
import type { ServedChain } from "../servers.ts";
import { HubClock } from "./clock.ts";
import {
  DEVNET_BOND,
  DEVNET_CLAIMS_SECONDS,
  DEVNET_COURT_SECONDS,
  DEVNET_DELAYS,
  DEVNET_NOTICES,
  DEVNET_SHAPING_SECONDS,
  DEVNET_WINDOWS,
  MINIMUM_WEIGHT,
  OPERATOR_SET_ID,
  WAD,
} from "./profile.ts";
import { registerRollups, signerOf, type Candidate } from "./register.ts";
import { delegate, deposit, type Asset } from "./staking.ts";

/** What the hub's contracts are deployed with. */
export interface HubContractsOptions {
  readonly chain: ServedChain;
  readonly readArtifact: ReadArtifact;
  /** The release that our EigenLayer behaves as. */
  readonly profile: EigenLayerProfile;
}

/** What a hub is set up with. */
export interface HubOptions extends Pick<HubContractsOptions, "chain" | "profile"> {
  readonly hub: DevnetHub;
  /** Who is in the first table. */
  readonly founders: readonly PlacedOperator[];
  readonly candidates: readonly Candidate[];
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
  const { chain, hub, profile, founders, candidates } = options;
  const clock = new HubClock(chain.provider);
  const [asset] = hub.assets;
  if (asset === undefined) throw new DevnetError("InvalidDeployment", "the hub has no asset");
  const walletOf = ({ privateKey }: { readonly privateKey: string }) => new Wallet(privateKey, chain.provider);

  const [executeSet] = await Promise.all([
    announceSet(chain, hub, asset),
    registerRollups(chain, hub, candidates),
    ...founders.map(async ({ operator }) => registerAsOperator(walletOf(operator.account), hub)),
    ...founders.map(async ({ operator: { staker, stake } }) => deposit(walletOf(staker), hub.eigenLayer, asset, stake)),
  ]);
  await clock.passDelays();
  await executeSet();
  await clock.passAllocationConfiguration(profile);
  await Promise.all(
    founders.map(async ({ operator, url }) => {
      await delegate(walletOf(operator.staker), hub.eigenLayer, operator.account.address);
      const signer = walletOf(operator.account);
      await join(signer, hub, { operatorSetId: OPERATOR_SET_ID, key: operator.key, endpoint: url });
      for (const judged of candidates) await optIn(signer, hub, judged);
    }),
  );
  await beginTime(chain, hub, clock, candidates);
}

/**
 * Deploys EigenLayer, an asset, and our contracts.
 *
 * @param options - Where and what.
 * @returns Where everything is.
 */
export async function deployHubContracts(options: HubContractsOptions): Promise<DevnetHub> {
  const { chain, readArtifact, profile } = options;
  const deployer = signerOf(chain, "deployer");
  const { name, chainId: id, url, provider } = chain;
  const fromBlock = (await provider.getBlockNumber()) + 1;
  const eigenLayer = await deployEigenLayer(deployer, readArtifact, profile, DEVNET_DELAYS);
  const erc20 = await new FreeERC20__factory(deployer).deploy();
  await erc20.waitForDeployment();
  const token = address(await erc20.getAddress());
  const strategy = await deployStrategy(deployer, readArtifact, eigenLayer.strategyFactory, token);
  const contracts = await deployHub(deployer, readArtifact, {
    hubChainId: chainId(id),
    eigenLayer,
    owner: account("deployer").address,
    registrar: account("registrar").address,
    guardian: account("guardian").address,
    court: account("court").address,
    courtSeconds: DEVNET_COURT_SECONDS,
    shapers: [account("shaper").address],
    bond: DEVNET_BOND,
    notices: DEVNET_NOTICES,
    shapingSeconds: DEVNET_SHAPING_SECONDS,
    claimsSeconds: DEVNET_CLAIMS_SECONDS,
    windows: DEVNET_WINDOWS,
    metadataURI: "https://example.org/parley.json",
  });
  const assets = [{ strategy, token }];
  return { name, chainId: id, url, fromBlock, contracts, eigenLayer, assets, operatorSetIds: [OPERATOR_SET_ID] };
}

async function announceSet(chain: ServedChain, { contracts }: DevnetHub, { strategy }: Asset) {
  const parameters = {
    strategies: [{ strategy, multiplier: WAD }],
    minimumWeight: MINIMUM_WEIGHT,
    hasAllowList: false,
  };
  const createSet = ServiceManager__factory.createInterface().encodeFunctionData("createSet", [parameters, WAD]);
  const call = [contracts.serviceManager, 0n, createSet, ZeroHash, ZeroHash] as const;
  const shaper = Shaper__factory.connect(contracts.shaper, signerOf(chain, "shaper"));
  await (await shaper.schedule(...call, DEVNET_SHAPING_SECONDS)).wait();
  return async () => {
    await (await shaper.execute(...call)).wait();
  };
}

/** The first table and the rollups' entries, in the hub's first block of the present time. */
async function beginTime(
  chain: ServedChain,
  { contracts }: DevnetHub,
  clock: HubClock,
  candidates: readonly Candidate[],
): Promise<void> {
  const deployer = signerOf(chain, "deployer");
  const builder = TableBuilder__factory.connect(contracts.tableBuilder, deployer);
  const registry = RollupRegistry__factory.connect(contracts.registry, deployer);
  const sent: ContractTransactionResponse[] = [];
  await clock.join(async () => {
    let nonce = await deployer.getNonce();
    sent.push(await builder.begin(OPERATOR_SET_ID, { gasLimit: GAS.begin, nonce: nonce++ }));
    sent.push(await builder.proceed(OPERATOR_SET_ID, 256, { gasLimit: GAS.proceed, nonce: nonce++ }));
    for (const { chainId: id } of candidates) {
      sent.push(await registry.applyAccepted(id, { gasLimit: GAS.apply, nonce: nonce++ }));
    }
  });
  await Promise.all(sent.map(async (transaction) => transaction.wait()));
}
