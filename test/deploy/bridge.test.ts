import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { artifacts } from "hardhat";

import { statedDelays } from "#chain/bridge/delays.ts";
import {
  deployHubEnd,
  deployRollupEnd,
  MAINNET_BRIDGE_DELAYS,
  planBridge,
  ROLLUP_GAS,
  type BridgeParameters,
  type BridgePlan,
  type BridgeStack,
} from "#deploy/bridge.ts";
import { BridgeFitError, type BridgeFitErrorCode } from "#deploy/bridgeFit.ts";
import { DEFAULT_POLICY, DEFAULT_WINDOWS, deployRollup, gatewayAddress, type RollupAddresses } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, type Address } from "#protocol/types.ts";
import { startChain, type Chain } from "#support/rollup.ts";
import { stagedOn } from "#support/stage.ts";

const readArtifact = (name: string) => artifacts.readArtifact(name);
const deployerOf = ({ signers }: Chain) => elementAt(signers, 0);
const deployerNow = async (chain: Chain) => ({
  address: address(deployerOf(chain).address),
  nonce: await deployerOf(chain).getNonce(),
});

describe("A canonical bridge", function () {
  const stage = stagedOn(
    async () => {
      const [hub, rollup] = await Promise.all([startChain(31_337), startChain(31_338)]);
      const paper = address(await (await hub.ethers.deployContract("PaperHub")).getAddress());
      const double = async (chain: Chain, name: string, ...args: unknown[]) =>
        address(await (await chain.ethers.deployContract(name, args)).getAddress());
      const [hubMessenger, rollupMessenger] = await Promise.all(
        [hub, rollup].map((chain) => double(chain, "DelayedMessenger", deployerOf(chain).address, 0)),
      );
      const stackBridge = await double(hub, "OrbitBridgeDouble");
      const inbox = await double(hub, "OrbitInboxDouble", stackBridge);
      if (hubMessenger === undefined || rollupMessenger === undefined) throw new Error("no messengers");
      const common = {
        hub: { tableBuilder: paper, slasher: paper, registry: paper },
        rollupChainId: rollup.chainId,
        rollupGas: ROLLUP_GAS,
      };
      const parameters: Record<BridgeStack, BridgeParameters> = {
        "op-stack": {
          ...{ ...common, ...MAINNET_BRIDGE_DELAYS["op-stack"] },
          carriage: { stack: "op-stack", hubMessenger, rollupMessenger },
        },
        orbit: { ...common, ...MAINNET_BRIDGE_DELAYS.orbit, carriage: { stack: "orbit", inbox } },
      };
      return { hub, rollup, paper, parameters, hubMessenger, rollupMessenger, inbox, stackBridge };
    },
    ({ hub, rollup }) => [hub, rollup],
  );

  const plan = async (): Promise<BridgePlan> =>
    planBridge(await deployerNow(stage().hub), await deployerNow(stage().rollup));
  const hubEnd = (to: BridgePlan, parameters: BridgeParameters) =>
    deployHubEnd(deployerOf(stage().hub), readArtifact, to, parameters);
  const rollupEnd = (to: BridgePlan, parameters: BridgeParameters) =>
    deployRollupEnd(deployerOf(stage().rollup), readArtifact, to, parameters);
  const books = (canonicalReceiver: Address): Promise<RollupAddresses> =>
    deployRollup(deployerOf(stage().rollup), readArtifact, {
      hubChainId: stage().hub.chainId,
      serviceManager: stage().paper,
      owner: stage().paper,
      directorySetId: 1,
      firstEntries: [],
      firstTables: [],
      ...DEFAULT_WINDOWS,
      defaultPolicy: DEFAULT_POLICY,
      canonicalReceiver,
    });
  const spend = async (chain: Chain) => deployerOf(chain).sendTransaction({ to: ZeroAddress });

  async function expectRefused(deploying: () => Promise<unknown>, code: BridgeFitErrorCode, text: string) {
    const nonces = async () => [await deployerNow(stage().hub), await deployerNow(stage().rollup)];
    const before = await nonces();
    const error: unknown = await deploying().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(BridgeFitError);
    expect(error).to.include({ code, message: text });
    expect(await nonces(), "transactions").to.deep.equal(before);
  }

  for (const stack of ["op-stack", "orbit"] as const) {
    it(`of the ${stack} has ends that name each other, the gateway, the hub's contracts and the stack's`, async function () {
      const { hub, rollup, paper, parameters, hubMessenger, rollupMessenger, inbox, stackBridge } = stage();
      const planned = await plan();
      await hubEnd(planned, parameters[stack]);
      await rollupEnd(planned, parameters[stack]);
      const { gateway } = await books(planned.rollupEnd);
      expect(gateway).to.equal(planned.gateway);

      const above = await hub.ethers.getContractAt("HubEnd", planned.hubEnd);
      expect([await above.rollupEnd(), await above.gateway()]).to.deep.equal([planned.rollupEnd, gateway]);
      expect([await above.rollupChainId(), await above.rollupGas()]).to.deep.equal([31_338n, 2_000_000n]);
      const { uncontestedDelaySeconds, contestedDelaySeconds } = MAINNET_BRIDGE_DELAYS[stack];
      expect(await above.uncontestedDelaySeconds()).to.equal(uncontestedDelaySeconds);
      expect(await above.contestedDelaySeconds()).to.equal(contestedDelaySeconds);
      const stated = (evidenceSeconds: number) => statedDelays(hub.ethers.provider, evidenceSeconds, planned.hubEnd);
      expect(await stated(contestedDelaySeconds)).to.deep.equal({
        uncontestedSeconds: uncontestedDelaySeconds,
        contestedSeconds: contestedDelaySeconds,
        evidenceSeconds: contestedDelaySeconds,
        isLate: false,
      });
      expect(await stated(contestedDelaySeconds - 1)).to.include({ isLate: true });
      expect(await statedDelays(hub.ethers.provider, 1, address(ZeroAddress))).to.equal(undefined);
      const below = await rollup.ethers.getContractAt("RollupEnd", planned.rollupEnd);
      expect([await below.hubEnd(), await below.gateway()]).to.deep.equal([planned.hubEnd, gateway]);
      const heard = await rollup.ethers.getContractAt("Gateway", gateway);
      expect(await heard.canonicalReceiver()).to.equal(planned.rollupEnd);

      // What is sent is what these very contracts say, by the stack's own way.
      const table = { operatorSetId: 1, epoch: 7, tableHash: `0x${"11".repeat(32)}`, validFrom: 1, validUntil: 2 };
      await (await hub.ethers.getContractAt("PaperHub", paper)).write(table);
      // Estimates take the base fee for nothing, and with it the ticket.
      const fee = { value: stack === "orbit" ? 10n ** 18n : 0n, gasLimit: 2_000_000 };
      const sending = above.sendEpoch(1, 7, fee);
      if (stack === "op-stack") {
        const messenger = await hub.ethers.getContractAt("DelayedMessenger", hubMessenger);
        await expect(sending).to.emit(messenger, "SentMessage");
        const bound = await rollup.ethers.getContractAt("OpStackRollupEnd", planned.rollupEnd);
        expect(await bound.messenger()).to.equal(rollupMessenger);
      } else {
        await expect(sending).to.emit(above, "EpochSent");
        const tickets = await hub.ethers.getContractAt("OrbitInboxDouble", inbox);
        expect((await tickets.last()).to).to.equal(planned.rollupEnd);
        const bound = await hub.ethers.getContractAt("OrbitHubEnd", planned.hubEnd);
        expect(await bound.bridge()).to.equal(stackBridge);
      }
    });
  }

  it("is refused where somebody used a nonce of the plan, on either chain, before anything is sent", async function () {
    const { hub, rollup, parameters } = stage();
    const planned = await plan();
    await spend(hub);
    const aside = planBridge(await deployerNow(hub), await deployerNow(rollup)).hubEnd;
    await expectRefused(
      () => hubEnd(planned, parameters.orbit),
      "NotAsPlanned",
      `OrbitHubEnd would be at ${aside}, not at ${planned.hubEnd}`,
    );
    await spend(rollup);
    const below = (await plan()).rollupEnd;
    await expectRefused(
      () => rollupEnd(planned, parameters["op-stack"]),
      "NotAsPlanned",
      `OpStackRollupEnd would be at ${below}, not at ${planned.rollupEnd}`,
    );
    const again = await plan();
    await rollupEnd(again, parameters.orbit);
    await spend(rollup);
    const { address: from, nonce } = await deployerNow(rollup);
    await expectRefused(
      () => books(again.rollupEnd),
      "OtherGateway",
      `${again.rollupEnd} names gateway ${again.gateway}, which would be at ${gatewayAddress(from, nonce)}`,
    );
  });

  it("is refused in another order, on another chain and without the stack, before anything is sent", async function () {
    const { hub, rollup, parameters } = stage();
    const planned = await plan();
    await expectRefused(() => books(planned.rollupEnd), "NothingThere", `there is no code at ${planned.rollupEnd}`);
    const elsewhere = { ...parameters.orbit, rollupChainId: hub.chainId };
    await expectRefused(
      () => rollupEnd(planned, elsewhere),
      "WrongChain",
      `the signer is on chain ${rollup.chainId}, not on ${hub.chainId}`,
    );
    const nobody = address(`0x${"ab".repeat(20)}`);
    const carriage = { stack: "op-stack", hubMessenger: nobody, rollupMessenger: nobody } as const;
    for (const deploying of [hubEnd, rollupEnd]) {
      await expectRefused(
        () => deploying(planned, { ...parameters["op-stack"], carriage }),
        "NothingThere",
        `there is no code at ${nobody}`,
      );
    }
    await expectRefused(
      () => hubEnd(planned, { ...parameters.orbit, carriage: { stack: "orbit", inbox: nobody } }),
      "NothingThere",
      `there is no code at ${nobody}`,
    );
  });
});
