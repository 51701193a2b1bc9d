// The generated types of the contracts that nodes talk to. Their folders follow from which sources are built, so they are
// named here and nowhere else.
export { Frames__factory } from "#types/factories/contracts/libraries/Frames__factory.ts";
export { CertificateVerifier__factory } from "#types/factories/contracts/rollup/CertificateVerifier__factory.ts";
export { Directory__factory } from "#types/factories/contracts/rollup/Directory__factory.ts";
export { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";
export { OperatorTables__factory } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";
export { Policy__factory } from "#types/factories/contracts/rollup/Policy__factory.ts";
export type { Gateway } from "#types/index.ts";
// The two ends of canonical bridges, of whatever stack.
export { IHubEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IHubEnd__factory.ts";
export { IRollupEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IRollupEnd__factory.ts";
// The hub's, and EigenLayer's.
export { CompensationVault__factory } from "#types/factories/contracts/hub/CompensationVault__factory.ts";
export { RollupRegistry__factory } from "#types/factories/contracts/hub/RollupRegistry__factory.ts";
export { ServiceManager__factory } from "#types/factories/contracts/hub/ServiceManager__factory.ts";
export { Slasher__factory } from "#types/factories/contracts/hub/Slasher__factory.ts";
export { TableBuilder__factory } from "#types/factories/contracts/hub/TableBuilder__factory.ts";
export { IAllocationManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IAllocationManager__factory.ts";
export { IDelegationManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IDelegationManager__factory.ts";
export { IKeyRegistrar__factory } from "#types/factories/contracts/interfaces/eigenlayer/IKeyRegistrar__factory.ts";
export { IStrategyManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IStrategyManager__factory.ts";
export { IStrategyManagerDelayed__factory } from "#types/factories/contracts/interfaces/eigenlayer/IStrategyManagerDelayed__factory.ts";
