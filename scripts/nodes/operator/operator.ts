import type { InstalledTable } from "#chain/operatorTables.ts";
import type { RefusalCode, SignRequest, SignResponse, Doubt, StatementEvidence, Evidence } from "#nodes/shared/api.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { StatementTree, type Batch, type Domain } from "#protocol/batches.ts";
import { ProtocolError } from "#protocol/errors.ts";
import { toJson } from "#protocol/schemas.ts";
import type { Statement } from "#protocol/statements.ts";
import type { Bytes32 } from "#protocol/types.ts";

import { ContradictionError, HistoryError, type SigningHistory } from "./history.ts";
import type { Signer } from "./signer.ts";
import type { StatementVerifier } from "./verifier.ts";

/** What an operator works with. */
export interface OperatorParts {
  readonly domain: Domain;
  readonly rollups: Rollups;
  readonly verifier: StatementVerifier;
  readonly history: SigningHistory;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
  readonly clockToleranceSeconds: number;
}

/** A batch is not signed, whatever its statements say. */
class Refusal extends Error {
  readonly code: RefusalCode;
  readonly statements: readonly Doubt[];

  constructor(code: RefusalCode, message: string, statements: readonly Doubt[] = []) {
    super(message);
    this.code = code;
    this.statements = statements;
  }
}

/** Signs batches of which it has verified every statement itself, and against which its history has nothing. */
export class Operator {
  readonly #parts: OperatorParts;
  #signed = 0;
  #refused = 0;
  #historyProblem: string | undefined;

  /** @param parts - What it works with. */
  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  /** How many batches were signed and refused since the start. */
  get counters(): Record<string, number> {
    return { signed: this.#signed, refused: this.#refused };
  }

  /** What keeps it from signing, if anything. */
  get problems(): string[] {
    return this.#historyProblem === undefined ? [] : [this.#historyProblem];
  }

  /**
   * @param request - A proposed batch.
   * @returns The signature, or a refusal that names every statement it does not stand behind.
   */
  async sign(request: SignRequest): Promise<SignResponse> {
    const { signer, history, verifier, log } = this.#parts;
    const { batch, statements } = request;
    const key = signer.publicKey;
    try {
      this.#ensureWellFormed(batch, statements);
      await this.#ensureMember(batch);
      const { claims, doubts } = await verifier.verify(batch.operatorSetId, statements);
      if (doubts.length > 0) throw new Refusal("StatementsNotVerified", "not every statement is verified", doubts);
      const recorded = await history.record(batch, claims);
      this.#signed++;
      log.info({ statementsRoot: batch.statementsRoot, statements: statements.length }, "signed");
      return { status: "signed", key, signature: signer.sign(recorded) };
    } catch (error) {
      const refusal = this.#refusal(error);
      this.#refused++;
      log.warn({ code: refusal.code, reason: refusal.message, statements: refusal.statements }, "refused");
      return {
        status: "refused",
        key,
        code: refusal.code,
        reason: refusal.message,
        statements: [...refusal.statements],
      };
    }
  }

  /** The statement with this leaf, and its leaves if it is a page; undefined if this key did not sign it. */
  async statement(leaf: Bytes32): Promise<StatementEvidence | undefined> {
    const statement = await this.#parts.history.statement(leaf);
    if (statement === undefined) return undefined;
    return statement.kind === "Page"
      ? { statement, leaves: await this.#parts.history.leavesOf(statement.content) }
      : { statement };
  }

  /** The batch with this root, if this key signed it. */
  evidence(statementsRoot: Bytes32): Promise<Evidence | undefined> {
    return this.#parts.history.evidence(statementsRoot);
  }

  #ensureWellFormed(batch: Batch, statements: readonly Statement[]): void {
    const { root } = new StatementTree(statements);
    if (root !== batch.statementsRoot) throw new Refusal("BatchMalformed", `the statements have root ${root}`);
    const now = this.#parts.clock.nowSeconds();
    const distance = batch.issuedAt > now ? batch.issuedAt - now : now - batch.issuedAt;
    if (distance > BigInt(this.#parts.clockToleranceSeconds)) {
      throw new Refusal("IssuedOutOfBounds", `issued at ${String(batch.issuedAt)}, it is ${String(now)}`);
    }
    const isEarly = statements.some(
      (statement) => statement.kind === "Page" && statement.content.sourceTimestamp > batch.issuedAt,
    );
    if (isEarly) throw new Refusal("BatchMalformed", "a page is from after the batch");
  }

  async #ensureMember(batch: Batch): Promise<void> {
    const { table, validFrom, validUntil } = await this.#table(batch);
    const { x, y } = this.#parts.signer.publicKey.g1;
    if (!table.rows.some(({ key }) => key.x === x && key.y === y)) {
      throw new Refusal("NotAMember", `no row of epoch ${String(batch.tableEpoch)} has this operator's key`);
    }
    if (batch.issuedAt < validFrom || batch.issuedAt > validUntil) {
      throw new Refusal(
        "IssuedOutOfBounds",
        `epoch ${String(batch.tableEpoch)} speaks from ${String(validFrom)} to ${String(validUntil)}`,
      );
    }
  }

  // Any rollup that has installed the epoch will do: the hub certified the same table to all.
  async #table({ operatorSetId, tableEpoch }: Batch): Promise<InstalledTable> {
    let failure = "no rollup has installed it";
    for (const rollup of this.#parts.rollups) {
      try {
        const table = await rollup.installedTable(operatorSetId, tableEpoch);
        if (table === undefined) continue;
        const domain = await rollup.domain();
        if (toJson(domain) !== toJson(this.#parts.domain)) {
          throw new Refusal("WrongDomain", `chain ${String(rollup.chainId)} belongs to another hub`);
        }
        return table;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        failure = reasonOf(error);
      }
    }
    throw new Refusal("EpochUnknown", `epoch ${String(tableEpoch)} of set ${String(operatorSetId)}: ${failure}`);
  }

  #refusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof ProtocolError) return new Refusal("BatchMalformed", reasonOf(error));
    if (error instanceof ContradictionError) {
      const { leaf, message } = error;
      return new Refusal("HistoryContradicted", message, [{ leaf, code: "Contradiction", reason: message }]);
    }
    // Whatever else went wrong: without a readable history nothing is signed.
    const reason = reasonOf(error);
    if (error instanceof HistoryError) this.#historyProblem = reason;
    this.#parts.log.error({ reason }, "cannot sign");
    return new Refusal("HistoryUnavailable", reason);
  }
}
