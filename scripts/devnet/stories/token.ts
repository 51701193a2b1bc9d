import { parseEther, formatEther, type Wallet } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { address, type Address, type MessageId } from "#protocol/types.ts";
import { LockingERC20Bridge__factory } from "#types/factories/contracts/mocks/openzeppelin/LockingERC20Bridge__factory.ts";
import { SampleERC20__factory } from "#types/factories/contracts/mocks/openzeppelin/SampleERC20__factory.ts";

import type { Devnet, DevnetRollup } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import { sentBy } from "../sending.ts";
import { at } from "../tokens.ts";
import { expectArrival, rollupOf, untilDelivered, walletOn } from "./stage.ts";

const MINTED = parseEther("1000");
const CROSSING = parseEther("100");

/**
 * A user's ERC-20 crosses from alpha to beta and comes back, over OpenZeppelin's bridges.
 *
 * @param devnet - The devnet.
 * @returns When both messages have arrived; throws when a balance is not what it must be.
 */
export async function tellToken(devnet: Devnet): Promise<void> {
  const home = endOf(rollupOf(devnet, "alpha"));
  const away = endOf(rollupOf(devnet, "beta"));
  const user = address(home.user.address);
  const balances = async (moment: string, expected: readonly [bigint, bigint]) => {
    const found = [await home.token.balanceOf(user), await away.token.balanceOf(user)] as const;
    devnet.screen.line(
      "story",
      `${moment}: the user has ${formatEther(found[0])} tokens on alpha, ${formatEther(found[1])} on beta`,
    );
    if (found[0] !== expected[0] || found[1] !== expected[1]) {
      throw new DevnetError("TimedOut", `${moment}: expected ${expected.map(formatEther).join(" and ")} tokens`);
    }
  };

  await (await home.token.connect(walletOn(home.rollup, "deployer")).mint(user, MINTED)).wait();
  await (await home.token.approve(home.tokenBridge, CROSSING)).wait();
  await balances("before", [MINTED, 0n]);

  const there = await transfer(devnet, home, at(away.rollup.deployed, user));
  await untilDelivered(devnet, [there], "tokens on their way to beta");
  await balances("crossed", [MINTED - CROSSING, CROSSING]);

  const back = await transfer(devnet, away, at(home.rollup.deployed, user));
  await untilDelivered(devnet, [back], "tokens on their way back");
  await balances("came back", [MINTED, 0n]);
}

interface End {
  readonly rollup: DevnetRollup;
  readonly user: Wallet;
  readonly tokenBridge: Address;
  /** Of the minting end, only what both tokens have is used. */
  readonly token: ReturnType<typeof SampleERC20__factory.connect>;
}

function endOf(rollup: DevnetRollup): End {
  const { token, tokenBridge } = rollup.deployed.apps;
  if (token === undefined || tokenBridge === undefined) {
    throw new DevnetError("InvalidDeployment", `no token on ${rollup.deployed.name}`);
  }
  const user = walletOn(rollup, "user");
  return { rollup, user, tokenBridge, token: SampleERC20__factory.connect(token, user) };
}

async function transfer(devnet: Devnet, { user, tokenBridge }: End, to: string): Promise<MessageId> {
  // Both bridges are OpenZeppelin's BridgeFungible.
  const bridge = LockingERC20Bridge__factory.connect(tokenBridge, user);
  const sent = await bridge.crosschainTransfer(to, CROSSING);
  return elementAt(expectArrival(devnet, sentBy(await sent.wait())), 0);
}
