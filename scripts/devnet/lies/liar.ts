import { Wallet, type TransactionReceipt } from "ethers";

import { knownTable } from "#chain/hub/tables.ts";
import { batchDigest, StatementTree, type Batch } from "#protocol/batches.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { sign } from "#protocol/bn254.ts";
import { assembleCertificate, type Certificate } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { buildRun } from "#protocol/runs.ts";
import type { Rollup, Statement, Table } from "#protocol/statements.ts";
import { chainId, type Hex, type MessageId } from "#protocol/types.ts";
import { Directory__factory } from "#types/factories/contracts/rollup/Directory__factory.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";
import { OperatorTables__factory } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";

import { account, operators, type DevnetOperator } from "../accounts.ts";
import type { Devnet, DevnetRollup } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import { OPERATOR_SET_ID } from "../hub/profile.ts";
import type { Forgery } from "./forgery.ts";

/** A batch that liars certified. */
export interface Lied {
  readonly certificate: Certificate;
  readonly statements: StatementTree;
}

/** A message that was delivered though nobody sent it. */
export interface Delivery {
  readonly id: MessageId;
  readonly blockNumber: number;
}

/**
 * Operators who lie together, outside their nodes: these go on as if nothing were, and sign only what is true. A liar needs no
 * node, only keys, and brings what it certified to rollups as anybody may.
 */
export class Liar {
  /** Who lies. */
  readonly names: readonly string[];
  readonly #devnet: Pick<Devnet, "hub" | "epochs">;
  readonly #operators: readonly DevnetOperator[];

  /**
   * @param devnet - Where.
   * @param names - Who lies; two thirds of the weight are a quorum.
   */
  constructor(devnet: Pick<Devnet, "hub" | "epochs">, names: readonly string[]) {
    this.#devnet = devnet;
    this.names = names;
    this.#operators = operators().filter(({ name }) => names.includes(name));
  }

  /**
   * Certifies whatever it likes, in the newest epoch that every rollup has.
   *
   * @param statements - What is said.
   * @returns The certificate, which lacks nothing but truth.
   */
  async certify(statements: readonly Statement[]): Promise<Lied> {
    const { hub, epochs } = this.#devnet;
    if (epochs.newest === undefined) throw new DevnetError("TimedOut", "no epoch is on every rollup");
    const { epoch } = epochs.newest;
    const known = await knownTable(hub.chain.provider, hub.deployed, OPERATOR_SET_ID, epoch);
    const tree = new StatementTree(statements);
    const batch: Batch = {
      operatorSetId: OPERATOR_SET_ID,
      tableEpoch: epoch,
      issuedAt: issueTime(statements),
      statementsRoot: tree.root,
    };
    const domain = {
      hubChainId: chainId(hub.deployed.chainId),
      serviceManager: hub.deployed.contracts.serviceManager,
    };
    const digest = batchDigest(domain, batch);
    const signatures = this.#operators.map(({ account: { address }, key }) => {
      const row = known.operators.indexOf(address);
      return { row, signature: sign(key.secret, digest), key: key.g2 };
    });
    const certificate = assembleCertificate(domain, known.table, batch, signatures, await mclVerifier());
    return { certificate, statements: tree };
  }

  /**
   * Certifies a forged page, and delivers one of its messages where it leads.
   *
   * @param destination - Where it leads.
   * @param forgery - The page.
   * @param index - The message's place in it.
   * @returns The delivery.
   */
  async deliver(destination: DevnetRollup, { page, tree, messages }: Forgery, index = 0): Promise<Delivery> {
    const { certificate, statements } = await this.certify([{ kind: "Page", content: page }]);
    const message = elementAt(messages, index);
    const run = buildRun({
      ...{ page, statements, pageTree: tree },
      messages: [message],
      gasPerMessage: message.gasLimit,
    });
    const gateway = Gateway__factory.connect(destination.deployed.contracts.gateway, walletOn(destination));
    const { blockNumber } = await mined(await gateway.deliver(certificate, [run]));
    return { id: messageId(message), blockNumber };
  }

  /** Certifies a table, and installs it. */
  async install(rollup: DevnetRollup, table: Table, rows: Hex): Promise<TransactionReceipt> {
    const statement: Statement = { kind: "Table", content: table };
    const { certificate, statements } = await this.certify([statement]);
    const { operatorTables } = rollup.deployed.contracts;
    const tables = OperatorTables__factory.connect(operatorTables, walletOn(rollup));
    return mined(await tables.install(certificate, table, statements.proof(statement), rows));
  }

  /** Certifies an entry, and has a directory take it. */
  async enter(rollup: DevnetRollup, entry: Rollup): Promise<TransactionReceipt> {
    const statement: Statement = { kind: "Rollup", content: entry };
    const { certificate, statements } = await this.certify([statement]);
    const directory = Directory__factory.connect(rollup.deployed.contracts.directory, walletOn(rollup));
    return mined(await directory.update(certificate, entry, statements.proof(statement)));
  }

  /** The key of whoever lies first. */
  get firstKey(): DevnetOperator["key"] {
    return elementAt(this.#operators, 0).key;
  }
}

/** The account that brings lies to a rollup: anybody's. */
export function walletOn({ chain }: DevnetRollup): Wallet {
  return new Wallet(account("liar").privateKey, chain.provider);
}

// Chains may be some seconds ahead of this machine, and no page is certified before its block.
function issueTime(statements: readonly Statement[]): bigint {
  const now = BigInt(Math.floor(Date.now() / 1_000));
  const seconds = statements.flatMap(({ kind, content }) => (kind === "Page" ? [content.sourceTimestamp] : []));
  return seconds.reduce((latest, second) => (second > latest ? second : latest), now);
}

async function mined(sent: { wait(): Promise<TransactionReceipt | null> }): Promise<TransactionReceipt> {
  const receipt = await sent.wait();
  if (receipt?.status !== 1) throw new DevnetError("SendRefused", "the lie was refused");
  return receipt;
}
