import type { Provider } from "ethers";

import type { OpenNetwork } from "../shared/network.ts";
import { span } from "../shared/time.ts";
import type { Check } from "./doctor.ts";

/** How far clocks may differ: rollups take no certificate from further ahead (acceptance rule 1). */
const TOLERANCE_SECONDS = 900n;

/**
 * @param network - The chains that answer.
 * @returns Whether their clocks agree with this machine's and with each other.
 */
export async function clockChecks({ sites, hub, book }: OpenNetwork): Promise<Check[]> {
  const { timeOf } = await import("#chain/trace/site.ts");
  const chains = [
    ...(hub === undefined ? [] : [{ name: book.hub.name, provider: hub.provider }]),
    ...sites.map(({ name, provider }) => ({ name, provider })),
  ];
  const now = BigInt(Math.floor(Date.now() / 1_000));
  const times = await Promise.all(chains.map(async ({ name, provider }) => ({ name, time: await timeOf(provider) })));
  const checks = times.map(({ name, time }): Check => {
    const off = time > now ? time - now : now - time;
    const found = off === 0n ? "this machine's" : `${span(off)} ${time > now ? "ahead of" : "behind"} this machine's`;
    const mend = "a chain that stands still, an endpoint that lags, or a clock that is wrong";
    return { name: `clock of ${name}`, ok: off <= TOLERANCE_SECONDS, found, mend };
  });
  const [first, ...rest] = times.map(({ time }) => time).sort((a, b) => Number(a - b));
  const spread = (rest.at(-1) ?? first ?? 0n) - (first ?? 0n);
  const ok = spread <= TOLERANCE_SECONDS;
  const mend = "certificates issued by the clock that is ahead are refused where it is behind";
  return [...checks, { name: "clocks", ok, found: `${span(spread)} between chains`, mend }];
}

/**
 * @param network - The chains that answer.
 * @returns Whether there is code at each address of the book, and that which was deployed where the book has a record of it.
 */
export async function codeChecks({ sites, hub, book }: OpenNetwork): Promise<Check[]> {
  const { booksOf } = await import("#chain/trace/site.ts");
  const checks: Check[] = [];
  if (hub !== undefined) checks.push(...(await codeOf(hub.provider, book.hub)));
  for (const { book: rollup, provider } of sites) {
    const { contracts, name } = rollup;
    checks.push(...(await codeOf(provider, rollup)));
    const told = await booksOf(provider, contracts.gateway).catch(() => undefined);
    const wrong = told && Object.entries(told).filter(([key, at]) => Reflect.get(contracts, key) !== at);
    checks.push({
      name: `wiring of ${name}`,
      ok: wrong?.length === 0,
      found:
        wrong === undefined
          ? "there is no gateway at the book's address"
          : wrong.length === 0
            ? "the gateway names the book's contracts"
            : wrong.map(([key, at]) => `the gateway's ${key} is ${at}`).join(", "),
      mend: `npx hardhat rollup verify ${name}`,
    });
  }
  return checks;
}

interface Deployed {
  readonly name: string;
  readonly contracts: Readonly<Record<string, string>>;
  readonly records?: Readonly<Record<string, { readonly address: string; readonly codeHash: string }>> | undefined;
}

async function codeOf(provider: Provider, { name, contracts, records = {} }: Deployed): Promise<Check[]> {
  const { keccak256 } = await import("ethers");
  const hashes = new Map(Object.values(records).map(({ address, codeHash }) => [address, codeHash]));
  const faults: string[] = [];
  let known = 0;
  for (const [key, at] of Object.entries(contracts)) {
    const code = await provider.getCode(at);
    const wanted = hashes.get(at);
    if (wanted !== undefined) known++;
    if (code === "0x") faults.push(`no code at ${key} ${at}`);
    else if (wanted !== undefined && keccak256(code) !== wanted)
      faults.push(`other code at ${key} ${at} than was deployed`);
  }
  const count = Object.keys(contracts).length;
  const found = faults.length > 0 ? faults.join(", ") : `${count} contracts, ${known} compared with their records`;
  return [
    {
      name: `code on ${name}`,
      ok: faults.length === 0,
      found,
      mend: "the address book is of another network, or of a chain that began anew",
    },
  ];
}
