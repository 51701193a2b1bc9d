import { expect } from "chai";
import { getBytes, getCreateAddress, hexlify, ZeroAddress, ZeroHash } from "ethers";
import { artifacts } from "hardhat";

import { domainSeparator } from "#protocol/batches.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, bytes32, chainId, type Address } from "#protocol/types.ts";
import { PAPER, paperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { Status, TEST_DOMAIN } from "#support/world.ts";

const MAX_CHAIN_ID = 2n ** 64n - 1n;
const PARTS = ["operatorTables", "directory", "policy", "certificateVerifier", "canonicalReceiver"] as const;
type Part = (typeof PARTS)[number];

/** What a gateway is constructed with, and where it will be. */
interface Wiring extends Readonly<Record<Part, Address>> {
  readonly hubChainId: bigint;
  readonly serviceManager: Address;
  readonly gateway: Address;
}

describe("Gateway", function () {
  const stage = staged(paperWorld);

  /** Deploys the parts of a gateway that is deployed next; all name it, but those in `astray`. */
  async function wire(...astray: readonly Part[]): Promise<Wiring> {
    const { hubChainId, serviceManager } = TEST_DOMAIN;
    const verifierFor = astray.includes("certificateVerifier") ? PAPER.stranger : serviceManager;
    return wireWith(await stage().here.deployMock("CertificateVerifier", hubChainId, verifierFor), { astray });
  }

  /** The directory asks `asks` about certificates, or the operator tables that are deployed here. */
  async function wireWith(
    certificateVerifier: Address,
    { astray = [], asks }: { astray?: readonly Part[]; asks?: Address } = {},
  ): Promise<Wiring> {
    const { here, parameters } = stage();
    const nonce = await here.deployer.getNonce();
    const gateway = address(getCreateAddress({ from: here.deployer.address, nonce: nonce + PARTS.length - 1 }));
    const named = (part: Part) => (astray.includes(part) ? PAPER.stranger : gateway);
    const operatorTables = await here.deployMock(
      "OperatorTables",
      ...[named("operatorTables"), certificateVerifier, 1, 86_400, parameters.firstTables],
    );
    const entries = parameters.firstEntries;
    return {
      ...TEST_DOMAIN,
      gateway,
      operatorTables,
      directory: await here.deployMock("Directory", named("directory"), asks ?? operatorTables, 1, entries),
      policy: await here.deployMock(
        "Policy",
        ...[named("policy"), here.deployer.address, 2, 1, 3_334, parameters.defaultPolicy],
      ),
      certificateVerifier,
      canonicalReceiver: await here.deployMock("NamingReceiver", named("canonicalReceiver")),
    };
  }

  function argsOf(wiring: Wiring): unknown[] {
    const { hubChainId, serviceManager, directory, operatorTables, policy } = wiring;
    const { certificateVerifier, canonicalReceiver } = wiring;
    return [hubChainId, serviceManager, directory, operatorTables, policy, certificateVerifier, canonicalReceiver];
  }

  const construct = async (wiring: Wiring) => stage().here.ethers.deployContract("Gateway", argsOf(wiring));

  describe("when it is constructed", function () {
    it("takes parts that name it, and says which they are", async function () {
      const wiring = await wire();
      const deployed = await construct(wiring);
      expect(await deployed.getAddress()).to.equal(wiring.gateway);
      const gateway = await stage().here.ethers.getContractAt("Gateway", wiring.gateway);
      expect(await gateway.hubChainId()).to.equal(wiring.hubChainId);
      expect(await gateway.serviceManager()).to.equal(wiring.serviceManager);
      for (const part of PARTS) expect(await gateway[part]()).to.equal(wiring[part]);
    });

    it("takes no canonical receiver on a rollup without a slow road", async function () {
      const wiring = { ...(await wire()), canonicalReceiver: address(ZeroAddress) };
      await construct(wiring);
      const gateway = await stage().here.ethers.getContractAt("Gateway", wiring.gateway);
      expect(await gateway.canonicalReceiver()).to.equal(ZeroAddress);
    });

    for (const part of PARTS) {
      const fault = part === "certificateVerifier" ? "of another service manager" : "that names another gateway";
      it(`refuses a part ${fault}: ${part}`, async function () {
        const wiring = await wire(part);
        await expect(construct(wiring))
          .to.be.revertedWithCustomError(stage().here.gateway, "WiringMismatch")
          .withArgs(wiring[part]);
      });
    }

    it("refuses a verifier of another hub", async function () {
      const wiring = { ...(await wire()), hubChainId: TEST_DOMAIN.hubChainId + 1n };
      await expect(construct(wiring))
        .to.be.revertedWithCustomError(stage().here.gateway, "WiringMismatch")
        .withArgs(wiring.certificateVerifier);
    });

    it("refuses parts that are wired among each other in another way", async function () {
      const { here } = stage();
      const { certificateVerifier, operatorTables } = here.addresses;
      const elsewhere = await wireWith(certificateVerifier, { asks: operatorTables });
      await expect(construct(elsewhere))
        .to.be.revertedWithCustomError(here.gateway, "WiringMismatch")
        .withArgs(elsewhere.directory);
      const another = { ...(await wire()), certificateVerifier };
      await expect(construct(another))
        .to.be.revertedWithCustomError(here.gateway, "WiringMismatch")
        .withArgs(another.operatorTables);
    });

    it("refuses parts of which several are astray, and names the first", async function () {
      const wiring = await wire("policy", "operatorTables", "directory");
      await expect(construct(wiring))
        .to.be.revertedWithCustomError(stage().here.gateway, "WiringMismatch")
        .withArgs(wiring.directory);
    });

    it("does not take a verifier's silence for an answer", async function () {
      const { here, strong } = stage();
      const mute = await here.deployMock("MuteVerifier", domainSeparator(TEST_DOMAIN));
      const wiring = await wireWith(mute);
      await construct(wiring);
      const gateway = await here.ethers.getContractAt("Gateway", wiring.gateway);
      const certificate = await strong.sign({
        operatorSetId: strong.operatorSetId,
        tableEpoch: strong.epoch,
        issuedAt: await here.now(),
        statementsRoot: bytes32(ZeroHash),
      });
      await expect(gateway.confirm(certificate)).to.be.revertedWithoutReason(here.ethers);
    });

    it("refuses to be without hub, or without service manager", async function () {
      const wiring = await wire();
      for (const missing of [{ hubChainId: 0n }, { serviceManager: address(ZeroAddress) }]) {
        const attempt = construct({ ...wiring, ...missing });
        await expect(attempt).to.be.revertedWithCustomError(stage().here.gateway, "WiringMissing").withArgs();
      }
    });

    for (const part of PARTS.filter((name) => name !== "canonicalReceiver")) {
      it(`refuses to be without ${part}`, async function () {
        const attempt = construct({ ...(await wire()), [part]: ZeroAddress });
        await expect(attempt).to.be.revertedWithCustomError(stage().here.gateway, "WiringMissing").withArgs();
      });
    }

    // No chain of a test can have such an id. So the code reads its own address instead, which does not fit either.
    it("refuses a chain whose id does not fit 64 bits", async function () {
      const { ethers, deployer, gateway } = stage().here;
      const wiring = await wire();
      const { abi, bytecode } = await artifacts.readArtifact("Gateway");
      const factory = new ethers.ContractFactory(abi, withOpcode(bytecode, CHAINID, ADDRESS), deployer);
      await expect(factory.deploy(...argsOf(wiring)))
        .to.be.revertedWithCustomError(gateway, "ChainIdTooLarge")
        .withArgs(BigInt(wiring.gateway), MAX_CHAIN_ID);
    });

    it("copies the first entries", async function () {
      const { here, parameters } = stage();
      for (const entry of parameters.firstEntries) {
        const lane = await here.gateway.lane(entry.chainId);
        expect([lane.destinationGateway, lane.count, lane.status]).to.deep.equal([
          entry.gateway,
          0n,
          BigInt(entry.status),
        ]);
        const source = await here.gateway.source(entry.chainId);
        const isHeard = entry.status === Status.Active;
        expect(source.gateway).to.equal(isHeard ? entry.gateway : ZeroAddress);
        expect(source.operatorSetId).to.equal(entry.operatorSetId);
        expect(source.flags).to.equal(entry.refutable ? 0n : 1n);
        expect(source.quorumBps).to.equal(parameters.defaultPolicy.quorumBps);
      }
    });

    it("copies the first epochs", async function () {
      const { here } = stage();
      const epochs = await here.operatorTables.firstEpochs();
      expect(epochs).to.have.lengthOf(2);
      for (const [operatorSetId, number] of epochs) {
        const epoch = await here.operatorTables.epoch(operatorSetId, number);
        expect(epoch.table).to.not.equal(ZeroAddress);
        expect(await here.gateway.epoch(operatorSetId, number)).to.deep.equal(epoch);
      }
    });

    it("signs for the domain of hub and service manager", async function () {
      expect(await stage().here.certificateVerifier.domainSeparator()).to.equal(domainSeparator(TEST_DOMAIN));
    });
  });

  describe("takes copies", function () {
    const NEW_CHAIN = chainId(2_500);
    const EPOCH = { table: PAPER.stranger, validFrom: 5n, validitySeconds: 6n, graceSeconds: 7n, status: 0n };

    /** The gateway, called by one of its books. */
    async function as(book: Address) {
      const { here } = stage();
      return here.gateway.connect(await here.actAs(book));
    }

    /** Every function of the books, with the one that may call it. */
    function copies() {
      const { directory, policy, operatorTables } = stage().here.addresses;
      const { defaultPolicy } = stage().parameters;
      type Caller = Awaited<ReturnType<typeof as>>;
      return [
        {
          book: directory,
          copy: (by: Caller) => by.copyEntry(NEW_CHAIN, PAPER.gateway, 4, Status.Active, false),
        },
        {
          book: policy,
          copy: (by: Caller) =>
            by.copyPolicy(PAPER.strong, { ...defaultPolicy, quorumBps: 9_000, minTotalWeightLog2: 80 }, true),
        },
        { book: operatorTables, copy: (by: Caller) => by.copyEpoch(3, 9, EPOCH) },
      ];
    }

    it("from the book that keeps them, and from nobody else", async function () {
      const { here } = stage();
      const { directory, policy, operatorTables } = here.addresses;
      const owner = address(here.deployer.address);
      const strangers = [owner, here.addresses.gateway, here.addresses.certificateVerifier];
      for (const { book, copy } of copies()) {
        for (const caller of [directory, policy, operatorTables, ...strangers].filter((other) => other !== book)) {
          await expect(copy(await as(caller)))
            .to.be.revertedWithCustomError(here.gateway, "NotTheBook")
            .withArgs(caller, book);
        }
        await copy(await as(book));
      }
    });

    it("of an entry into both of a chain's slots, with the policy that the source has", async function () {
      const { here } = stage();
      await elementAt(copies(), 0).copy(await as(here.addresses.directory));
      const lane = await here.gateway.lane(NEW_CHAIN);
      expect([lane.destinationGateway, lane.status]).to.deep.equal([PAPER.gateway, BigInt(Status.Active)]);
      expect(await here.gateway.source(NEW_CHAIN)).to.deep.equal([PAPER.gateway, 4n, 86_400n, 6_667n, 3n, 0n, 1n]);
    });

    it("of a policy beside what the directory said", async function () {
      const { here } = stage();
      await elementAt(copies(), 1).copy(await as(here.addresses.policy));
      expect(await here.gateway.source(PAPER.strong)).to.deep.equal([PAPER.gateway, 1n, 86_400n, 9_000n, 3n, 80n, 16n]);
    });

    it("of an epoch under its set and number", async function () {
      const { here } = stage();
      await elementAt(copies(), 2).copy(await as(here.addresses.operatorTables));
      expect(await here.gateway.epoch(3, 9)).to.deep.equal([PAPER.stranger, 5n, 6n, 7n, 0n]);
      expect((await here.gateway.epoch(9, 3)).table).to.equal(ZeroAddress);
    });
  });
});

const CHAINID = 0x46;
const ADDRESS = 0x30;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/** Replaces one instruction by another wherever it stands in the code. */
function withOpcode(bytecode: string, found: number, replacement: number): string {
  const code = getBytes(bytecode);
  for (let at = 0; at < code.length; at++) {
    const opcode = code[at] ?? 0;
    if (opcode === found) code[at] = replacement;
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return hexlify(code);
}
