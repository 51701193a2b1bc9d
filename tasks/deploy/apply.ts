import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Step } from "#deploy/steps/step.ts";

import { EXIT, print } from "../shared/command.ts";
import { confirm } from "../shared/confirm.ts";
import type { NetworkArguments } from "../shared/networks.ts";
import { NEEDS_UNDO, planDocument, planLines, senderOf, titleOf } from "./lines.ts";
import { runInWorkshop, type OpenWorkshop } from "./workshop.ts";

interface Arguments extends NetworkArguments {
  readonly deployments: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly undo: boolean;
}

/** `hardhat deploy apply`: sends what is missing; exit code 2 while something waits, or is for others to send. */
export default async function apply(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runInWorkshop(hre, args, args.dryRun ? "read" : "send", async (opened) => {
    const [{ planNetwork }, { toJson }] = await Promise.all([
      import("#deploy/plan.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const plan = await planNetwork(opened.config, opened.workshop);
    if (args.dryRun || plan.pending.length === 0) {
      print(args.json, toJson({ network: args.name, sent: [], ...planDocument(plan) }), planLines(args.name, plan));
      return plan.pending.length === 0 ? EXIT.ok : EXIT.notYet;
    }
    // Also where nobody is asked: it is what was agreed to, and nothing else is sent.
    process.stderr.write(`${planLines(args.name, plan).join("\n")}\n`);
    await confirm("Send what can be sent?", args.yes);
    const shown = plan.pending.map(({ step }) => step);
    const { steps, sent, forOthers, changed } = await send(args, hre, opened, shown);
    const pending = steps.filter(({ isDone }) => !isDone);
    const told = ({ id, by, from, waitsUntil, undoes }: Step) => ({
      ...{ id, by, from, ...(waitsUntil && { waitsUntil }), ...(undoes && { undoes }) },
    });
    const document = {
      ...{ network: args.name, sent, forOthers: forOthers.map(told), pending: pending.map(told) },
      changed: changed.map(({ id }) => id),
    };
    print(args.json, toJson(document), [
      `${args.name}: ${sent.length} transactions were sent, ${pending.length} are missing`,
      ...pending.map((step) => `  ${step.id}: ${stateOf(step, forOthers, args.undo)}`),
      ...(changed.length === 0 ? [] : [changedLine(changed)]),
    ]);
    if (args.json && changed.length > 0) console.error(changedLine(changed));
    return pending.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}

async function send(
  args: Arguments,
  hre: HardhatRuntimeEnvironment,
  { config, workshop, chains, folder }: OpenWorkshop,
  shown: readonly Step[],
) {
  const [{ applyNetwork }, { approvalOf }, { crewsOf }] = await Promise.all([
    import("#deploy/apply/apply.ts"),
    import("#deploy/apply/approval.ts"),
    import("./crews.ts"),
  ]);
  return applyNetwork(args.name, config, {
    ...{ ...workshop, undoes: args.undo, approval: approvalOf(shown) },
    ...{ crews: await crewsOf(config, chains), folder, file: `${folder}.json`, root: hre.config.paths.root },
    report: (step, what) => {
      console.error(
        `${new Date().toISOString()}  ${what === "sends" ? "sends" : "done "}  ${step.id}  ${titleOf(step)}`,
      );
    },
  });
}

function changedLine(changed: readonly Step[]): string {
  const ids = changed.map(({ id }) => id).join(", ");
  return `the plan changed: ${ids} would send what the plan above did not say, and nothing more was sent; run again`;
}

function stateOf(step: Step, forOthers: readonly Step[], undo: boolean): string {
  if (step.undoes === true && !undo) return NEEDS_UNDO;
  if (forOthers.some(({ id }) => id === step.id)) return `to be sent by ${senderOf(step)}`;
  const { waitsUntil, needs } = step;
  if (waitsUntil === undefined) return `after ${needs.join(", ")}`;
  return `waits for ${waitsUntil.what}${waitsUntil.who === "" ? "" : ` (${waitsUntil.who})`}`;
}
