import { expect } from "chai";

import type { MessageReport } from "#nodes/shared/api.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { messageId } from "#protocol/messages.ts";
import { burst, times } from "#support/burst.ts";
import { CertificateServer } from "#support/certificateServer.ts";
import { eventually, Net, reportOf } from "#support/nodes.ts";
import { certifyPage, type WorldOptions } from "#support/world.ts";

// By this relayer, so that the attempt is written down too.
function delivered(relayer: RunningNode, id: string): Promise<MessageReport> {
  return eventually(`delivery of ${id}`, async () => {
    const report = await reportOf(relayer, id);
    return report.state === "delivered" && report.attempts > 0 ? report : undefined;
  });
}

describe("A relayer and certificates of no use", function () {
  this.timeout(30_000);
  let net: Net;
  let server: CertificateServer;

  async function start(options: WorldOptions = {}): Promise<void> {
    net = await Net.start(options);
    server = await CertificateServer.start();
  }
  // What there is on the lane from alpha to beta now, certified.
  async function certify(issuedAt?: bigint, change: (certificate: Certificate) => Certificate = (same) => same) {
    const { alpha, beta } = net.world;
    const found = await alpha.page(alpha.laneTo(beta));
    const { certificate } = await certifyPage(net.world, beta, found, issuedAt === undefined ? {} : { issuedAt });
    return { certificate: change(certificate), statements: [{ kind: "Page" as const, content: found.page }] };
  }

  afterEach(async function () {
    await net.stop();
    await server.close();
  });

  it("blames no message for a signature that does not hold, and asks for another certificate", async function () {
    await start();
    const { alpha, beta } = net.world;
    await burst(alpha, beta, times(3, { recipient: await beta.deployMock("RecordingRecipient") }));
    const now = await beta.now();
    const { certificate: other } = await certify(now - 1n);
    server.publish(await certify(now, (certificate) => ({ ...certificate, signature: other.signature })));
    const holding = await certify(now + 1n);
    server.onAsked = () => {
      if (server.published.length === 1) server.publish(holding);
    };

    const relayer = await net.relayer(server.url, { maxAttempts: 1 });

    for (const message of await alpha.sent(alpha.laneTo(beta))) {
      expect((await delivered(relayer, messageId(message))).attempts).to.equal(1);
    }
  });
});
