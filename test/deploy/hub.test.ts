import { expect } from "chai";
import { artifacts } from "hardhat";

import {
  deployHub,
  MAINNET_CLAIMS_SECONDS,
  MAINNET_COURT_SECONDS,
  MAINNET_NOTICES,
  MAINNET_WINDOWS,
  type HubParameters,
} from "#deploy/hub.ts";
import { HubFitError, type HubFitErrorCode } from "#deploy/hubFit.ts";
import {
  DEVNET_CLAIMS_SECONDS,
  DEVNET_DELAYS,
  DEVNET_NOTICES,
  DEVNET_SHAPING_SECONDS,
  DEVNET_WINDOWS,
} from "#devnet/hub/profile.ts";
import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";
import { startChain } from "#support/rollup.ts";
import { stagedOn } from "#support/stage.ts";

/** 14 days of 12 seconds. */
const DEALLOCATION_BLOCKS = 100_800;
const DEALLOCATION_SECONDS = DEALLOCATION_BLOCKS * 12;

describe("A hub's parameters", function () {
  const stage = stagedOn(
    async () => {
      const chain = await startChain(31_337);
      const restaking = await chain.ethers.deployContract("FickleRestaking");
      await restaking.upgrade(DEALLOCATION_BLOCKS, false);
      const eigenLayer = address(await restaking.getAddress());
      const deployer = elementAt(chain.signers, 0);
      const account = address(deployer.address);
      const parameters: HubParameters = {
        hubChainId: chain.chainId,
        eigenLayer: {
          allocationManager: eigenLayer,
          delegationManager: eigenLayer,
          keyRegistrar: eigenLayer,
          strategyManager: eigenLayer,
        },
        owner: account,
        guardian: account,
        shapers: [account],
        registrar: account,
        court: account,
        courtSeconds: MAINNET_COURT_SECONDS,
        bond: 0n,
        // The least that fits.
        notices: { ...MAINNET_NOTICES, raise: DEALLOCATION_SECONDS + 1 },
        shapingSeconds: DEALLOCATION_SECONDS + 1,
        claimsSeconds: MAINNET_CLAIMS_SECONDS,
        windows: MAINNET_WINDOWS,
        metadataURI: "",
      };
      return { chain, restaking, deployer, parameters };
    },
    ({ chain }) => [chain],
  );
  const deploy = (changes: Partial<HubParameters>) =>
    deployHub(stage().deployer, (name) => artifacts.readArtifact(name), { ...stage().parameters, ...changes });

  async function expectRefused(changes: Partial<HubParameters>, code: HubFitErrorCode, message: string): Promise<void> {
    const { deployer } = stage();
    const before = await deployer.getNonce();
    const error: unknown = await deploy(changes).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(HubFitError);
    expect(error).to.include({ code, message });
    expect(await deployer.getNonce(), "transactions").to.equal(before);
  }

  it("fit when all that is announced waits a second longer than a deallocation", async function () {
    const { vault, claimsTimelock } = await deploy({});
    const { ethers } = stage().chain;
    const timelock = await ethers.getContractAt("Shaper", claimsTimelock);
    expect(await timelock.LEAST_SECONDS()).to.equal(MAINNET_CLAIMS_SECONDS);
    expect(await ethers.provider.getCode(vault)).to.not.equal("0x");
  });

  it("are refused before anything is sent, when what is announced takes as long as a deallocation", async function () {
    const least = DEALLOCATION_SECONDS;
    const reason = `${least} s are not longer than a deallocation, which takes ${least}`;
    await expectRefused({ notices: { ...MAINNET_NOTICES, raise: least } }, "RaiseTooFast", `notices.raise: ${reason}`);
    await expectRefused({ shapingSeconds: least }, "ShapingTooFast", `shapingSeconds: ${reason}`);
    await expectRefused({ claimsSeconds: least }, "ClaimsTooFast", `claimsSeconds: ${reason}`);
  });

  it("are refused with windows that do not fit, by EigenLayer's own live figure", async function () {
    const windows = MAINNET_WINDOWS;
    await expectRefused({ windows: { ...windows, margin: 0 } }, "WindowEmpty", "margin is 0");
    await expectRefused(
      { windows: { ...windows, buildBlocks: 9_000 } },
      "BuildTooLong",
      "a build takes 108000 s, an epoch 108000",
    );
    await expectRefused(
      { windows: { ...windows, hubFact: windows.grace + windows.evidence } },
      "HubFactTooLate",
      "a fact may take 1015200 s to appear, evidence 1015200",
    );
    await stage().restaking.upgrade(99_000, false);
    await expectRefused({}, "WindowsTooLong", "the windows take 99000 blocks, stake leaves after 99000");
    await stage().restaking.upgrade(DEALLOCATION_BLOCKS, false);
    await stage().restaking.delayWithdrawals(99_000);
    await expectRefused({}, "WindowsTooLong", "the windows take 99000 blocks, stake leaves after 99000");
    await stage().restaking.delayWithdrawals(99_001);
    await deploy({});
  });

  it("fit on the devnet, too", async function () {
    await stage().restaking.upgrade(DEVNET_DELAYS.deallocation, false);
    await deploy({
      notices: DEVNET_NOTICES,
      shapingSeconds: DEVNET_SHAPING_SECONDS,
      claimsSeconds: DEVNET_CLAIMS_SECONDS,
      windows: DEVNET_WINDOWS,
    });
  });
});
