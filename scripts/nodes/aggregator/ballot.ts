import { fetchJson } from "#nodes/shared/client.ts";
import { signResponseSchema, type SignRequest, type SignResponse } from "#nodes/shared/api.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { RowSignature } from "#protocol/certificates.ts";
import type { OperatorTable } from "#protocol/tables.ts";
import type { Bytes32 } from "#protocol/types.ts";

/** Longest answer of an operator: all operators answer at once, each with a doubt for every statement at most. */
const ANSWER_BYTES = 524_288;

/** An operator's signature, not verified yet. */
export interface Vote extends RowSignature {
  readonly url: string;
}

/** An operator that does not stand behind some statements. */
export interface Objection {
  readonly url: string;
  readonly row: number;
  readonly leaves: ReadonlySet<Bytes32>;
}

/** What operators answered. */
export interface Ballot {
  readonly votes: readonly Vote[];
  readonly objections: readonly Objection[];
  /** Why others said nothing that counts. */
  readonly absentees: ReadonlyMap<string, string>;
}

/**
 * Asks all operators at once.
 *
 * @param urls - Where they listen.
 * @param request - The proposed batch.
 * @param table - The table of its epoch, to find their rows.
 * @param timeoutMs - After how long one counts as absent.
 * @returns Their answers. Nothing in them is trusted.
 */
export async function collect(
  urls: readonly string[],
  request: SignRequest,
  table: OperatorTable,
  timeoutMs: number,
): Promise<Ballot> {
  const votes: Vote[] = [];
  const objections: Objection[] = [];
  const absentees = new Map<string, string>();
  const rows = new Map(table.rows.map(({ key }, row) => [`${String(key.x)} ${String(key.y)}`, row]));
  await Promise.all(
    urls.map(async (url) => {
      let response: SignResponse;
      try {
        const statuses = [200, 422];
        const asked = { url: `${url}/sign`, body: request, timeoutMs, statuses, limitBytes: ANSWER_BYTES };
        response = await fetchJson(asked, signResponseSchema);
      } catch (error) {
        absentees.set(url, reasonOf(error));
        return;
      }
      const row = rows.get(`${String(response.key.g1.x)} ${String(response.key.g1.y)}`);
      if (row === undefined) absentees.set(url, "its key is not in the table");
      else if (response.status === "signed") {
        votes.push({ url, row, signature: response.signature, key: response.key.g2 });
      } else if (response.statements.length > 0) {
        objections.push({ url, row, leaves: new Set(response.statements.map(({ leaf }) => leaf)) });
      } else absentees.set(url, `${response.code}: ${response.reason}`);
    }),
  );
  return { votes, objections, absentees };
}
