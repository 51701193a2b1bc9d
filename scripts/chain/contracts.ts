// The generated types of the contracts that nodes talk to. Their folders follow from which sources are built, so they are
// named here and nowhere else.
export { Frames__factory } from "#types/factories/contracts/libraries/Frames__factory.ts";
export { CertificateVerifier__factory } from "#types/factories/contracts/rollup/CertificateVerifier__factory.ts";
export { Directory__factory } from "#types/factories/contracts/rollup/Directory__factory.ts";
export { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";
export { OperatorTables__factory } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";
export { Policy__factory } from "#types/factories/contracts/rollup/Policy__factory.ts";
export type { Gateway } from "#types/index.ts";
