import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Plan } from "#chain/bridge/plan.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import type { Page } from "#protocol/statements.ts";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { bigintTyped, rollupOf, runOnBook, signerOf, withChain } from "../shared/hub.ts";
import { bridgeOf } from "../shared/rollups.ts";
import { readEvidence } from "./evidence.ts";

interface Arguments {
  readonly file: string;
  readonly out: string;
  readonly sentence: string;
  readonly value: string;
  readonly account: number;
  readonly deployment: string;
  readonly json: boolean;
}

const SENTENCES: Readonly<Record<string, Plan["kind"] | undefined>> = { differs: "Differs", "not-yet": "NotYet" };

/** `hardhat fault refute`: exit code 2 where the page's gateway has nothing to say against it, or not yet. */
export default async function refute(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ carryOut, planRefutation }, { toJson }] = await Promise.all([
      import("#chain/bridge/plan.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const asked = SENTENCES[args.sentence];
    if (args.sentence !== "" && asked === undefined) {
      throw new CommandError("InvalidOption", `--sentence: "${args.sentence}" is none; differs and not-yet are`);
    }
    const value = bigintTyped("--value", args.value);
    if (args.out !== "" && existsSync(args.out)) throw new CommandError("InvalidOption", `--out: ${args.out} exists`);
    const evidence = await readEvidence(args.file);
    const page = pageOf(evidence);
    const rollup = await rollupOf(book, String(page.sourceChainId));
    const { contracts, fromBlock } = rollup;
    if (contracts.gateway !== page.sourceGateway) {
      throw new CommandError("NotFound", `${page.sourceGateway} is not the gateway of ${rollup.name} in the book`);
    }
    const bridge = bridgeOf(rollup);
    return withChain(
      hre,
      rollup,
      undefined,
      async ({ ethers }) => {
        const signer = await signerOf(ethers, args.account);
        const plan = await planRefutation(signer, page, { fromBlock });
        const reason = reasonAgainst(plan, asked);
        if (reason !== undefined) {
          print(args.json, toJson({ sentence: null, reason }), [`nothing was sent: ${reason}`]);
          return EXIT.notYet;
        }
        const { transactionHash, refutation, refutationHash } = await carryOut(
          signer,
          bridge,
          page,
          plan,
          { fromBlock },
          { value },
        );
        if (args.out !== "") await writeFile(args.out, `${toJson({ ...evidence, refutation })}\n`, { flag: "wx" });
        const document = {
          sentence: refutation.isNotYet ? "NotYet" : "Differs",
          refutation,
          refutationHash,
          transactionHash,
        };
        print(args.json, toJson(document), [
          `${rollup.name} says ${document.sentence} (count ${refutation.count}), ${transactionHash}`,
          `  refutation ${refutationHash}: on its way to the hub`,
          ...(args.out === "" ? [] : [`  when it is there: npx hardhat fault accuse ${args.out}`]),
        ]);
        return EXIT.ok;
      },
      "send",
    );
  });
}

function pageOf({ speeches: [{ statement }, other] }: Evidence): Page {
  if (other !== undefined || statement.kind !== "Page") {
    throw new CommandError("InvalidOption", "a gateway refutes one page: the file has something else");
  }
  return statement.content;
}

function reasonAgainst(plan: Plan, asked: Plan["kind"] | undefined): string | undefined {
  switch (plan.kind) {
    case "True":
      return "the gateway says the same as the page";
    case "TooEarly":
      return `the page is of a second that has not come; after ${new Date(Number(plan.earliest) * 1_000).toISOString()} it can be refuted`;
    case "Differs":
    case "NotYet":
      return asked === undefined || asked === plan.kind ? undefined : `the gateway can only say ${plan.kind}`;
  }
}
