import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { z } from "zod";

import { parseSnapshot, type Snapshot } from "#chain/snapshot/format.ts";
import { elementAt } from "#protocol/errors.ts";
import { runTask, type Outcome } from "#support/devnet.ts";
import { describeOn, describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { expectSlashCleared, served, type ServedEigenLayer } from "#support/eigenlayer/served.ts";
import { startSnapshot } from "#support/eigenlayer/snapshot.ts";
import type { EigenLayer } from "#support/eigenlayer/eigenLayer.ts";

const printedSchema = z.object({ storage: z.string(), release: z.object({ behavesAs: z.string() }) });
const accountsOf = ({ accounts }: Snapshot) => Object.entries(accounts);

/** An EigenLayer that is served over HTTP, and the command that takes a snapshot of it. */
function taking(start: () => Promise<EigenLayer>) {
  let stage: ServedEigenLayer;
  let folder: string;
  before(async function () {
    stage = await served(await start());
    folder = mkdtempSync(join(tmpdir(), "parley-snapshot-"));
    writeFileSync(join(folder, "addresses.json"), JSON.stringify(stage.site));
  });
  after(async function () {
    await stage.endpoint.close();
    rmSync(folder, { recursive: true });
  });
  return {
    stage: () => stage,
    path: (file: string) => join(folder, file),
    take: (file: string): Promise<Outcome> => {
      const addresses = join(folder, "addresses.json");
      return runTask(["snapshot", "take"], { rpc: stage.endpoint.url, out: join(folder, file), addresses, json: true });
    },
    taken: (file: string) => parseSnapshot(readFileSync(join(folder, file), "utf8")),
  };
}

describeOnEach(hubOffers, "snapshot take", function (start) {
  const { stage, path, take, taken } = taking(start);

  it("writes an EigenLayer that answers, is staked in, slashes and clears as the one it was taken of", async function () {
    const { exitCode, stdout, stderr } = await take("proven.json");
    expect(stderr).to.include("by eth_getProof");
    expect(exitCode).to.equal(0);
    const printed = printedSchema.parse(JSON.parse(stdout));
    expect(printed.storage).to.equal("eth_getProof");

    const { eigenLayer } = stage();
    const copy = await startSnapshot(path("proven.json"));
    // The same account deployed our own EigenLayer there: what it deploys here must not land in the same places.
    await copy.helpers.setNonce(elementAt(copy.chain.signers, 0).address, 1_000);
    expect(printed.release.behavesAs).to.equal(eigenLayer.release);
    expect(copy.release).to.equal(eigenLayer.release);
    expect(copy.delays).to.deep.equal(eigenLayer.delays);
    expect(copy.assets).to.deep.equal(eigenLayer.assets);
    for (const [account, { code, origin }] of accountsOf(taken("proven.json"))) {
      expect(origin).to.equal("eth_getProof");
      expect(await eigenLayer.chain.ethers.provider.getCode(account)).to.equal(code);
    }
    await expectSlashCleared(copy);
  });
});

describeOn(elementAt(hubOffers, 0), "snapshot take without proofs", function (start) {
  const { stage, take, taken } = taking(start);

  it("takes the same, and says of every account that it rests on the endpoint's word", async function () {
    const { endpoint } = stage();
    expect((await take("proven.json")).exitCode).to.equal(0);
    endpoint.tamper = (method, _parameters, answer) => {
      if (method === "eth_getProof") throw new Error("the method eth_getProof does not exist/is not available");
      return answer;
    };
    const { exitCode, stdout } = await take("told.json");
    expect(exitCode).to.equal(0);
    expect(printedSchema.parse(JSON.parse(stdout)).storage).to.equal("eth_getStorageAt");
    const proven = accountsOf(taken("proven.json"));
    expect(accountsOf(taken("told.json"))).to.deep.equal(
      proven.map(([account, state]) => [account, { ...state, origin: "eth_getStorageAt" }]),
    );
  });
});
