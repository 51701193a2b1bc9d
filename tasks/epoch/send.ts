import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { RollupBook } from "#deploy/addressBook.ts";
import type { Table } from "#protocol/statements.ts";

import { EXIT, print } from "../shared/command.ts";
import { bigintTyped, runOnHub, setIdOf, withChain, type HubArguments } from "../shared/hub.ts";
import { outcomeOf, rollupsOf } from "../shared/rollups.ts";
import { moment, span } from "../shared/time.ts";
import { epochTyped } from "./typed.ts";

interface Arguments extends HubArguments {
  readonly epoch: string;
  readonly to: string;
  readonly value: string;
  readonly set: number;
  readonly dryRun: boolean;
}

/** What became of the news to one rollup. */
interface Told {
  readonly rollup: string;
  readonly transactionHash?: string;
  /** Of a dry run. */
  readonly gas?: bigint;
  /** Why nothing was sent. */
  readonly reason?: string;
  /** What its owner says instead where no bridge does. */
  readonly announcement?: Announcement;
}

/** What the owner of a policy announces: the struct of the contract, under its names. */
interface Announcement {
  readonly policy: string;
  readonly owner: string;
  readonly looseningDelaySeconds: bigint;
  readonly news: {
    readonly sequence: bigint;
    readonly hubTime: bigint;
    readonly newestEpoch: number;
    readonly isRevoked: boolean;
    readonly table: Table;
  };
}

/** `hardhat epoch send`: exit code 2 where a rollup has no bridge, or its bridge does not take it. */
export default async function send(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ knownTable }, { epochGas, sendEpoch }, { revocationOf }, { timeOf }, { toJson }] = await Promise.all([
      import("#chain/hub/tables.ts"),
      import("#chain/bridge/news.ts"),
      import("#chain/hub/revocation.ts"),
      import("#chain/hub/proposals.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const typed = args.epoch === "" ? undefined : epochTyped(args.epoch);
    const value = bigintTyped("--value", args.value);
    const rollups = await rollupsOf(hub.book, args.to);
    const operatorSetId = await setIdOf(hub, args.set);
    const [newest, hubTime] = await Promise.all([
      knownTable(hub.provider, hub.site, operatorSetId),
      timeOf(hub.provider),
    ]);
    const { statement: table } =
      typed === undefined ? newest : await knownTable(hub.provider, hub.site, operatorSetId, typed);
    const { isRevoked } = await revocationOf(hub.provider, hub.site, operatorSetId, table.epoch);
    const news = { sequence: 0n, hubTime, newestEpoch: newest.statement.epoch, isRevoked, table };
    const signer = args.dryRun ? undefined : await hub.signer();

    const told: Told[] = [];
    for (const { name: rollup, bridge, ...rest } of rollups) {
      if (bridge === undefined) {
        const announcement = { ...(await ownerOf(hre, { name: rollup, ...rest })), news };
        told.push({ rollup, reason: reasonOf(announcement), announcement });
      } else if (signer === undefined) {
        told.push({ rollup, gas: await epochGas(hub.provider, bridge, operatorSetId, table.epoch, { value }) });
      } else {
        const sent = sendEpoch(signer, bridge, operatorSetId, table.epoch, { value });
        told.push(
          await outcomeOf(
            rollup,
            sent.then(({ transactionHash }) => transactionHash),
          ),
        );
      }
    }
    const isOver = table.validUntil < hubTime;
    print(args.json, toJson({ operatorSetId, table, isRevoked, isOver, rollups: told }), [
      `epoch ${table.epoch} of set ${operatorSetId}: ${stateOf(table, isRevoked, isOver)}`,
      ...told.map((one) => `  ${one.rollup}: ${lineOf(one)}`),
      ...(args.dryRun ? ["  nothing was sent"] : []),
    ]);
    return told.every(({ reason }) => reason === undefined) ? EXIT.ok : EXIT.notYet;
  });
}

function stateOf({ validUntil }: Table, isRevoked: boolean, isOver: boolean): string {
  const helps = "no rollup speaks by it: have the next one built (table build), and send that";
  if (isRevoked) return `revoked; ${helps}`;
  return isOver ? `over since ${moment(validUntil)}; ${helps}` : `valid until ${moment(validUntil)}`;
}

function lineOf({ transactionHash, gas, reason }: Told): string {
  if (reason !== undefined) return reason;
  return gas === undefined ? `on its way, ${transactionHash ?? ""}` : `would take ${gas} gas on the hub`;
}

function reasonOf({ policy, owner, looseningDelaySeconds, news }: Announcement): string {
  const { sequence, hubTime, newestEpoch, isRevoked, table } = news;
  const { operatorSetId, epoch, tableHash, validFrom, validUntil } = table;
  const struct = `(${sequence}, ${hubTime}, ${newestEpoch}, ${isRevoked}, (${operatorSetId}, ${epoch}, ${tableHash}, ${validFrom}, ${validUntil}))`;
  return (
    `no canonical bridge. Its owner ${owner} says it instead: announceEpoch(${struct}) of the policy ${policy}; ` +
    `${span(looseningDelaySeconds)} later anybody calls bringEpoch with the same`
  );
}

async function ownerOf(hre: HardhatRuntimeEnvironment, rollup: Omit<RollupBook, "bridge">) {
  const { Policy__factory } = await import("#chain/contracts.ts");
  const { policy } = rollup.contracts;
  return withChain(hre, rollup, undefined, async ({ ethers }) => {
    const asked = Policy__factory.connect(policy, ethers.provider);
    const [owner, looseningDelaySeconds] = await Promise.all([asked.owner(), asked.looseningDelaySeconds()]);
    return { policy, owner, looseningDelaySeconds };
  });
}
