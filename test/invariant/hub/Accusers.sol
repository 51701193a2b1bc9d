// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Culprit, Divergence, Fault, ISlasher} from "../../../contracts/interfaces/ISlasher.sol";
import {Pages} from "../Pages.sol";
import {Liars} from "./Liars.sol";

/// @notice How evidence is put to the slasher, by whomever.
abstract contract Accusers is Liars {
    /// @dev Somebody accuses; `at` is where two pages differ, if they do.
    function _accuse(
        Fault fault,
        uint256 a,
        uint256 b,
        uint256 at,
        Culprit memory culprit
    ) internal returns (bool success, bytes memory result) {
        bytes memory call;
        if (fault == Fault.Equivocation) {
            call =
                _told[a].kind == Kind.Page
                    ? _pagesCharge(a, b, at, culprit)
                    : _told[a].kind == Kind.Table
                        ? abi.encodeCall(
                            ISlasher.accuseTables,
                            (_evidence(a), _told[a].table, _evidence(b), _told[b].table, culprit)
                        )
                        : abi.encodeCall(
                            ISlasher.accuseEntries,
                            (_evidence(a), _told[a].entry, _evidence(b), _told[b].entry, culprit)
                        );
        } else if (fault == Fault.FalseTable) {
            call = abi.encodeCall(ISlasher.accuseFalseTable, (_evidence(a), _told[a].table));
        } else if (fault == Fault.FalseEntry) {
            call = abi.encodeCall(ISlasher.accuseFalseEntry, (_evidence(a), _told[a].entry));
        } else {
            call = abi.encodeCall(ISlasher.accuseStranger, (_evidence(a), _told[a].page));
        }
        return _try(address(uint160(0x57a4e2 + _told.length)), address(_hub.SLASHER()), call);
    }

    function _pagesCharge(
        uint256 a,
        uint256 b,
        uint256 at,
        Culprit memory culprit
    ) private view returns (bytes memory) {
        (Told memory toldA, Told memory toldB) = (_told[a], _told[b]);
        Divergence memory divergence;
        divergence.index = uint16(at);
        (divergence.messageIdA, divergence.rangeProofA) = _placeIn(toldA, at);
        (divergence.messageIdB, divergence.rangeProofB) = _placeIn(toldB, at);
        return
            abi.encodeCall(
                ISlasher.accusePages,
                (_evidence(a), toldA.page, _evidence(b), toldB.page, divergence, culprit)
            );
    }

    /// @dev What a page holds at a place, nothing beyond its count, and the proof of it.
    function _placeIn(Told memory told, uint256 at) private view returns (bytes32 id, bytes32[] memory proof) {
        Pages.Levels memory levels = _levels(told);
        if (at < levels.nodes[0].length) id = levels.nodes[0][at];
        proof = _proofAt(levels, at);
    }

    /// @dev As `Pages.proof` of one place, also where the page is empty.
    function _proofAt(Pages.Levels memory levels, uint256 at) private pure returns (bytes32[] memory proof) {
        proof = new bytes32[](8);
        for (uint256 level = 0; level < 8; ++level) {
            uint256 sibling = at ^ 1;
            proof[level] = sibling < levels.nodes[level].length ? levels.nodes[level][sibling] : levels.empty[level];
            at /= 2;
        }
    }
}
