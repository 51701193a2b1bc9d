import { NO_LIMIT, POLICY_BOUNDS, type SourcePolicy } from "#chain/admin/sourcePolicy.ts";

import { CommandError } from "../shared/errors.ts";

/** What is typed for each field; the option of `minTotalWeightLog2` is shorter. */
export type FieldsTyped = Readonly<
  Record<Exclude<keyof SourcePolicy, "minTotalWeightLog2"> | "minTotalWeight", string>
>;
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * @param typed - What was typed for each field; empty for a field that stays as it is.
 * @returns The fields; throws `InvalidOption` for whatever the contract would refuse.
 */
export function fieldsTyped(typed: FieldsTyped): Partial<SourcePolicy> {
  const fields: Partial<Writable<SourcePolicy>> = {};
  const { messagesPerHour, acceptsIrrefutable, refused } = typed;
  for (const field of ["maxAgeSeconds", "quorumBps", "minFinality"] as const) {
    if (typed[field] !== "") fields[field] = numberTyped(field, field, typed[field]);
  }
  if (typed.minTotalWeight !== "") {
    fields.minTotalWeightLog2 = numberTyped("minTotalWeight", "minTotalWeightLog2", typed.minTotalWeight);
  }
  if (messagesPerHour === "none") fields.messagesPerHour = NO_LIMIT;
  else if (messagesPerHour !== "")
    fields.messagesPerHour = numberTyped("messagesPerHour", "messagesPerHour", messagesPerHour);
  if (acceptsIrrefutable !== "") fields.acceptsIrrefutable = truthTyped("acceptsIrrefutable", acceptsIrrefutable);
  if (refused !== "") fields.refused = truthTyped("refused", refused);
  return fields;
}

function numberTyped(option: keyof FieldsTyped, field: keyof typeof POLICY_BOUNDS, typed: string): number {
  const [least, most] = POLICY_BOUNDS[field];
  const value = /^[0-9]{1,10}$/.test(typed) ? Number(typed) : undefined;
  if (value !== undefined && value >= least && value <= most) return value;
  throw new CommandError("InvalidOption", `${optionOf(option)}: "${typed}" is no number from ${least} to ${most}`);
}

function truthTyped(field: keyof SourcePolicy, typed: string): boolean {
  if (typed === "true" || typed === "false") return typed === "true";
  throw new CommandError("InvalidOption", `${optionOf(field)}: "${typed}" is neither true nor false`);
}

function optionOf(field: string): string {
  return `--${field.replace(/[A-Z]/g, (part) => `-${part.toLowerCase()}`)}`;
}
