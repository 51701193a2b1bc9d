import type { Excuse } from "./excuses.ts";

const FRAMES = "contracts/libraries/Frames.sol";
const CERTIFICATES = "contracts/libraries/Certificates.sol";

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
];
