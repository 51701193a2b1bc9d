import { z } from "zod";

import { evidenceSchema as evidenceFileSchema } from "#protocol/evidence/evidence.ts";
import {
  batchSchema,
  bytes32Schema,
  certificateSchema,
  g1PointSchema,
  g2PointSchema,
  messageSchema,
  statementSchema,
} from "#protocol/schemas.ts";

// What nodes say to each other over HTTP. Bigints are decimal strings (`toJson`).

/** The most statements of one batch. */
export const MAX_STATEMENTS = 256;

/** The most certificates of one answer. */
export const MAX_CERTIFICATES = 32;

/** Longest text for people that a node takes from another. */
const reasonSchema = z.string().max(1_000);

/** `POST /sign` of an operator. */
export const signRequestSchema = z.strictObject({
  batch: batchSchema,
  statements: z.array(statementSchema).min(1).max(MAX_STATEMENTS),
});
export type SignRequest = z.output<typeof signRequestSchema>;

/** Why an operator does not sign. Codes beginning with `Statement` come with the statements that they are about. */
export const refusalCodeSchema = z.enum([
  "StatementsNotVerified",
  "BatchMalformed",
  "WrongDomain",
  "IssuedOutOfBounds",
  "EpochUnknown",
  "NotAMember",
  "HistoryContradicted",
  "HistoryUnavailable",
]);
export type RefusalCode = z.output<typeof refusalCodeSchema>;

/** Why an operator does not stand behind one statement. */
export const doubtCodeSchema = z.enum([
  /** Halt is signed by nobody yet; Table and Rollup only by an operator that follows the hub. */
  "KindNotSupported",
  /** The hub does not say so, or not in a final block yet. */
  "HubFactMismatch",
  /** The endpoints of the hub are down or disagree. */
  "HubUnavailable",
  "SourceNotAllowed",
  "LaneNotInDirectory",
  /** The hub's registry does not let one of its ends speak. */
  "LaneNotInRegistry",
  "OperatorSetNotOfSource",
  "FinalityTooLow",
  "BlockNotFinal",
  "TimestampMismatch",
  /** What the events say is not what the storage proof says: a log is hidden, or the source is broken. */
  "HeadMismatch",
  "CountNotReached",
  "ContentMismatch",
  /** The endpoints of the chain are down or disagree. */
  "ChainUnavailable",
  /** This key has signed something else about the subject. */
  "Contradiction",
]);
export type DoubtCode = z.output<typeof doubtCodeSchema>;

/** One statement that an operator does not stand behind. */
export const doubtSchema = z.strictObject({ leaf: bytes32Schema, code: doubtCodeSchema, reason: reasonSchema });
export type Doubt = z.output<typeof doubtSchema>;

const operatorKeySchema = z.strictObject({ g1: g1PointSchema, g2: g2PointSchema });

/** Answer to `POST /sign`: status 200 when signed, 422 when refused. */
export const signResponseSchema = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("signed"), key: operatorKeySchema, signature: g1PointSchema }),
  z.strictObject({
    status: z.literal("refused"),
    key: operatorKeySchema,
    code: refusalCodeSchema,
    reason: reasonSchema,
    /** Every statement of the batch that this operator does not stand behind. */
    statements: z.array(doubtSchema).max(MAX_STATEMENTS),
  }),
]);
export type SignResponse = z.output<typeof signResponseSchema>;

/** `GET /evidence/:statementsRoot` of an operator: a batch that it signed. */
export const evidenceSchema = z.strictObject({
  batch: batchSchema,
  statements: z.array(statementSchema),
});
export type Evidence = z.output<typeof evidenceSchema>;

/** `GET /statements/:leaf` of an operator: a statement that it signed; of a page its leaves too. */
export const statementEvidenceSchema = z.strictObject({
  statement: statementSchema,
  leaves: z.array(bytes32Schema).optional(),
});
export type StatementEvidence = z.output<typeof statementEvidenceSchema>;

/** A certificate with all its statements. `GET /certificates/:statementsRoot` of an aggregator answers one. */
export const publishedCertificateSchema = z.strictObject({
  /** Rises by one with each certificate of this aggregator. */
  seq: z.int().min(1),
  certificate: certificateSchema,
  statements: z.array(statementSchema).min(1).max(MAX_STATEMENTS),
});
export type PublishedCertificate = z.output<typeof publishedCertificateSchema>;

/** `GET /certificates?after=SEQ` of an aggregator: what came after, oldest first, at most {@link MAX_CERTIFICATES}. */
export const certificateListSchema = z.strictObject({
  certificates: z.array(publishedCertificateSchema).max(MAX_CERTIFICATES),
});
export type CertificateList = z.output<typeof certificateListSchema>;

