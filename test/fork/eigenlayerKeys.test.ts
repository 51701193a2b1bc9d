import { expect } from "chai";
import { AbiCoder, dataSlice, TypedDataEncoder } from "ethers";

import { address } from "#protocol/types.ts";
import { blockOf } from "#support/eigenlayer/eigenLayer.ts";
import { keyDataOf, keySignature, namedKey } from "#support/eigenlayer/keys.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { Operator } from "#support/eigenlayer/operator.ts";
import { scene, SET_ID } from "#support/eigenlayer/scene.ts";
import { BN254_CURVE } from "#support/eigenlayer/service.ts";
import { stagedOn } from "#support/stage.ts";

const TYPES = {
  BN254KeyRegistration: [
    { name: "operator", type: "address" },
    { name: "avs", type: "address" },
    { name: "operatorSetId", type: "uint32" },
    { name: "keyData", type: "bytes" },
  ],
};

describeOnEach(offers, "EigenLayer's keys", function (start) {
  const stage = stagedOn(
    async () => {
      const all = await scene(await start());
      const second = await Operator.named(all.eigenLayer, "second");
      await second.registerAsOperator();
      const { ethers } = all.eigenLayer.chain;
      // For errors that our interfaces do not name.
      const errors = await ethers.getContractAt("KeyRegistrar", await all.eigenLayer.keyRegistrar.getAddress());
      return { ...all, second, errors };
    },
    ({ eigenLayer }) => [eigenLayer],
  );
  const registrar = () => stage().eigenLayer.keyRegistrar;
  const refused = async (attempt: Promise<unknown>, error: string) =>
    expect(attempt).to.be.revertedWithCustomError(stage().errors, error);
  const register = async (keyData: string, signature: string) => {
    const { second, set } = stage();
    return registrar().connect(second.signer).registerKey(second.address, set, keyData, signature);
  };
  const digestOf = async (keyData: string) =>
    registrar().getBN254KeyRegistrationMessageHash(stage().second.address, stage().set, keyData);

  it("are registered by a signature of typed data", async function () {
    const { eigenLayer, second, set } = stage();
    const keyData = keyDataOf(second.key);
    const domain = {
      name: "EigenLayer",
      version: "1",
      chainId: eigenLayer.chain.chainId,
      verifyingContract: address(await registrar().getAddress()),
    };
    const message = { operator: second.address, avs: set.avs, operatorSetId: set.id, keyData };
    expect(await digestOf(keyData)).to.equal(TypedDataEncoder.hash(domain, TYPES, message));
  });

  it("are taken with the right signature only", async function () {
    const { second, operator, set } = stage();
    const keyData = keyDataOf(second.key);
    const digest = await digestOf(keyData);
    await refused(register(keyData, keySignature(namedKey("thief"), digest)), "InvalidSignature");
    const others = await registrar().getBN254KeyRegistrationMessageHash(operator.address, set, keyData);
    await refused(register(keyData, keySignature(second.key, others)), "InvalidSignature");
    await refused(register(keyData, dataSlice(keySignature(second.key, digest), 0, 63)), "InvalidSignature");
    await register(keyData, keySignature(second.key, digest));
    expect(await registrar().isRegistered(set, second.address)).to.equal(true);
  });

  it("are taken with halves of one secret only", async function () {
    const { second } = stage();
    const keyData = keyDataOf({ g1: second.key.g1, g2: namedKey("thief").g2 });
    await refused(register(keyData, keySignature(second.key, await digestOf(keyData))), "InvalidSignature");
  });

  it("are points, not infinity, and have 192 bytes", async function () {
    const { second } = stage();
    const zero = AbiCoder.defaultAbiCoder().encode(["uint256[6]"], [[0, 0, 0, 0, 0, 0]]);
    await refused(register(zero, keySignature(second.key, await digestOf(zero))), "ZeroPubkey");
    const short = dataSlice(keyDataOf(second.key), 0, 191);
    await refused(register(short, keySignature(second.key, await digestOf(short))), "InvalidKeyFormat");
  });

  it("are the operator's own affair, one for each set", async function () {
    const { second, set, operator } = stage();
    const keyData = keyDataOf(second.key);
    const signature = keySignature(second.key, await digestOf(keyData));
    await refused(
      registrar().connect(operator.signer).registerKey(second.address, set, keyData, signature),
      "InvalidPermissions",
    );
    await refused(operator.registerKey(set, namedKey("spare")), "OperatorAlreadyRegistered");
  });

  it("are somebody's once and for ever, in all sets", async function () {
    const { eigenLayer, service, set, operator, second } = stage();
    await service.configureKeys(99);
    await refused(second.registerKey(set, operator.key), "KeyAlreadyRegistered");
    await refused(operator.registerKey(service.set(99)), "KeyAlreadyRegistered");
    const block = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.deregisterKey(set);
    await refused(operator.registerKey(set), "KeyAlreadyRegistered");
    await operator.registerKey(set, namedKey("spare"));
  });

  it("are kept as long as their operator is slashable", async function () {
    const { eigenLayer, set, operator } = stage();
    const stillSlashable = async () =>
      expect(operator.deregisterKey(set))
        .to.be.revertedWithCustomError(registrar(), "OperatorStillSlashable")
        .withArgs([set.avs, set.id], operator.address);
    await stillSlashable();
    const block = await blockOf(await operator.leave(set));
    expect(await registrar().isRegistered(set, operator.address)).to.equal(true);
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation);
    await stillSlashable();
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.deregisterKey(set);
    expect(await registrar().isRegistered(set, operator.address)).to.equal(false);
    expect(await registrar().getBN254Key(set, operator.address)).to.deep.equal([
      [0n, 0n],
      [
        [0n, 0n],
        [0n, 0n],
      ],
    ]);
    await refused(operator.deregisterKey(set), "KeyNotFound");
  });

  it("lead to their operator also when they are given up", async function () {
    const { eigenLayer, set, operator } = stage();
    const g1 = dataSlice(keyDataOf(operator.key), 0, 64);
    expect(await registrar().getOperatorFromSigningKey(set, g1)).to.deep.equal([operator.address, true]);
    const block = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.deregisterKey(set);
    expect(await registrar().getOperatorFromSigningKey(set, g1)).to.deep.equal([operator.address, false]);
  });

  it("are of a kind that the service says once, for any set number", async function () {
    const { service, operator } = stage();
    await refused(operator.registerKey(service.set(99), namedKey("spare")), "OperatorSetNotConfigured");
    await refused(registrar().configureOperatorSet(service.set(99), BN254_CURVE), "InvalidPermissions");
    await service.configureKeys(99);
    await refused(service.configureKeys(SET_ID), "ConfigurationAlreadySet");
    await refused(service.configureKeys(100, 0), "InvalidCurveType");
    await operator.registerKey(service.set(99), namedKey("spare"));
    expect(await registrar().isRegistered(service.set(99), operator.address)).to.equal(true);
  });
});
