import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import hre, { artifacts, network } from "hardhat";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { startDevnet, type Devnet, type DevnetOptions } from "#devnet/devnet.ts";
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

/** The devnet of the tests in test/devnet, and the file that tells other processes about it. */
export type SharedDevnet = Devnet & { readonly deploymentFile: string };

const started: Promise<SharedDevnet>[] = [];
let shared: Promise<SharedDevnet> | undefined;

/**
 * One devnet for all tests that need no more than that there is one. Others send over it, too: count nothing, leave its nodes
 * running, and let messages between alpha and beta pass.
 *
 * @returns It, started by the first that asks, stopped after the last test.
 */
export function sharedDevnet(): Promise<SharedDevnet> {
  if (shared !== undefined) return shared;
  const options = devnetOptions();
  const { deploymentFile } = options;
  shared = startDevnet(options).then((devnet) => ({ ...devnet, deploymentFile }));
  started.push(shared);
  return shared;
}

/**
 * The same, for a test that leaves it as others cannot use it, and stops it: who asks later gets another.
 *
 * @returns It.
 */
export async function devnetToSpoil(): Promise<SharedDevnet> {
  const devnet = sharedDevnet();
  shared = undefined;
  return devnet;
}

// Of the root: this module is loaded outside of any `describe`.
after(async function () {
  for (const devnet of started) await (await devnet).stop();
});

/** What a command left behind. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a task in this process as the command line would; with Hardhat as these tests have it unless given. */
export async function runTask(
  id: string[],
  args: Record<string, unknown>,
  runtime: HardhatRuntimeEnvironment = hre,
): Promise<Outcome> {
  const { exitCode } = process;
  const out = capture(process.stdout);
  const err = capture(process.stderr);
  try {
    process.exitCode = undefined;
    await runtime.tasks.getTask(id).run(args);
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
