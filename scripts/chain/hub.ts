import { dataLength, keccak256, type JsonRpcProvider } from "ethers";

import type { Table } from "#protocol/statements.ts";
import { MAX_TABLE_ROWS, TABLE_ROW_BYTES } from "#protocol/tables.ts";
import { hex, type ChainId, type Hex } from "#protocol/types.ts";

import { ServiceManager__factory, TableBuilder__factory } from "./contracts.ts";
import { Endpoints, type EndpointOptions } from "./endpoints.ts";
import { agreedHeader, headNumber } from "./headers.ts";
import { HubView, type HubContracts } from "./hubView.ts";

/** The finality of what is signed. */
const FINAL = 3;
/** The most bytes of an operator's endpoint, as the service manager has it. */
const MOST_URL_LENGTH = 256;
/** The most operators who are looked up: those with a seat, and those of an epoch that still speaks. */
const MOST_OPERATORS = 2 * MAX_TABLE_ROWS;
/** How many are looked up at once. */
const AT_ONCE = 16;

/** What a client of the hub is opened with. */
export interface HubOptions extends EndpointOptions, HubContracts {}

/** Reads the hub's contracts. What is signed is read at a final block that enough endpoints agree on. */
export class HubClient {
  readonly chainId: ChainId;
  readonly contracts: HubContracts;
  readonly endpoints: Endpoints;
  #view: HubView | undefined;

  /** @param options - Contracts and endpoints. */
  constructor(options: HubOptions) {
    const { chainId, serviceManager, tableBuilder, registry } = options;
    this.chainId = chainId;
    this.contracts = { serviceManager, tableBuilder, registry };
    this.endpoints = new Endpoints(options);
  }

  /**
   * The hub at the highest block that as many endpoints as must agree call final, and have the same header of. Never an
   * earlier one than before: what is final stays so, and an endpoint that falls back must not undo it.
   *
   * @returns The view; throws `EndpointUnavailable` or `EndpointsDisagree`.
   */
  async final(): Promise<HubView> {
    const known = this.#view;
    const number = await headNumber(this.endpoints, FINAL);
    if (known !== undefined && number <= known.block.number) return known;
    const view = new HubView(this.endpoints, this.contracts, await agreedHeader(this.endpoints, number));
    // Another question may have been quicker, with a later block.
    if (this.#view === undefined || this.#view.block.number < number) this.#view = view;
    return view;
  }

  /**
   * @param table - A table statement.
   * @returns Its rows, from whichever endpoint has those that were stated; throws when none has.
   */
  rows({ operatorSetId, epoch, tableHash }: Table): Promise<Hex> {
    return this.endpoints.first(async (provider) => {
      const rows = hex(await this.tableBuilder(provider).rowsOf(operatorSetId, epoch));
      if (dataLength(rows) > MAX_TABLE_ROWS * TABLE_ROW_BYTES || keccak256(rows) !== tableHash) {
        throw new Error(`not the rows of epoch ${String(epoch)} of set ${String(operatorSetId)}`);
      }
      return rows;
    });
  }

  /**
   * Where the nodes of a set listen, as they say themselves: of those who have a seat now, and of those who have a row in
   * one of the two newest tables. Nothing of it is trusted: an operator is known by its key.
   *
   * @param operatorSetId - A set.
   * @returns Urls of http and https, each once, without a slash at the end.
   */
  async endpointsOf(operatorSetId: number): Promise<string[]> {
    const operators = await this.endpoints.first(async (provider) => {
      const tables = this.tableBuilder(provider);
      const newest = Number(await tables.newestEpoch(operatorSetId));
      const epochs = [newest, newest - 1].filter((epoch) => epoch > 0);
      const [seats, ...rows] = await Promise.all([
        this.serviceManager(provider).seats(operatorSetId),
        ...epochs.map((epoch) => tables.operatorsOf(operatorSetId, epoch)),
      ]);
      return [...new Set([...seats, ...rows.flat()])].slice(0, MOST_OPERATORS);
    });
    const urls = new Set<string>();
    for (let at = 0; at < operators.length; at += AT_ONCE) {
      const found = await Promise.all(
        operators
          .slice(at, at + AT_ONCE)
          .map((operator) => this.endpoints.first((provider) => this.serviceManager(provider).endpointOf(operator))),
      );
      for (const url of found.map(httpUrl)) if (url !== undefined) urls.add(url);
    }
    return [...urls];
  }

  /**
   * @param provider - One endpoint.
   * @returns The table builder, typed.
   */
  tableBuilder(provider: JsonRpcProvider) {
    return TableBuilder__factory.connect(this.contracts.tableBuilder, provider);
  }

  /**
   * @param provider - One endpoint.
   * @returns The service manager, typed.
   */
  serviceManager(provider: JsonRpcProvider) {
    return ServiceManager__factory.connect(this.contracts.serviceManager, provider);
  }

  /** Lets go of all endpoints. */
  close(): void {
    this.endpoints.close();
  }
}

/**
 * Whoever has a seat writes what it likes: only what can be asked is kept, and without what is no place.
 *
 * @param text - What an operator says of its endpoint.
 * @returns The URL that aggregators ask; undefined for what they do not.
 */
export function httpUrl(text: string): string | undefined {
  if (text.length > MOST_URL_LENGTH || !URL.canParse(text)) return undefined;
  const { protocol, username, password, host, pathname, search, hash } = new URL(text);
  const isPlain = username === "" && password === "" && search === "" && hash === "";
  if ((protocol !== "http:" && protocol !== "https:") || !isPlain) return undefined;
  return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
}
