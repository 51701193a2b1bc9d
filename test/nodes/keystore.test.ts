import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import {
  KeystoreError,
  newKey,
  openKeystore,
  packedKey,
  passwordIn,
  publicKeyOf,
  writeKeystore,
  type KeystoreErrorCode,
} from "#nodes/shared/keystore.ts";
import { operatorConfigSchema } from "#nodes/operator/config.ts";
import { startOperator } from "#nodes/operator/start.ts";
import { systemClock } from "#nodes/shared/clock.ts";
import { openLog } from "#nodes/shared/log.ts";
import { operatorTable } from "#protocol/tables.ts";
import { parse } from "#protocol/schemas.ts";
import { namedKey } from "#support/eigenlayer/keys.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const PASSWORD = "correct horse 🔐";

describe("Keystores", function () {
  const folder = mkdtempSync(join(tmpdir(), "parley-keystore-"));
  const file = join(folder, "key.json");
  const passwordFile = join(folder, "password");
  const key = namedKey("keystore");

  before(async function () {
    await writeKeystore(file, key, PASSWORD);
    writeFileSync(passwordFile, `${PASSWORD}\n`);
  });

  async function expectFailed(attempt: Promise<unknown>, code: KeystoreErrorCode): Promise<void> {
    const error: unknown = await attempt.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(KeystoreError).with.property("code", code);
    const said = error instanceof Error ? error.message : "";
    for (const secret of [PASSWORD, key.secret.toString(16), key.secret.toString()]) {
      expect(said).not.to.include(secret);
    }
  }

  it("hold a key that only the password opens, in a file that only its owner reads", async function () {
    expect(await openKeystore(file, await passwordIn(passwordFile))).to.deep.equal(key);
    expect(await publicKeyOf(file)).to.equal(operatorTable([{ key: key.g1, weight: 1n }]).packed.slice(0, 130));
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readFileSync(file, "utf8")).not.to.include(key.secret.toString(16));
    await expectFailed(openKeystore(file, `${PASSWORD} `), "WrongPassword");
    await expectFailed(openKeystore(file, ""), "WrongPassword");
  });

  it("are never overwritten, nor written for a password that is guessed", async function () {
    const before = readFileSync(file, "utf8");
    await expectFailed(writeKeystore(file, namedKey("other"), PASSWORD), "AlreadyThere");
    expect(readFileSync(file, "utf8")).to.equal(before);
    await expectFailed(writeKeystore(join(folder, "short.json"), key, "7 chars"), "PasswordTooShort");
    await expectFailed(openKeystore(join(folder, "short.json"), "7 chars"), "NotFound");
  });

  it("are refused with another public key, another form, or work for hours", async function () {
    const document = readFileSync(file, "utf8");
    const changed = async (from: RegExp | string, to: string) => {
      const name = join(folder, "changed.json");
      expect(document).to.match(new RegExp(from));
      writeFileSync(name, document.replace(from, to));
      await expectFailed(openKeystore(name, PASSWORD), "Malformed");
    };
    await changed(packedKey(key.g1).slice(2), packedKey(namedKey("other").g1).slice(2));
    await changed(packedKey(key.g1).slice(2), "ab".repeat(48));
    await changed('"n": 262144', '"n": 1073741824');
    await changed('"version": 4', '"version": 3');
    await changed(/^\{/, "");
  });

  it("are new keys each time", function () {
    expect(new Set(Array.from({ length: 20 }, () => newKey().secret)).size).to.equal(20);
  });

  it("give an operator its key, which has exactly one", async function () {
    const config = {
      domain: { hubChainId: String(TEST_DOMAIN.hubChainId), serviceManager: TEST_DOMAIN.serviceManager },
      rollups: [{ chainId: "1001", gateway: TEST_DOMAIN.serviceManager, urls: ["http://127.0.0.1:9"], minAgreeing: 1 }],
      sources: [],
      historyFile: ":memory:",
    };
    const keystore = { file, passwordFile };
    const secretKey = `0x${"0".repeat(63)}1`;
    for (const wrong of [config, { ...config, keystore, secretKey }]) {
      expect(() => parse(operatorConfigSchema, wrong)).to.throw("either secretKey or keystore");
    }
    const surroundings = { clock: systemClock, log: openLog("operator", "silent") };
    const node = await startOperator(parse(operatorConfigSchema, { ...config, keystore }), surroundings);
    await node.stop();
    writeFileSync(passwordFile, "another password");
    await expectFailed(
      startOperator(parse(operatorConfigSchema, { ...config, keystore }), surroundings),
      "WrongPassword",
    );
  });
});
