import { installTable } from "#chain/facts.ts";
import { buildTable, type HubTable } from "#chain/hub/tables.ts";

import { plannedRollup } from "../steps/addresses.ts";
import { anybodyOn, certify, chainCalled, type Scene } from "./scene.ts";

/** Lets time pass on all chains alike; from the first table on, epochs are built and carried meanwhile, as relayers do. */
export class RehearsalClock {
  readonly #scene: Scene;
  #epoch: HubTable | undefined;
  #rotations = 0;

  /** @param scene - Whose chains. */
  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The epoch that speaks. */
  get epoch(): HubTable {
    if (this.#epoch === undefined) throw new Error("there is no table yet");
    return this.#epoch;
  }

  /** How many epochs followed the first one. */
  get rotations(): number {
    return this.#rotations;
  }

  /** @param table - The first table, or one that was built beside the clock. */
  begin(table: HubTable): void {
    this.#epoch = table;
  }

  /**
   * @param what - What is waited for.
   * @param second - The hub's.
   * @param rotates - Whether rollups are kept alive meanwhile.
   */
  async passUntil(what: string, second: bigint, rotates = false): Promise<void> {
    const { hub, ledger, config } = this.#scene;
    ledger.wait(what, second - (await hub.time()));
    for (;;) {
      const next =
        this.#epoch === undefined ? second : this.#epoch.statement.validUntil - BigInt(config.hub.windows.lead);
      if (!rotates || next >= second) break;
      await this.#to(next);
      await ledger.during("upkeep", async () => this.#rotate());
    }
    await this.#to(second);
  }

  /**
   * @param what - What is waited for.
   * @param blocks - How many of the hub's.
   */
  async passBlocks(what: string, blocks: number): Promise<void> {
    const { hub, ledger, config } = this.#scene;
    const { secondsPerBlock } = config.hub.windows;
    ledger.wait(what, BigInt(blocks * secondsPerBlock));
    await hub.mine(blocks, secondsPerBlock);
    await this.meet();
  }

  /** Gives all chains the time of the one that is ahead. */
  async meet(): Promise<bigint> {
    const { hub, chains } = this.#scene;
    const times = await Promise.all([...chains.values()].map(async (chain) => chain.time()));
    const latest = times.reduce((most, time) => (time > most ? time : most), 0n);
    await hub.advanceTo(latest);
    for (const chain of chains.values()) await chain.advanceTo(latest);
    return latest;
  }

  async #to(second: bigint): Promise<void> {
    const { hub, config } = this.#scene;
    const { secondsPerBlock } = config.hub.windows;
    const left = second - (await hub.time());
    if (left > 0n) await hub.mine(Math.floor(Number(left) / secondsPerBlock), secondsPerBlock);
    await hub.advanceTo(second);
    await this.meet();
  }

  async #rotate(): Promise<void> {
    const { hub, site, config } = this.#scene;
    const before = this.epoch;
    const next = await buildTable(await anybodyOn(hub), site, before.statement.operatorSetId);
    const issuedAt = await this.meet();
    const { statement, table } = next;
    const { certificate, tree } = await certify(this.#scene, before, [{ kind: "Table", content: statement }], issuedAt);
    const proof = tree.proof({ kind: "Table", content: statement });
    for (const [name, rollup] of Object.entries(config.rollups)) {
      const { operatorTables } = plannedRollup(config, rollup).contracts;
      const signer = await anybodyOn(chainCalled(this.#scene, name));
      await installTable(signer, operatorTables, { certificate, content: statement, proof }, table.packed);
    }
    this.#epoch = next;
    this.#rotations++;
  }
}
