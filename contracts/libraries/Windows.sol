// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice How long each part of an epoch's life lasts: seconds, but for `buildBlocks`.
/// @dev Mainnet: 6 h, 1 d, 6 h, 11.5 d, 12 h, 6 h; 2 h for a fact; a hub block takes 12 seconds at least; 256 blocks for a build.
struct WindowsConfig {
    /// @dev How long before an epoch's end the next table may be begun.
    uint32 lead;
    /// @dev How long an epoch speaks, besides the lead.
    uint32 validity;
    /// @dev How long what an epoch said may still be delivered.
    uint32 grace;
    /// @dev How long after that evidence is accepted.
    uint32 evidence;
    /// @dev How long the guardian may pause execution.
    uint32 pause;
    /// @dev Time to execute in, when blocks are full.
    uint32 margin;
    /// @dev How long a fact of the hub may take to appear there: a contract cannot see finality. After that it is no fact.
    uint32 hubFact;
    /// @dev The least time that a hub block takes.
    uint16 secondsPerBlock;
    /// @dev How long a build may take.
    uint16 buildBlocks;
}

/// @title Windows
/// @notice The promise of a table: what stood behind a row when it was read can be taken until everything that the row can be
/// guilty of was judged. So all windows together must end before EigenLayer lets stake go.
library Windows {
    /// @notice A window that must not be empty is.
    error WindowEmpty();

    /// @notice The windows last longer than EigenLayer holds stake that is being deallocated.
    error WindowsTooLong(uint256 foundBlocks, uint256 limitBlocks);

    /// @notice A build may last longer than the epoch that it is for.
    error BuildTooLong(uint256 foundSeconds, uint256 limitSeconds);

    /// @notice A lie about the hub that is told in an epoch's last second could not be judged any more.
    error HubFactTooLate(uint256 foundSeconds, uint256 limitSeconds);

    /// @notice Reverts unless the windows end before stake can leave that is deallocated right after it was read.
    /// @param deallocationDelayBlocks EigenLayer's own figure, read live, because EigenLayer is upgradable.
    function requireWithin(WindowsConfig memory windows, uint256 deallocationDelayBlocks) internal pure {
        require(
            windows.lead != 0 &&
                windows.validity != 0 &&
                windows.evidence != 0 &&
                windows.margin != 0 &&
                windows.hubFact != 0 &&
                windows.secondsPerBlock != 0 &&
                windows.buildBlocks != 0,
            WindowEmpty()
        );
        // A stake must be read before the block that it is promised for, and a table be built while its epoch lasts.
        uint256 build = uint256(windows.buildBlocks) * windows.secondsPerBlock;
        uint256 epoch = uint256(windows.lead) + windows.validity;
        require(build < epoch, BuildTooLong(build, epoch));
        uint256 judged = uint256(windows.grace) + windows.evidence;
        require(windows.hubFact < judged, HubFactTooLate(windows.hubFact, judged));
        uint256 found = promisedBlocks(windows);
        require(found < deallocationDelayBlocks, WindowsTooLong(found, deallocationDelayBlocks));
    }

    /// @notice Blocks from the read of a stake until nothing can be taken for it any more. Blocks never come faster than
    /// `secondsPerBlock`, so in blocks the windows are never longer than this.
    function promisedBlocks(WindowsConfig memory windows) internal pure returns (uint256) {
        return Math.ceilDiv(slashableUntil(windows, 0), windows.secondsPerBlock);
    }

    /// @notice Last second in which an epoch that was read at `validFrom` speaks.
    function validUntil(WindowsConfig memory windows, uint256 validFrom) internal pure returns (uint256) {
        return validFrom + windows.lead + windows.validity;
    }

    /// @notice Last second in which evidence against an epoch is accepted.
    /// @param validUntil_ Last second in which the epoch speaks.
    function evidenceUntil(WindowsConfig memory windows, uint256 validUntil_) internal pure returns (uint256) {
        return validUntil_ + windows.grace + windows.evidence;
    }

    /// @notice Last second in which something can be taken for an epoch that was read at `validFrom`: evidence of the last second
    /// may be held up, and is executed in blocks that may be full.
    function slashableUntil(WindowsConfig memory windows, uint256 validFrom) internal pure returns (uint256) {
        return evidenceUntil(windows, validUntil(windows, validFrom)) + windows.pause + windows.margin;
    }
}
