import { AbiCoder, ZeroAddress, type Signer } from "ethers";

import { sign, type KeyPair } from "#protocol/bn254.ts";
import { address, bytes32, hex, type Address, type Hex } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { hubAt, setOf, type HubSite } from "./site.ts";
import { ask, submit } from "./submit.ts";

// What an operator does at EigenLayer and at our service manager. Every action is one transaction, unless it is done already.

/** What of an operator's stake is at stake for a set: parts of 1e18 of what it has of the strategy. */
export interface Stake {
  readonly strategy: Address;
  readonly magnitude: bigint;
}

/**
 * Becomes an operator of EigenLayer, for ever.
 *
 * @param operator - Who.
 * @param site - The hub.
 * @param allocationDelay - Blocks that its allocations wait.
 * @param metadataURI - Where it describes itself.
 * @returns Whether it was none before.
 */
export async function registerAsOperator(
  operator: Signer,
  site: HubSite,
  allocationDelay = 0,
  metadataURI = "",
): Promise<boolean> {
  const { delegationManager } = hubAt(site, operator);
  if (await ask(delegationManager.isOperator(await operator.getAddress()))) return false;
  const call = delegationManager.registerAsOperator.populateTransaction(ZeroAddress, allocationDelay, metadataURI);
  await submit(operator, call);
  return true;
}

/**
 * Changes how many blocks an operator's allocations wait. It takes effect after EigenLayer's configuration delay.
 *
 * @param operator - Who.
 * @param site - The hub.
 * @param blocks - How many.
 */
export async function setAllocationDelay(operator: Signer, site: HubSite, blocks: number): Promise<void> {
  const { allocationManager } = hubAt(site, operator);
  await submit(operator, allocationManager.setAllocationDelay.populateTransaction(await operator.getAddress(), blocks));
}

/**
 * Registers a BN254 key for a set, with the proof that its secret is there.
 *
 * @param operator - Whose key.
 * @param site - The hub.
 * @param operatorSetId - The set.
 * @param key - The key.
 * @returns Whether it was not registered before; throws `OtherKey` when another one is.
 */
export async function registerKey(
  operator: Signer,
  site: HubSite,
  operatorSetId: number,
  key: KeyPair,
): Promise<boolean> {
  const { keyRegistrar } = hubAt(site, operator);
  const [set, owner] = [setOf(site, operatorSetId), await operator.getAddress()];
  const { g1Point: known } = await ask(keyRegistrar.getBN254Key(set, owner));
  if (known.x === key.g1.x && known.y === key.g1.y) return false;
  if (known.x !== 0n || known.y !== 0n) {
    throw new HubError("OtherKey", `${owner} has another key in set ${String(operatorSetId)}`);
  }
  const keyData = keyDataOf(key);
  const digest = await ask(keyRegistrar.getBN254KeyRegistrationMessageHash(owner, set, keyData));
  const { x, y } = sign(key.secret, bytes32(digest));
  const proof = abi.encode(["uint256", "uint256"], [x, y]);
  await submit(operator, keyRegistrar.registerKey.populateTransaction(owner, set, keyData, proof));
  return true;
}

/**
 * Allocates stake to a set.
 *
 * @param operator - Whose.
 * @param site - The hub.
 * @param operatorSetId - The set.
 * @param stakes - The magnitudes it wants to have allocated; all that is left of every strategy of the set unless given.
 * @returns Whether anything changes by it; throws `NothingToAllocate` when nothing is allocated and nothing can be.
 */
export async function allocate(
  operator: Signer,
  site: HubSite,
  operatorSetId: number,
  stakes?: readonly Stake[],
): Promise<boolean> {
  const { allocationManager } = hubAt(site, operator);
  const [set, owner] = [setOf(site, operatorSetId), await operator.getAddress()];
  const wanted = stakes ?? (await allThatIsLeft(operator, site, operatorSetId));
  const changed: Stake[] = [];
  let isSomething = false;
  for (const { strategy, magnitude } of wanted) {
    const { currentMagnitude, pendingDiff } = await ask(allocationManager.getAllocation(owner, set, strategy));
    const planned = currentMagnitude + pendingDiff;
    if (planned !== magnitude) changed.push({ strategy, magnitude });
    if (planned !== 0n || magnitude !== 0n) isSomething = true;
  }
  if (!isSomething) {
    throw new HubError("NothingToAllocate", `${owner} has nothing left to allocate to set ${String(operatorSetId)}`);
  }
  if (changed.length === 0) return false;
  const params = {
    operatorSet: set,
    strategies: changed.map(({ strategy }) => strategy),
    newMagnitudes: changed.map(({ magnitude }) => magnitude),
  };
  await submit(operator, allocationManager.modifyAllocations.populateTransaction(owner, [params]));
  return true;
}

