import type { Hub } from "./hub.ts";

/** How a node is told about a hub. */
export function hubConfig({ addresses, domain }: Hub, urls: readonly string[]): Record<string, unknown> {
  const { serviceManager, tableBuilder, registry } = addresses;
  const chainId = String(domain.hubChainId);
  return { chainId, serviceManager, tableBuilder, registry, urls, minAgreeing: urls.length };
}
