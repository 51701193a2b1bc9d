import type { OperatorState } from "#chain/hub/members.ts";

/** An operator for people: a line, and one for each strategy. */
export function operatorLines(state: OperatorState): string[] {
  const { operator, row, stakes } = state;
  const facts = [
    state.isMember ? "member" : "no member",
    state.isSeated ? "seated" : "no seat",
    state.key === undefined ? "no key" : "key",
    row === undefined ? "no row" : `row ${row.row} of epoch ${row.epoch}, weight ${row.weight}`,
    ...(state.endpoint === "" ? [] : [state.endpoint]),
  ];
  return [
    `${operator}: ${facts.join(", ")}`,
    ...stakes.map(({ strategy, magnitude, pending, effectBlock, slashableShares }) => {
      const change = pending === 0n ? "" : `, ${pending > 0n ? "+" : ""}${pending} from block ${effectBlock} on`;
      return `  ${strategy}: ${magnitude} of 1e18 allocated${change}; ${slashableShares} shares can be taken`;
    }),
  ];
}
