import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** How a command is typed. */
export interface Typing {
  /** Exit code that it must end with; 0 unless given. */
  readonly ends?: number;
  /** What must not be in the last that it prints. */
  readonly lacks?: RegExp;
  /** It is typed again until it ends so, for so many seconds; once unless given. */
  readonly withinSeconds?: number;
  /** What is typed before it is typed again. */
  readonly before?: string;
  /** Of its lines, those at the beginning and at the end that are shown; all unless given. */
  readonly shows?: readonly [first: number, last: number];
  /** Of the environment, what it needs, without being shown. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a command printed. */
export interface Printed {
  readonly stdout: string;
  readonly exitCode: number | null;
}

/** Between two times that a command is typed. */
const AGAIN_MS = 3_000;

/** Types commands into a shell, one after the other, and writes down what happens. */
export class Transcript {
  readonly #folder: string;
  readonly #lines: string[] = [];
  readonly #children = new Map<string, ChildProcess>();
  readonly #begunMs = Date.now();

  /** @param folder - Where what runs beside writes its output. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was written down, as Markdown. */
  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  /** A chapter. */
  title(text: string): void {
    this.#lines.push("", `## ${text}`);
    process.stderr.write(`\n${text}\n`);
  }

  /** What is about to be done, and why. */
  say(text: string): void {
    this.#lines.push("", text);
  }

  /** Types a command. Throws when it does not end as it must. */
  async type(command: string, typing: Typing = {}): Promise<Printed> {
    const { ends = 0, withinSeconds = 0, env = {}, lacks, before } = typing;
    process.stderr.write(`${this.#clock()}  $ ${command}\n`);
    const start = Date.now();
    for (let times = 1; ; times++) {
      const { printed, output } = await run(command, env);
      if (printed.exitCode === ends && lacks?.test(printed.stdout) !== true) {
        this.#write(command, output, typing, times, Date.now() - start);
        return printed;
      }
      if (Date.now() - start >= withinSeconds * 1_000) {
        throw new Error(`"${command}" ends with ${String(printed.exitCode)}, not ${ends}:\n${output}`);
      }
      await pause(AGAIN_MS);
      if (before !== undefined) await run(before, env);
    }
  }

  /** Types a command that stays, and writes nothing down of what it prints; `ready` must appear in that before anything else is typed. */
  async leaveRunning(
    name: string,
    command: string,
    ready: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    process.stderr.write(`${this.#clock()}  $ ${command} &\n`);
    const path = join(this.#folder, `${name}.log`);
    const file = openSync(path, "a");
    const before = readFileSync(path, "utf8").length;
    const child = spawn("sh", ["-c", `exec ${command}`], {
      ...{ stdio: ["ignore", file, file], env: { ...process.env, ...env }, detached: true },
    });
    closeSync(file);
    this.#children.set(name, child);
    this.#lines.push("", "```console", `$ ${command}`, "```");
    for (let attempt = 0; ; attempt++) {
      if (readFileSync(path, "utf8").slice(before).includes(ready)) return;
      if (child.exitCode !== null || attempt > READY_ATTEMPTS) {
        throw new Error(`"${command}" is not ready:\n${readFileSync(path, "utf8").slice(before)}`);
      }
      await pause(READY_MS);
    }
  }

  /** Writes down what has been printed by something that stays. */
  show(name: string): void {
    const printed = readFileSync(join(this.#folder, `${name}.log`), "utf8");
    this.#lines.push("", "```text", printed.replace(NOISE, "").trimEnd(), "```");
  }

  /** Ends something that stays, as Ctrl-C does. */
  async stop(name: string): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    if (child?.pid === undefined) return;
    // The whole group: npx stands between.
    signal(child.pid, "SIGTERM");
    while (signal(child.pid, 0)) await pause(READY_MS);
  }

  /** Ends all that stays, the last first. */
  async stopAll(): Promise<void> {
    for (const name of [...this.#children.keys()].reverse()) await this.stop(name);
  }

  #write(command: string, output: string, { ends = 0, shows, before }: Typing, times: number, tookMs: number): void {
    const lines = output.trimEnd().split("\n");
    const [first, last] = shows ?? [lines.length, 0];
    const hidden = lines.length - first - last;
    const kept =
      hidden > 1 ? [...lines.slice(0, first), `… ${hidden} lines …`, ...(last === 0 ? [] : lines.slice(-last))] : lines;
    const notes = [
      ...(times > 1 ? [`typed ${times} times in ${Math.round(tookMs / 1_000)} s; this is the last`] : []),
      ...(times > 1 && before !== undefined ? [`between them: \`${before}\``] : []),
      ...(ends === 0 ? [] : [`exit code ${ends}`]),
    ];
    this.#lines.push("", "```console", `$ ${command}`, ...kept, "```");
    if (notes.length > 0) this.#lines.push("", `(${notes.join("; ")})`);
  }

  #clock(): string {
    return `${String(Math.round((Date.now() - this.#begunMs) / 1_000)).padStart(4)} s`;
  }
}

/** Whether there was anybody to hear it. */
function signal(group: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, what);
  } catch {
    return false;
  }
}

const [READY_MS, READY_ATTEMPTS] = [250, 1_200];
/** Warnings of npm about the machine it runs on, and of the compiler about its paths. */
const NOISE = /^npm warn .*\n|\n*^Warning: Transient storage.*\n(?:[ \d].*\n)*\n*/gm;

async function run(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<{ printed: Printed; output: string }> {
  const child = spawn("sh", ["-c", command], {
    ...{ stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1", ...env } },
  });
  let [stdout, output] = ["", ""];
  child.stdout.on("data", (part: Buffer) => {
    stdout += part.toString();
    output += part.toString();
  });
  child.stderr.on("data", (part: Buffer) => {
    output += part.toString();
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { printed: { stdout, exitCode }, output: output.replace(NOISE, "") };
}
