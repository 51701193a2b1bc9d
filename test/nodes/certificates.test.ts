import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { RelayerStore } from "#nodes/relayer/store.ts";
import { publishedCertificateSchema, type MessageReport } from "#nodes/shared/api.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { messageId } from "#protocol/messages.ts";
import { parse } from "#protocol/schemas.ts";
import type { Page } from "#protocol/statements.ts";
import { burst, times } from "#support/burst.ts";
import { CertificateServer } from "#support/certificateServer.ts";
import { Committee } from "#support/committee.ts";
import { eventually, healthOf, Net, reportOf } from "#support/nodes.ts";
import { deliver } from "#support/relayer.ts";
import { certifyPage, runOf, TEST_DOMAIN, type WorldOptions } from "#support/world.ts";

// By this relayer, so that the attempt is written down too.
function delivered(relayer: RunningNode, id: string): Promise<MessageReport> {
  return eventually(`delivery of ${id}`, async () => {
    const report = await reportOf(relayer, id);
    return report.state === "delivered" && report.attempts > 0 ? report : undefined;
  });
}

describe("A relayer and certificates of no use", function () {
  let net: Net;
  let server: CertificateServer;

  async function start(options: WorldOptions = {}): Promise<void> {
    net = await Net.start(options);
    server = await CertificateServer.start();
  }
  // What there is on the lane from alpha to beta now, certified.
  async function certify(issuedAt?: bigint) {
    const { alpha, beta } = net.world;
    const found = await alpha.page(alpha.laneTo(beta));
    const { certificate } = await certifyPage(net.world, beta, found, issuedAt === undefined ? {} : { issuedAt });
    return { certificate, statements: [{ kind: "Page" as const, content: found.page }] };
  }

  afterEach(async function () {
    await net.stop();
    await server.close();
  });

  describe("made up by one of its aggregators", function () {
    const weights = [40n, 30n, 20n, 10n];
    const stranger = Committee.of(TEST_DOMAIN, weights, { seed: 2n });
    const otherSet = Committee.of(TEST_DOMAIN, weights, { operatorSetId: 2, seed: 3n });
    let liar: CertificateServer;

    // A world that has installed tables of two sets, of which the first speaks for alpha.
    beforeEach(async function () {
      const from = BigInt(Math.floor(Date.now() / 1_000)) - 60n;
      const firstTables = [Committee.of(TEST_DOMAIN, weights), otherSet].map((committee) => ({
        table: committee.tableStatement(from, from + 86_400n),
        rows: committee.table.packed,
      }));
      await start({ parameters: { firstTables } });
      liar = await CertificateServer.start();
    });
    afterEach(async function () {
      await liar.close();
    });

    // Says more, and later, than what is true.
    async function lie(committee: Committee, changes: Partial<Page>): Promise<void> {
      const { alpha, beta } = net.world;
      const { page } = await alpha.page(alpha.laneTo(beta));
      const content: Page = { ...page, count: page.count + 1, ...changes };
      const issuedAt = (await beta.now()) + 9n;
      const { certificate } = await committee.certifyPages([content], { issuedAt });
      liar.publish({ certificate, statements: [{ kind: "Page", content }] });
    }

    for (const [what, committee] of [
      ["under a signature that does not hold", stranger],
      ["by a set that does not speak for the source", otherSet],
    ] as const) {
      it(`${what} do not displace those of another`, async function () {
        const { alpha, beta } = net.world;
        await burst(alpha, beta, times(3, { recipient: await beta.deployMock("RecordingRecipient") }));
        server.publish(await certify());
        await lie(committee, {});
        const relayer = await net.relayer(liar.url, { aggregators: [liar.url, server.url], maxAttempts: 1 });
        for (const message of await alpha.sent(alpha.laneTo(beta))) {
          expect((await delivered(relayer, messageId(message))).attempts).to.equal(1);
        }
        expect((await healthOf(relayer)).problems).to.deep.equal([]);
      });
    }

    it("of an epoch that is not there yet keep nobody from reading the others", async function () {
      const { alpha, beta } = net.world;
      const id = await alpha.send(beta, await beta.deployMock("RecordingRecipient"), "0x01");
      await lie(Committee.of(TEST_DOMAIN, weights, { epoch: 2 }), {});
      server.publish(await certify());
      const relayer = await net.relayer(liar.url, { aggregators: [liar.url, server.url] });
      await delivered(relayer, id);
      expect((await healthOf(relayer)).problems.join()).to.contain("epoch 2 of set 1 is not installed yet");
    });
  });

  describe("three days old", function () {
    const DAYS = 3n * 86_400n;
    let folder: string;
    let storeFile: string;

    beforeEach(async function () {
      folder = await mkdtemp(join(tmpdir(), "parley-certificates-"));
      storeFile = join(folder, "relayer.sqlite");
      await start();
    });
    afterEach(async function () {
      await rm(folder, { recursive: true });
    });

    async function send(): Promise<string> {
      const { alpha, beta } = net.world;
      return alpha.send(beta, await beta.deployMock("RecordingRecipient"), "0x01");
    }
    // A node that is told to stop ends the round that it is in.
    async function oneRound(changes: Record<string, unknown> = {}): Promise<void> {
      await (await net.relayer(server.url, { storeFile, ...changes })).stop();
    }
    async function kept(): Promise<unknown[]> {
      const store = new RelayerStore(storeFile);
      const found = await store.certificates();
      await store.close();
      return found.map((text) => parse(publishedCertificateSchema, JSON.parse(text)).seq);
    }

    it("are asked for again after a restart, as long as a message waits under them", async function () {
      const id = await send();
      server.publish(await certify((await net.world.beta.now()) - DAYS));
      await oneRound();
      expect(server.asked.length).to.equal(1);
      expect(await kept()).to.deep.equal([1]);

      const fresh = await certify();
      server.onAsked = () => {
        if (server.published.length === 1) server.publish(fresh);
      };
      expect((await delivered(await net.relayer(server.url, { storeFile }), id)).attempts).to.equal(1);
    });

    it("are forgotten once none of their messages waits, and younger ones are not", async function () {
      const { alpha, beta } = net.world;
      await send();
      server.publish(await certify((await beta.now()) - DAYS));
      await oneRound();
      await beta.send(alpha, alpha.addresses.gateway, "0x02");
      const back = await beta.page(beta.laneTo(alpha));
      const young = await certifyPage(net.world, alpha, back);
      server.publish({ certificate: young.certificate, statements: [{ kind: "Page", content: back.page }] });
      const there = await alpha.page(alpha.laneTo(beta));
      const rivals = await certifyPage(net.world, beta, there);
      await deliver(beta, rivals.certificate, [runOf(there, rivals)]);
      await oneRound();
      expect(await kept()).to.deep.equal([2]);
    });

    it("are forgotten when their messages are not this relayer's to deliver", async function () {
      await send();
      server.publish(await certify((await net.world.beta.now()) - DAYS));
      await oneRound({ destinations: [String(net.world.alpha.chainId)] });
      expect(await kept()).to.deep.equal([]);
    });
  });
});
