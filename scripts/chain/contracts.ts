// The generated types of the contracts that nodes talk to. Their folders follow from which sources are built, so they are
// named here and nowhere else.
import { CertificateVerifier__factory as CertificateVerifierParsed } from "#types/factories/contracts/rollup/CertificateVerifier__factory.ts";
import { Directory__factory as DirectoryParsed } from "#types/factories/contracts/rollup/Directory__factory.ts";
import { Gateway__factory as GatewayParsed } from "#types/factories/contracts/rollup/Gateway__factory.ts";
import { OperatorTables__factory as OperatorTablesParsed } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";
import { Policy__factory as PolicyParsed } from "#types/factories/contracts/rollup/Policy__factory.ts";
import { IHubEnd__factory as IHubEndParsed } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IHubEnd__factory.ts";
import { IRollupEnd__factory as IRollupEndParsed } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IRollupEnd__factory.ts";
import { ProxyAdmin__factory as ProxyAdminParsed } from "#types/factories/@openzeppelin/contracts/proxy/transparent/ProxyAdmin__factory.ts";
import { Shaper__factory as ShaperParsed } from "#types/factories/contracts/hub/Shaper__factory.ts";
import { CompensationVault__factory as CompensationVaultParsed } from "#types/factories/contracts/hub/CompensationVault__factory.ts";
import { RollupRegistry__factory as RollupRegistryParsed } from "#types/factories/contracts/hub/RollupRegistry__factory.ts";
import { ServiceManager__factory as ServiceManagerParsed } from "#types/factories/contracts/hub/ServiceManager__factory.ts";
import { Slasher__factory as SlasherParsed } from "#types/factories/contracts/hub/Slasher__factory.ts";
import { TableBuilder__factory as TableBuilderParsed } from "#types/factories/contracts/hub/TableBuilder__factory.ts";
import { IAllocationManager__factory as IAllocationManagerParsed } from "#types/factories/contracts/interfaces/eigenlayer/IAllocationManager__factory.ts";
import { IDelegationManager__factory as IDelegationManagerParsed } from "#types/factories/contracts/interfaces/eigenlayer/IDelegationManager__factory.ts";
import { IKeyRegistrar__factory as IKeyRegistrarParsed } from "#types/factories/contracts/interfaces/eigenlayer/IKeyRegistrar__factory.ts";

import { parsedOnce } from "./parsedOnce.ts";

export const CertificateVerifier__factory = parsedOnce(CertificateVerifierParsed);
export const Directory__factory = parsedOnce(DirectoryParsed);
export const Gateway__factory = parsedOnce(GatewayParsed);
export const OperatorTables__factory = parsedOnce(OperatorTablesParsed);
export const Policy__factory = parsedOnce(PolicyParsed);
export const IHubEnd__factory = parsedOnce(IHubEndParsed);
export const IRollupEnd__factory = parsedOnce(IRollupEndParsed);
export const ProxyAdmin__factory = parsedOnce(ProxyAdminParsed);
export const Shaper__factory = parsedOnce(ShaperParsed);
export const CompensationVault__factory = parsedOnce(CompensationVaultParsed);
export const RollupRegistry__factory = parsedOnce(RollupRegistryParsed);
export const ServiceManager__factory = parsedOnce(ServiceManagerParsed);
export const Slasher__factory = parsedOnce(SlasherParsed);
export const TableBuilder__factory = parsedOnce(TableBuilderParsed);
export const IAllocationManager__factory = parsedOnce(IAllocationManagerParsed);
export const IDelegationManager__factory = parsedOnce(IDelegationManagerParsed);
export const IKeyRegistrar__factory = parsedOnce(IKeyRegistrarParsed);
export { Frames__factory } from "#types/factories/contracts/libraries/Frames__factory.ts";
export { IStrategyManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IStrategyManager__factory.ts";
export { IStrategyManagerDelayed__factory } from "#types/factories/contracts/interfaces/eigenlayer/IStrategyManagerDelayed__factory.ts";
export type { Gateway } from "#types/index.ts";
