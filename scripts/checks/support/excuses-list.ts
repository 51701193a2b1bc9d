import type { Excuse } from "./excuses.ts";

const FRAMES = "contracts/libraries/Frames.sol";
const CERTIFICATES = "contracts/libraries/Certificates.sol";
const PAGE_TREE = "contracts/libraries/PageTree.sol";
const OUTBOX = "contracts/rollup/Outbox.sol";

/** What no test can notice, source by source. */
export const EXCUSES: readonly Excuse[] = [
  {
    path: CERTIFICATES,
    code: "if (nonSigners != 0) {",
    changes: ["nonSigners != 0 → true"],
    reason: "Nobody's key is infinity and weighs nothing: the same sum, for more gas.",
  },
  {
    path: FRAMES,
    code: "mstore(add(tail, size), 0)",
    changes: ["0 → 1"],
    reason: "The byte that is not zero then lies behind the payload's last word.",
  },
  {
    path: FRAMES,
    code: "mstore(0x40, add(head, 0x140))",
    changes: ["0x140 → 0x13f"],
    reason: "A head is at most 0x128 bytes long with its length; the rest is there to begin at a whole word.",
  },
  {
    path: "contracts/libraries/BN254.sol",
    code: "isOne := and(mload(0), eq(returndatasize(), 0x20))",
    changes: ["eq(returndatasize(), 0x20) → 1"],
    reason:
      "The precompile answers with one word or fails, which `success` tells; only a chain without it would answer nothing, and tests run on none.",
  },
  {
    path: PAGE_TREE,
    code: "for {} and(lt(level, DEPTH), gt(width, 1)) {",
    changes: [
      "gt(width, 1) → iszero(lt(width, 1))",
      "1 → 0",
      "and(lt(level, DEPTH), gt(width, 1)) → or(lt(level, DEPTH), gt(width, 1))",
      "lt(level, DEPTH) → iszero(gt(level, DEPTH))",
    ],
    reason:
      "One node that climbs in this loop instead of the next comes to the same root, for more gas; and at the top there is only one.",
  },
  {
    path: OUTBOX,
    code: "parsed &&",
    changes: ["parsed → true"],
    reason: "What cannot be parsed comes back with chain 0, which the next part refuses with the same error.",
  },
];