/** `POST /pages` of an aggregator: asks for a page to be certified again, because its certificate grew too old. */
export const pageRequestSchema = z.strictObject({
  laneId: bytes32Schema,
  pageIndex: z.string().regex(/^[0-9]{1,17}$/),
});
export type PageRequest = z.output<typeof pageRequestSchema>;

/** What became of a message, as its relayer knows. */
export const deliveryStateSchema = z.enum([
  /** Sent, and in no certificate yet. */
  "sent",
  /** In a certificate, and on its way. */
  "certified",
  /** Its recipient, or its destination, refused it; another attempt follows. */
  "retrying",
  /** Refused too often; anyone may deliver it by hand. */
  "failed",
  "delivered",
  "expired",
]);
export type DeliveryState = z.output<typeof deliveryStateSchema>;

/** `GET /messages/:id` of a relayer; 404 for an id that it has not seen in a final block. */
export const messageReportSchema = z.strictObject({
  messageId: bytes32Schema,
  message: messageSchema,
  state: deliveryStateSchema,
  /** Why it is not delivered; absent once it is. */
  reason: z.string().optional(),
  attempts: z.int().min(0),
  /** Of this relayer's delivery; absent when a rival delivered. */
  transactionHash: bytes32Schema.optional(),
  /** The batch that certified it. */
  statementsRoot: bytes32Schema.optional(),
});
export type MessageReport = z.output<typeof messageReportSchema>;

/** What a watcher finds. Faults have the slasher's names. */
export const findingKindSchema = z.enum([
  "Equivocation",
  "FalseTable",
  "FalseEntry",
  "Stranger",
  "FalsePage",
  /** A source refutes what it truly sent. */
  "Framing",
  /** The hub revoked an epoch that speaks on a rollup. */
  "Revocation",
  /** A rollup has an epoch that the hub does not have, or not so. */
  "StrayEpoch",
  /** A rollup has an entry that the hub does not have, or not so. */
  "StrayEntry",
  /** An operator signs nothing. */
  "Silence",
  /** Certificates went through a contract whose calls nobody lets the watcher see. */
  "Unreadable",
]);
export type FindingKind = z.output<typeof findingKindSchema>;

/** How far a finding has come. */
export const findingStageSchema = z.enum([
  "found",
  "frozen",
  "refuted",
  "accused",
  "acquitted",
  "executed",
  "revoked",
  "collected",
  "healed",
  /** Nothing more can be done about it. */
  "lapsed",
]);
export type FindingStage = z.output<typeof findingStageSchema>;

/** One step of one finding. */
export const findingSchema = z.strictObject({
  /** Rises by one with each. */
  seq: z.int().min(1),
  /** Steps of one finding have one number. */
  finding: z.int().min(1),
  /** Second in which the watcher saw or did it. */
  at: z.int(),
  chainId: z.string(),
  blockNumber: z.int().min(0),
  kind: findingKindSchema,
  stage: findingStageSchema,
  detail: reasonSchema,
  transactionHash: bytes32Schema.optional(),
});
export type Finding = z.output<typeof findingSchema>;

/** The most steps of one answer. */
export const MAX_FINDINGS = 1_000;

/** `GET /?after=SEQ` of a watcher: the steps that came after, oldest first, at most {@link MAX_FINDINGS}. */
export const findingListSchema = z.strictObject({ findings: z.array(findingSchema).max(MAX_FINDINGS) });
export type FindingList = z.output<typeof findingListSchema>;

/** `GET /evidence/:finding` of a watcher: what anybody can show of it, each as an evidence file has it. 404 for a number of nothing. */
export const findingEvidenceSchema = z.strictObject({ evidence: z.array(evidenceFileSchema) });
export type FindingEvidence = z.output<typeof findingEvidenceSchema>;

/** `GET /health` of every node: 200 when `ok`, else 503. */
export const healthSchema = z.strictObject({
  role: z.enum(["operator", "aggregator", "relayer", "watcher"]),
  ok: z.boolean(),
  /** What is wrong, for people. */
  problems: z.array(z.string()),
  /** Numbers of the role: certificates, messages, transactions. */
  counters: z.record(z.string(), z.number()),
  /** Last block that was read, by chain id. */
  blocks: z.record(z.string(), z.number()),
});
export type Health = z.output<typeof healthSchema>;

/** Body of every other error. */
export const errorSchema = z.strictObject({ error: z.string(), reason: z.string() });
