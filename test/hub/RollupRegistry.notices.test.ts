import { expect } from "chai";

import { MAINNET_NOTICES } from "#deploy/hub.ts";
import { BOND, RegistryStage } from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

describe("The registry's notices", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );

  it("are told as they were given", async function () {
    expect(await stage().registry.notices()).to.deep.equal(Object.values(MAINNET_NOTICES).map(BigInt));
  });

  for (const name of Object.keys(MAINNET_NOTICES)) {
    it(`are refused without ${name}`, async function () {
      const { chain, registry, registrar, tables } = stage();
      const notices = { ...MAINNET_NOTICES, [name]: 0 };
      await expect(chain.ethers.deployContract("RollupRegistry", [registrar.address, tables, BOND, notices]))
        .to.be.revertedWithCustomError(registry, "NoticeMissing")
        .withArgs(Object.values(notices));
    });
  }
});