/**
 * Joins a set. Our service manager asks for key, least weight and allow-list, and gives a free seat.
 *
 * @param operator - Who.
 * @param site - The hub.
 * @param operatorSetId - The set.
 * @returns Whether it was not in it before.
 */
export async function enterSet(operator: Signer, site: HubSite, operatorSetId: number): Promise<boolean> {
  const { allocationManager } = hubAt(site, operator);
  const owner = await operator.getAddress();
  const { avs, id } = setOf(site, operatorSetId);
  if (await ask(allocationManager.isMemberOfOperatorSet(owner, { avs, id }))) return false;
  const params = { avs, operatorSetIds: [id], data: "0x" };
  await submit(operator, allocationManager.registerForOperatorSets.populateTransaction(owner, params));
  return true;
}

/**
 * Leaves a set. What the operator signed stays its risk for EigenLayer's deallocation delay.
 *
 * @param operator - Who.
 * @param site - The hub.
 * @param operatorSetId - The set.
 * @returns The last block in which it can be slashed for it.
 */
export async function leave(
  operator: Signer,
  site: HubSite,
  operatorSetId: number,
): Promise<{ readonly slashableUntilBlock: number }> {
  const { allocationManager } = hubAt(site, operator);
  const { avs, id } = setOf(site, operatorSetId);
  const params = { operator: await operator.getAddress(), avs, operatorSetIds: [id] };
  const { blockNumber } = await submit(
    operator,
    allocationManager.deregisterFromOperatorSets.populateTransaction(params),
  );
  return { slashableUntilBlock: blockNumber + Number(await ask(allocationManager.DEALLOCATION_DELAY())) };
}

/**
 * Gives a member a free seat, or an incumbent's who weighs at most two thirds of it. Anybody may.
 *
 * @param anybody - Who sends it.
 * @param site - The hub.
 * @param operatorSetId - The set.
 * @param member - Who takes the seat.
 * @param incumbent - Who loses it; nobody for a free one.
 */
export async function seat(
  anybody: Signer,
  site: HubSite,
  operatorSetId: number,
  member: Address,
  incumbent?: Address,
): Promise<void> {
  const { serviceManager } = hubAt(site, anybody);
  await submit(anybody, serviceManager.seat.populateTransaction(operatorSetId, member, incumbent ?? ZeroAddress));
}

/**
 * Says where the operator's node can be reached.
 *
 * @param operator - Whose.
 * @param site - The hub.
 * @param endpoint - A URL.
 * @returns Whether it said something else before.
 */
export async function setEndpoint(operator: Signer, site: HubSite, endpoint: string): Promise<boolean> {
  const { serviceManager } = hubAt(site, operator);
  if ((await ask(serviceManager.endpointOf(await operator.getAddress()))) === endpoint) return false;
  await submit(operator, serviceManager.setEndpoint.populateTransaction(endpoint));
  return true;
}

const abi = AbiCoder.defaultAbiCoder();

/**
 * @param key - A key.
 * @returns Both halves as EigenLayer's KeyRegistrar takes them, imaginary limbs first.
 */
export function keyDataOf({ g1, g2 }: Pick<KeyPair, "g1" | "g2">): Hex {
  return hex(abi.encode(["uint256", "uint256", "uint256[2]", "uint256[2]"], [g1.x, g1.y, g2.x, g2.y]));
}

// What the operator has allocated to the set already stays; what it can still allocate comes on top.
async function allThatIsLeft(operator: Signer, site: HubSite, operatorSetId: number): Promise<Stake[]> {
  const { allocationManager, serviceManager } = hubAt(site, operator);
  const [set, owner] = [setOf(site, operatorSetId), await operator.getAddress()];
  const { strategies } = await ask(serviceManager.parametersOf(operatorSetId));
  const stakes: Stake[] = [];
  for (const { strategy } of strategies) {
    const { currentMagnitude, pendingDiff } = await ask(allocationManager.getAllocation(owner, set, strategy));
    const left = await ask(allocationManager.getAllocatableMagnitude(owner, strategy));
    stakes.push({ strategy: address(strategy), magnitude: currentMagnitude + pendingDiff + left });
  }
  return stakes;
}
