import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import hre, { artifacts, network } from "hardhat";

import type { DevnetOptions } from "#devnet/devnet.ts";
import { Screen } from "#devnet/screen.ts";

/** A screen that nobody sees, with what was written on it. */
export class Paper extends Writable {
  text = "";

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** What a devnet of a test is started with: free ports, a file of its own, a screen on paper. */
export function devnetOptions(): DevnetOptions & { readonly paper: Paper } {
  const paper = new Paper();
  return {
    network,
    readArtifact: (name) => artifacts.readArtifact(name),
    portBase: 0,
    eigenLayer: "1.13",
    bridgeDelaySeconds: 1,
    deploymentFile: join(mkdtempSync(join(tmpdir(), "parley-test-")), "devnet.json"),
    screen: new Screen(paper),
    signal: new AbortController().signal,
    paper,
  };
}

/** What a command left behind. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a task in this process as the command line would. */
export async function runTask(id: string[], args: Record<string, unknown>): Promise<Outcome> {
  const { exitCode } = process;
  const out = capture(process.stdout);
  const err = capture(process.stderr);
  try {
    process.exitCode = undefined;
    await hre.tasks.getTask(id).run(args);
    return { exitCode: exitCodeNow(), stdout: out.text(), stderr: err.text() };
  } finally {
    out.release();
    err.release();
    process.exitCode = exitCode;
  }
}

function exitCodeNow(): number {
  return Number(process.exitCode ?? 0);
}

function capture(stream: NodeJS.WriteStream): { text: () => string; release: () => void } {
  const parts: string[] = [];
  const write = stream.write.bind(stream);
  stream.write = (chunk: unknown) => {
    parts.push(String(chunk));
    return true;
  };
  return {
    text: () => parts.join(""),
    release: () => {
      stream.write = write;
    },
  };
}
