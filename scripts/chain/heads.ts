import { laneId, type Lane } from "#protocol/messages.ts";
import { ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";

import type { Endpoints } from "./endpoints.ts";
import type { Header } from "./headers.ts";
import { chainHeadSlot } from "./layout.ts";
import { parseProof, proofParameters, provenSlot } from "./proofs.ts";

/**
 * Reads a lane's chain head out of the gateway's storage, by proof.
 *
 * @param endpoints - Of the lane's source. Each is asked in turn until one's proof holds.
 * @param lane - The lane.
 * @param header - A header that the endpoints agree on.
 * @returns The head at that block; the lane's id while nothing was sent.
 */
export async function provenChainHead(endpoints: Endpoints, lane: Lane, header: Header): Promise<Bytes32> {
  const slot = chainHeadSlot(lane.destinationChainId, lane.destinationGateway);
  const head = await endpoints.first(async (provider) => {
    const answer: unknown = await provider.send(
      "eth_getProof",
      proofParameters(lane.sourceGateway, slot, header.number),
    );
    return provenSlot(header.stateRoot, lane.sourceGateway, slot, parseProof(answer));
  });
  return head === ZERO_BYTES32 ? laneId(lane) : head;
}
