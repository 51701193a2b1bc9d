import { StatementTree, type Batch, type Domain } from "#protocol/batches.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { keyPair, sign, type KeyPair } from "#protocol/bn254.ts";
import { batchDigest } from "#protocol/batches.ts";
import { assembleCertificate, type Certificate } from "#protocol/certificates.ts";
import type { Page, Statement, Table } from "#protocol/statements.ts";
import { operatorTable, type OperatorTable } from "#protocol/tables.ts";

/** A batch that a committee certified, with what is needed to use it. */
export interface Certified {
  readonly certificate: Certificate;
  readonly statements: StatementTree;
}

/** How a batch is certified, where it matters to a test. */
export interface CertifyOptions {
  readonly issuedAt: bigint;
  /** Rows that do not sign. */
  readonly absent?: readonly number[];
  /** Epoch that speaks, unless the committee's own. */
  readonly epoch?: number;
  /** Set that speaks, unless the committee's own. */
  readonly operatorSetId?: number;
}

/** Somebody who signs, and how much that weighs. */
export interface Member {
  readonly key: KeyPair;
  readonly weight: bigint;
}

/** The members of one operator set, all of whose keys the test holds. */
export class Committee {
  readonly keys: readonly KeyPair[];
  readonly table: OperatorTable;
  readonly domain: Domain;
  readonly operatorSetId: number;
  readonly epoch: number;

  private constructor(domain: Domain, operatorSetId: number, epoch: number, members: readonly Member[]) {
    this.domain = domain;
    this.operatorSetId = operatorSetId;
    this.epoch = epoch;
    this.keys = members.map(({ key }) => key);
    this.table = operatorTable(members.map(({ key, weight }) => ({ key: key.g1, weight })));
  }

  /** Members with these weights; another `seed` gives other keys. */
  static of(
    domain: Domain,
    weights: readonly bigint[],
    { operatorSetId = 1, epoch = 1, seed = 1n }: { operatorSetId?: number; epoch?: number; seed?: bigint } = {},
  ): Committee {
    const members = weights.map((weight, row) => ({ key: keyPair(seed * 1_000n + BigInt(row) + 1n), weight }));
    return new Committee(domain, operatorSetId, epoch, members);
  }

  /** These members, as one epoch of a set has them. */
  static speaking(domain: Domain, operatorSetId: number, epoch: number, members: readonly Member[]): Committee {
    return new Committee(domain, operatorSetId, epoch, members);
  }

  /** The table statement of this committee's epoch. */
  tableStatement(validFrom: bigint, validUntil: bigint): Table {
    return {
      operatorSetId: this.operatorSetId,
      epoch: this.epoch,
      tableHash: this.table.tableHash,
      validFrom,
      validUntil,
    };
  }

  /** Signs a batch of these statements by everybody who is not absent. */
  async certify(statements: readonly Statement[], options: CertifyOptions): Promise<Certified> {
    const tree = new StatementTree(statements);
    const batch: Batch = {
      operatorSetId: options.operatorSetId ?? this.operatorSetId,
      tableEpoch: options.epoch ?? this.epoch,
      issuedAt: options.issuedAt,
      statementsRoot: tree.root,
    };
    return { certificate: await this.sign(batch, options.absent), statements: tree };
  }

  /** Signs any batch by everybody who is not absent. */
  async sign(batch: Batch, absent: readonly number[] = []): Promise<Certificate> {
    const digest = batchDigest(this.domain, batch);
    const signatures = this.keys.flatMap((key, row) =>
      absent.includes(row) ? [] : [{ row, signature: sign(key.secret, digest), key: key.g2 }],
    );
    return assembleCertificate(this.domain, this.table, batch, signatures, await mclVerifier());
  }

  /** Signs pages only. */
  async certifyPages(pages: readonly Page[], options: CertifyOptions): Promise<Certified> {
    return this.certify(
      pages.map((content): Statement => ({ kind: "Page", content })),
      options,
    );
  }
}
