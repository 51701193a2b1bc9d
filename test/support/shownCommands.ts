import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

import hre from "hardhat";
import type { Task, TaskArguments } from "hardhat/types/tasks";
import { z } from "zod";

import { codeBlocks } from "./documents.ts";

/** A command that a document shows. */
export interface ShownCommand {
  /** Document and line. */
  readonly place: string;
  /** As it stands there, without the comment behind it. */
  readonly text: string;
  readonly words: readonly string[];
}

/** A task, and what it is given. */
export interface TaskCall {
  readonly task: Task;
  readonly args: TaskArguments;
}

/**
 * @param path - A document, from the root.
 * @returns Every line of its `sh` blocks, and every line after a `$` of its `console` blocks.
 */
export function shownCommands(path: string): ShownCommand[] {
  return codeBlocks(path).flatMap(({ language, text, line }) => {
    if (language !== "sh" && language !== "console") return [];
    return text.split("\n").flatMap((written, index) => {
      const typed = language === "sh" ? written : (/^\$ (.*)$/.exec(written)?.[1] ?? "");
      const command = typed.replace(/(^|\s)#\s.*$/, "").trim();
      if (command === "") return [];
      return [{ place: `${path}:${String(line + index)}`, text: command, words: wordsOf(command) }];
    });
  });
}

/**
 * Reads words as Hardhat's command line does.
 *
 * @param words - What follows `npx hardhat`.
 * @returns The task and its arguments; throws what Hardhat would say.
 */
export async function taskCall(words: readonly string[]): Promise<TaskCall> {
  const { parseRawArguments, parseTask, parseTaskArguments } = await parser();
  const cli = parseRawArguments([...words]);
  const used = cli.map(() => false);
  for (const [at, word] of cli.entries()) {
    if (word === "--network") used.fill(true, at, at + 2);
  }
  const task = parseTask(cli, used, hre.tasks.rootTasks);
  if (Array.isArray(task)) throw new Error(`there is no task "${task.join(" ")}"`);
  if (task.isEmpty) throw new Error(`"${task.id.join(" ")}" has tasks, and is none: ${words.join(" ")}`);
  return { task, args: parseTaskArguments(cli, used, task) };
}

/** Options of Hardhat itself, which every task takes. */
const GLOBAL_OPTIONS = ["config", "network", "help", "version"];

/**
 * Tasks that a document names in its text, as `npx hardhat noun verb --option` or, for nouns of ours, as `noun verb`.
 *
 * @param text - A document.
 * @returns How many there are, and those of which task or option does not exist.
 */
export function namedTasks(text: string): { named: number; unknown: string[] } {
  const pieces = [...text.replace(/^```[^]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  let named = 0;
  const unknown = pieces.filter((code) => {
    const words = code.split(/\s+/);
    const typed = words[0] === "npx" && words[1] === "hardhat";
    const [noun = "", ...rest] = typed ? words.slice(2) : words;
    const group = hre.tasks.rootTasks.get(noun);
    if (group === undefined) return typed && /^[a-z]+$/.test(noun);
    if (!typed && (!group.isEmpty || !/^[a-z]+$/.test(rest[0] ?? ""))) return false;
    named += 1;
    let task = group;
    for (const word of rest) {
      const subtask = task.subtasks.get(word.replace(/,$/, ""));
      if (subtask === undefined) break;
      task = subtask;
    }
    if (task.isEmpty && rest.length > 0) return /^[a-z]/.test(rest[0] ?? "");
    return rest
      .filter((word) => word.startsWith("--"))
      .map((word) => word.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()))
      .some((option) => !task.options.has(option) && !GLOBAL_OPTIONS.includes(option));
  });
  return { named, unknown };
}

/** Words between blanks; quotes hold blanks together. One line is one command. */
function wordsOf(command: string): string[] {
  const parts = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  if (parts.some((part) => /^(&&|\|\|?|;|\\|>>?)$|;$/.test(part)))
    throw new Error(`show one command a line: ${command}`);
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

type Parser = {
  readonly parseRawArguments: (words: string[]) => string[];
  readonly parseTask: (words: string[], used: boolean[], tasks: Map<string, Task>) => Task | string[];
  readonly parseTaskArguments: (words: string[], used: boolean[], task: Task) => TaskArguments;
};

const parserSchema = z.custom<Parser>(
  (found) =>
    z.object({ parseRawArguments: z.any(), parseTask: z.any(), parseTaskArguments: z.any() }).safeParse(found).success,
);

/** Hardhat's own, which it does not export. */
async function parser(): Promise<Parser> {
  const entry = createRequire(import.meta.url).resolve("hardhat");
  const found: unknown = await import(pathToFileURL(join(dirname(entry), "internal/cli/parser.js")).href);
  return parserSchema.parse(found);
}
