import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { PublishedCertificate } from "#nodes/shared/api.ts";
import type { Statement } from "#protocol/statements.ts";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { rollupOf, runOnHub, signerOf, withChain, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly rollup: string;
  readonly aggregator: string;
  readonly root: string;
}

/** What was brought, or why not. */
interface Carried {
  readonly kind: Statement["kind"];
  readonly subject: string;
  readonly transactionHash?: string;
  readonly reason?: string;
}

/** The most answers of an aggregator that are read. */
const MOST_ANSWERS = 512;
const TIMEOUT_MS = 10_000;

/** `hardhat table carry`: brings what an aggregator published to a rollup; exit code 2 when nothing could be brought. */
export default async function carry(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const { toJson } = await import("#protocol/schemas.ts");
    if (args.aggregator === "")
      throw new CommandError("InvalidOption", "--aggregator: where are certificates published?");
    if (!URL.canParse(args.aggregator) || !/^https?:/.test(args.aggregator))
      throw new CommandError("InvalidOption", `--aggregator: "${args.aggregator}" is no http URL`);
    const published = await publishedBy(args.aggregator, args.root);
    const rollup = await rollupOf(hub.book, args.rollup);
    const carried = await withChain(
      hre,
      rollup,
      undefined,
      async ({ ethers }) => {
        const [{ installTable, updateEntry }, { knownTable }, { StatementTree }, { HubError }] = await Promise.all([
          import("#chain/facts.ts"),
          import("#chain/hub/tables.ts"),
          import("#protocol/batches.ts"),
          import("#chain/hub/errors.ts"),
        ]);
        const { OperatorTables__factory, Directory__factory } = await import("#chain/contracts.ts");
        const signer = await signerOf(ethers, args.account ?? 0);
        const { operatorTables, directory } = rollup.contracts;
        const attempt = async (
          kind: Carried["kind"],
          subject: string,
          send: () => Promise<string>,
        ): Promise<Carried> => {
          try {
            return { kind, subject, transactionHash: await send() };
          } catch (error) {
            if (!(error instanceof HubError)) throw error;
            return { kind, subject, reason: error.message };
          }
        };
        const done: Carried[] = [];
        for (const { certificate, statements } of published) {
          const tree = new StatementTree(statements);
          for (const statement of statements) {
            const proof = () => tree.proof(statement);
            if (statement.kind === "Table") {
              const { content } = statement;
              const { operatorSetId, epoch } = content;
              const newest = await OperatorTables__factory.connect(operatorTables, signer).newestEpoch(operatorSetId);
              if (BigInt(epoch) <= newest) continue;
              done.push(
                await attempt("Table", `set ${operatorSetId}, epoch ${epoch}`, async () => {
                  const { table } = await knownTable(hub.provider, hub.site, operatorSetId, epoch);
                  return installTable(signer, operatorTables, { certificate, content, proof: proof() }, table.packed);
                }),
              );
            } else if (statement.kind === "Rollup") {
              const { content } = statement;
              const known = await Directory__factory.connect(directory, signer).entry(content.chainId);
              if (content.version <= known.version) continue;
              done.push(
                await attempt("Rollup", `chain ${content.chainId}, version ${content.version}`, () =>
                  updateEntry(signer, directory, { certificate, content, proof: proof() }),
                ),
              );
            }
          }
        }
        return done;
      },
      "send",
    );
    print(args.json, toJson({ rollup: rollup.name, carried }), linesOf(rollup.name, carried));
    return carried.some(({ transactionHash }) => transactionHash !== undefined) ? EXIT.ok : EXIT.notYet;
  });
}

async function publishedBy(aggregator: string, root: string): Promise<PublishedCertificate[]> {
  const [{ fetchJson }, { certificateListSchema, publishedCertificateSchema }] = await Promise.all([
    import("#nodes/shared/client.ts"),
    import("#nodes/shared/api.ts"),
  ]);
  const base = aggregator.replace(/\/$/, "");
  const ask = async <T>(asking: Promise<T>): Promise<T> =>
    asking.catch((error: unknown) => {
      const why = error instanceof Error ? error.message : "no answer";
      throw new CommandError("Unreachable", `no certificates from the aggregator ${aggregator}: ${why}`);
    });
  if (root !== "") {
    const url = `${base}/certificates/${encodeURIComponent(root)}`;
    return [await ask(fetchJson({ url, timeoutMs: TIMEOUT_MS }, publishedCertificateSchema))];
  }
  const found: PublishedCertificate[] = [];
  for (let answer = 0, after = 0; answer < MOST_ANSWERS; answer++) {
    const url = `${base}/certificates?after=${after}`;
    const { certificates } = await ask(fetchJson({ url, timeoutMs: TIMEOUT_MS }, certificateListSchema));
    const last = certificates.at(-1);
    if (last === undefined || last.seq <= after) break;
    found.push(
      ...certificates.filter(({ statements }) => statements.some(({ kind }) => kind === "Table" || kind === "Rollup")),
    );
    after = last.seq;
  }
  return found;
}

function linesOf(name: string, carried: readonly Carried[]): string[] {
  if (carried.length === 0) return [`nothing that ${name} does not have`];
  // What failed because the one before it did, says nothing more.
  const [behind, told] = [carried.filter(isBehind), carried.filter((one) => !isBehind(one))];
  return [
    ...told.map(({ kind, subject, transactionHash, reason }) =>
      reason === undefined
        ? `${kind} of ${subject}: brought, ${transactionHash ?? ""}`
        : `${kind} of ${subject}: ${reason}`,
    ),
    ...behind.slice(0, 1).map(({ kind, subject, reason }) => `${kind} of ${subject}: ${reason ?? ""}`),
    ...(behind.length > 1 ? [`${behind.length - 1} more likewise`] : []),
  ];
}

function isBehind({ reason }: Carried): boolean {
  return reason?.startsWith("refused: EpochNotInstalled(") ?? false;
}
