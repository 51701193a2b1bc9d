import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inRoot } from "./files.ts";
import type { Mutant } from "./mutants.ts";

/** Whom a block pays decides which check is off: nothing under test reads it. */
const FIRST = 0xc4ecc0ff00000000000000000000000000000000n;
/** With this one all checks are on, and each that fires says so. */
const NOTING = FIRST - 1n;
const SAYS = "parley check ";

const SWITCH = "contracts/CheckSwitch.sol";
const SWITCH_SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

function _isOff(uint160 check) view returns (bool) {
    return block.coinbase == address(check);
}

function _noted(uint160 check, bool holds) view returns (bool) {
    if (!holds && block.coinbase == address(${NOTING})) {
        address console = 0x000000000000000000636F6e736F6c652e6c6f67;
        (bool success,) = console.staticcall(abi.encodeWithSignature("log(string,uint256)", "${SAYS}", check - ${FIRST}));
        require(success);
    }
    return holds;
}

/// Whether a check is off, also where it is a pure function's.
function isCheckOff(uint160 check) pure returns (bool) {
    function(uint160) view returns (bool) looking = _isOff;
    function(uint160) pure returns (bool) asked;
    assembly {
        asked := looking
    }
    return asked(check);
}

/// Says that a check fires.
function noted(uint160 check, bool holds) pure returns (bool) {
    function(uint160, bool) view returns (bool) looking = _noted;
    function(uint160, bool) pure returns (bool) asked;
    assembly {
        asked := looking
    }
    return asked(check, holds);
}
`;

/** Writes all these checks into a copy at once, each of them on; to turn one off is {@link environmentOf} it. */
export function writeSwitches(home: string, checks: readonly Mutant[]): void {
  writeFileSync(join(home, SWITCH), SWITCH_SOURCE);
  for (const path of new Set(checks.map((check) => check.path))) {
    let bytes = readFileSync(inRoot(path));
    let end = bytes.length;
    const pieces = checks.flatMap((check, index) =>
      check.path === path && check.switched !== undefined ? [{ ...check.switched, index }] : [],
    );
    for (const { start, length, textOf, index } of pieces.sort((a, b) => b.start - a.start)) {
      if (start + length > end) throw new Error(`${path}: checks ${index} and the next one overlap`);
      const name = (FIRST + BigInt(index)).toString();
      const text = textOf(`isCheckOff(${name})`, (holds) => `noted(${name}, ${holds})`);
      bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(start + length)]);
      end = start;
    }
    const switched = bytes
      .toString()
      .replace(/^pragma .*$/m, '$&\nimport {isCheckOff, noted} from "../CheckSwitch.sol";');
    writeFileSync(join(home, path), switched);
  }
}

/** What the tests' configuration reads, with a check off; without one, all are on and say when they fire. */
export function environmentOf(index: number | undefined): Record<string, string> {
  return { PAID_BY_BLOCKS: `0x${(index === undefined ? NOTING : FIRST + BigInt(index)).toString(16)}` };
}

/** The titles of the stories in which each check fires; whatever does not fire cannot be missed there. */
export function firingsIn(output: string): Map<number, Set<string>> {
  const firings = new Map<number, Set<string>>();
  let fired = new Set<number>();
  for (const line of output.split("\n")) {
    const check = line.startsWith(SAYS) ? Number(line.slice(SAYS.length)) : undefined;
    if (check !== undefined) fired.add(check);
    const title = /^\s+✔ (.+?)(?: \(\d+ms\))?$/.exec(line)?.[1];
    if (title === undefined) continue;
    for (const index of fired) firings.set(index, (firings.get(index) ?? new Set()).add(title));
    fired = new Set();
  }
  return firings;
}
