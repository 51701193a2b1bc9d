import { sql } from "kysely";

import { openStore, type Store } from "#nodes/shared/store.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { isFinal } from "#protocol/contradictions.ts";
import { bytes32Schema, certificateSchema, parse, statementSchema, toJson } from "#protocol/schemas.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import type { Bytes32 } from "#protocol/types.ts";
import type { Said } from "#chain/calldata.ts";

import { recordedFrom, type Place, type Recorded, type Testimony, type Truth } from "./records.ts";
import { subjectOf } from "./subjects.ts";
import { SCHEMA, type Tables } from "./tables.ts";

/** The most contents of one subject that are looked at: an honest page has 256 counts. */
const MOST_CONTENTS = 1_024;
/** The most certificates of one statement that evidence is chosen from. */
const MOST_TESTIMONIES = 64;

/** The watcher's own file: what was certified, what is known of it, and what was done. Losing it costs work only. */
export class WatcherStore {
  readonly #store: Store<Tables>;

  /** @param file - The file, or `:memory:`. */
  constructor(file: string) {
    this.#store = openStore<Tables>({ file, exclusive: true, schema: SCHEMA });
  }

  /** The tables, for whoever keeps one of them. */
  get db() {
    return this.#store.db;
  }

  /**
   * Keeps a certificate whose signature holds.
   *
   * @param id - Says batch and signers: a signature may be written in more than one way.
   * @param certificate - The certificate.
   * @param signedBps - Weight that signed.
   * @returns Whether it is new.
   */
  async keepCertificate(id: Bytes32, certificate: Certificate, signedBps: number): Promise<boolean> {
    const { statementsRoot, issuedAt } = certificate.batch;
    const result = await this.db
      .insertInto("certificates")
      .values({ id, root: statementsRoot, issued_at: Number(issuedAt), bps: signedBps, json: toJson(certificate) })
      .onConflict((on) => on.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** Whether a certificate is kept. */
  async hasCertificate(id: Bytes32): Promise<boolean> {
    const found = await this.db.selectFrom("certificates").select("id").where("id", "=", id).executeTakeFirst();
    return found !== undefined;
  }

  /**
   * Keeps a statement, and where it stands.
   *
   * @param said - The statement in its batch.
   * @param place - Where it was seen.
   * @param nowSeconds - The time.
   * @returns Whether it is new.
   */
  async keepStatement(said: Said, place: Place, nowSeconds: bigint): Promise<boolean> {
    const { statement, statementsRoot, batchProof, glimpse } = said;
    const leaf = statementLeaf(statement);
    const { subject, slot, content } = subjectOf(statement);
    const seen_at = Number(nowSeconds);
    return this.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto("said")
        .values({ root: statementsRoot, leaf, proof: JSON.stringify(batchProof), seen_at })
        .onConflict((on) => on.doNothing())
        .execute();
      const row = {
        ...{ leaf, subject, slot, content, seen_at, tried: 0, compared: 0, truth: "open" },
        final: isFinal(statement) ? 1 : 0,
        json: toJson(statement),
        glimpse: glimpse === undefined ? null : JSON.stringify(glimpse),
        chain_id: String(place.chainId),
        block_number: place.blockNumber,
      };
      const result = await transaction
        .insertInto("statements")
        .values(row)
        .onConflict((on) => on.doNothing())
        .executeTakeFirst();
      const isNew = (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
      if (!isNew && row.glimpse !== null) {
        await transaction
          .updateTable("statements")
          .set({ glimpse: row.glimpse })
          .where("leaf", "=", leaf)
          .where("glimpse", "is", null)
          .where("truth", "!=", "true")
          .execute();
      }
      return isNew;
    });
  }

  /**
   * @param most - The most that are wanted.
   * @returns Certified statements that are not told true from false yet, those first that were tried least.
   */
  async openStatements(most: number): Promise<Recorded[]> {
    const rows = await this.#certified().where("truth", "=", "open").orderBy("tried").limit(most).execute();
    return rows.map(recordedFrom);
  }

  /**
   * @param most - The most that are wanted.
   * @returns Certified statements that were not held against others yet.
   */
  async uncompared(most: number): Promise<Recorded[]> {
    const rows = await this.#certified().where("compared", "=", 0).limit(most).execute();
    return rows.map(recordedFrom);
  }

  /** Remembers that a statement was held against all others. */
  async setCompared(leaf: Bytes32): Promise<void> {
    await this.db.updateTable("statements").set({ compared: 1 }).where("leaf", "=", leaf).execute();
  }

  /** Remembers that a statement could not be told yet. */
  async postpone(leaf: Bytes32): Promise<void> {
    await this.db
      .updateTable("statements")
      .set({ tried: sql`tried + 1` })
      .where("leaf", "=", leaf)
      .execute();
  }

  /** Remembers what a statement is. Of a true one no message need be shown. */
  async setTruth(leaf: Bytes32, truth: Truth): Promise<void> {
    await this.db
      .updateTable("statements")
      .set(truth === "true" ? { truth, glimpse: null } : { truth })
      .where("leaf", "=", leaf)
      .execute();
  }

  /** A statement by its leaf. */
  async statement(leaf: string): Promise<Recorded | undefined> {
    const row = await this.db.selectFrom("statements").selectAll().where("leaf", "=", leaf).executeTakeFirst();
    return row === undefined ? undefined : recordedFrom(row);
  }

  /**
   * @param subject - What final statements are about.
   * @param slot - Of pages, one count.
   * @returns One statement of each content, oldest first.
   */
  async contents(subject: string, slot?: number): Promise<Recorded[]> {
    const rows = await this.db
      .selectFrom("statements")
      .selectAll()
      .where("subject", "=", subject)
      .$if(slot !== undefined, (query) => query.where("slot", "=", slot ?? 0))
      .where("final", "=", 1)
      .groupBy(["slot", "content"])
      .orderBy("seen_at")
      .limit(MOST_CONTENTS)
      .execute();
    return rows.map(recordedFrom);
  }

  /**
   * @param subject - What final pages are about.
   * @returns One of each content that is false.
   */
  async lies(subject: string): Promise<Recorded[]> {
    const rows = await this.db
      .selectFrom("statements")
      .selectAll()
      .where("subject", "=", subject)
      .where("truth", "=", "false")
      .groupBy(["slot", "content"])
      .limit(MOST_CONTENTS)
      .execute();
    return rows.map(recordedFrom);
  }

  /**
   * @param subject - What final statements are about.
   * @param content - What they say of it.
   * @returns Everybody who said so, by whichever statement: the heaviest certificates first.
   */
  async testimonies(subject: string, content: string): Promise<(Testimony & { readonly statement: Statement })[]> {
    const rows = await this.db
      .selectFrom("statements")
      .innerJoin("said", "said.leaf", "statements.leaf")
      .innerJoin("certificates", "certificates.root", "said.root")
      .select(["statements.json as statement", "said.proof", "certificates.json as certificate", "certificates.bps"])
      .where("statements.subject", "=", subject)
      .where("statements.content", "=", content)
      .where("statements.final", "=", 1)
      .orderBy("certificates.bps", "desc")
      .orderBy("certificates.issued_at", "desc")
      .limit(MOST_TESTIMONIES)
      .execute();
    return rows.map(({ statement, proof, certificate, bps }) => ({
      statement: parse(statementSchema, JSON.parse(statement)),
      certificate: parse(certificateSchema, JSON.parse(certificate)),
      batchProof: parse(bytes32Schema.array(), JSON.parse(proof)),
      signedBps: bps,
    }));
  }

  /** When a statement was certified last. */
  async issuedAt(leaf: Bytes32): Promise<bigint> {
    const found = await this.db
      .selectFrom("said")
      .innerJoin("certificates", "certificates.root", "said.root")
      .select(({ fn }) => fn.max("certificates.issued_at").as("issued_at"))
      .where("said.leaf", "=", leaf)
      .executeTakeFirst();
    return BigInt(found?.issued_at ?? 0);
  }

  /** A place that was reached: a block, a number; `otherwise` for none. */
  async cursor(name: string, otherwise: number): Promise<number> {
    const row = await this.db.selectFrom("cursors").select("value").where("name", "=", name).executeTakeFirst();
    return row?.value ?? otherwise;
  }

  /** Remembers it. */
  async setCursor(name: string, value: number): Promise<void> {
    await this.db
      .insertInto("cursors")
      .values({ name, value })
      .onConflict((on) => on.column("name").doUpdateSet({ value }))
      .execute();
  }

  /** Forgets what was certified before a second: nobody can be slashed for it any more. What was found stays. */
  async forgetBefore(second: number): Promise<void> {
    await this.db.deleteFrom("certificates").where("issued_at", "<", second).execute();
    await this.db.deleteFrom("said").where("seen_at", "<", second).execute();
    await this.db.deleteFrom("statements").where("seen_at", "<", second).execute();
  }

  // What nobody signed may be made up by an endpoint.
  #certified() {
    return this.db
      .selectFrom("statements")
      .selectAll()
      .where((row) =>
        row.exists(
          row
            .selectFrom("said")
            .innerJoin("certificates", "certificates.root", "said.root")
            .select("said.root")
            .whereRef("said.leaf", "=", "statements.leaf"),
        ),
      );
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#store.close();
  }
}
