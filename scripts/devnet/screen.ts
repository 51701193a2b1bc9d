import { styleText } from "node:util";

import type { Hex } from "#protocol/types.ts";

/** Where lines go: standard output, or standard error where the output is JSON. */
export type Stream = NodeJS.WritableStream;

/** What a line is about; decides its colour. */
export type Subject =
  | "chain"
  | "node"
  | "epoch"
  | "bridge"
  | "sent"
  | "certified"
  | "delivered"
  | "failed"
  | "story"
  | "verdict"
  | LieSubject;
/** What a line of a lie's timeline is about. */
export type LieSubject = "lie" | "found" | "stopped" | "case" | "slashed" | "vault";

const COLOURS: Readonly<Record<Subject, "gray" | "blue" | "cyan" | "yellow" | "green" | "red" | "magenta" | "bold">> = {
  chain: "gray",
  node: "gray",
  epoch: "blue",
  sent: "cyan",
  certified: "yellow",
  delivered: "green",
  failed: "red",
  story: "magenta",
  verdict: "bold",
  lie: "red",
  found: "yellow",
  stopped: "cyan",
  bridge: "blue",
  case: "magenta",
  slashed: "red",
  vault: "green",
};
const WIDTH = 10;

/** Writes plain lines, each with its time; colours only where a terminal shows them and `NO_COLOR` is not set. */
export class Screen {
  readonly #stream: Stream;

  /** @param stream - Where lines go. */
  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** One thing that happened now. */
  line(subject: Subject, text: string): void {
    const time = new Date().toISOString().slice(11, 23);
    const word = this.#style(COLOURS[subject], subject.padEnd(WIDTH));
    this.#stream.write(`${this.#style("gray", time)}  ${word} ${text}\n`);
  }

  /** The heading of a part. */
  title(text: string): void {
    this.#stream.write(`\n${this.#style("bold", text)}\n`);
  }

  /** A line without time. */
  plain(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** Rows under each other, columns aligned; numbers to the right. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = head.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
    );
    const isNumber = head.map((_, column) => rows.every((row) => /^[\d ,.]*$/.test(row[column] ?? "")));
    const write = (row: readonly string[]) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return isNumber[column] === true ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd();
    this.#stream.write(`  ${this.#style("gray", write(head))}\n`);
    for (const row of rows) this.#stream.write(`  ${write(row)}\n`);
  }

  #style(format: "gray" | "blue" | "cyan" | "yellow" | "green" | "red" | "magenta" | "bold", text: string): string {
    return styleText(format, text, { stream: this.#stream, validateStream: true });
  }
}

/** The beginning of an id or hash, enough to recognise it. */
export function brief(value: string): string {
  return `${value.slice(0, 10)}…`;
}

/** A number with thin groups, as people read it. */
export function grouped(value: number | bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, " ");
}

/** Milliseconds as seconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

/**
 * @param payload - Bytes.
 * @returns Them as text if they are printable, else as hex.
 */
export function readable(payload: Hex): string {
  const text = new TextDecoder().decode(Buffer.from(payload.slice(2), "hex"));
  return /^[^\p{C}\uFFFD]+$/u.test(text) ? `"${text}"` : payload;
}
