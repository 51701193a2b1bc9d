import { elementAt } from "#protocol/errors.ts";
import type { Message } from "#protocol/messages.ts";
import type { PageTree } from "#protocol/pages.ts";
import { buildRun, type Run } from "#protocol/runs.ts";
import type { Bytes32 } from "#protocol/types.ts";

import type { CertifiedPage } from "./certificates.ts";

/** A message that is due, with all that carrying it takes. */
export interface Parcel {
  readonly id: Bytes32;
  readonly message: Message;
  readonly certified: CertifiedPage;
  readonly tree: PageTree;
  readonly attempts: number;
}

/**
 * @param parcels - Messages under one certificate, page by page, each page's in order.
 * @returns The runs that carry them: as few as there are gaps.
 */
export function runsOf(parcels: readonly Parcel[]): Run[] {
  const groups: Parcel[][] = [];
  for (const parcel of parcels) {
    const group = groups.at(-1);
    if (group !== undefined && follows(elementAt(group, group.length - 1), parcel)) group.push(parcel);
    else groups.push([parcel]);
  }
  return groups.map((group) => {
    const { certified, tree } = elementAt(group, 0);
    return buildRun({
      page: certified.page,
      statements: certified.statements,
      pageTree: tree,
      messages: group.map(({ message }) => message),
    });
  });
}

function follows(last: Parcel, next: Parcel): boolean {
  return last.certified.page === next.certified.page && next.message.nonce === last.message.nonce + 1n;
}

/**
 * @param parcels - Any parcels.
 * @param keyOf - What those that belong together have in common.
 * @returns Them, group by group, in the order of their first.
 */
export function groupBy<K>(parcels: readonly Parcel[], keyOf: (parcel: Parcel) => K): Parcel[][] {
  const groups = new Map<K, Parcel[]>();
  for (const parcel of parcels) {
    const key = keyOf(parcel);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [parcel]);
    else group.push(parcel);
  }
  return [...groups.values()];
}
