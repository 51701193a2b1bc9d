// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice An installed epoch of an operator set, in one storage slot. `table` is the contract whose code is the operator
/// table, zero where nothing is installed.
struct Epoch {
    address table;
    uint40 validFrom;
    uint24 validitySeconds;
    uint24 graceSeconds;
    uint8 reserved;
}

/// @title Epochs
/// @notice Acceptance rule 1: which epochs may speak, and for how long. The same list in the same order wherever a
/// certificate enters.
library Epochs {
    /// @notice How far the hub's clock may be ahead of this chain's.
    uint256 internal constant CLOCK_TOLERANCE = 15 minutes;

    /// @notice The epoch's table is not installed here.
    error EpochNotInstalled(uint32 operatorSetId, uint32 epoch);

    /// @notice The batch was issued outside its epoch.
    error IssuedOutsideEpoch(uint256 issuedAt, uint256 validFrom, uint256 validUntil);

    /// @notice The batch was issued further in the future than clocks may differ.
    error IssuedInFuture(uint256 issuedAt, uint256 latest);

    /// @notice The epoch is over.
    error EpochExpired(uint256 timestamp, uint256 lastSecond);

    /// @notice The certificate is older than this place takes it.
    error CertificateTooOld(uint256 timestamp, uint256 lastSecond);

    /// @notice Reverts unless `epoch` may speak with a batch issued at `issuedAt`, grace included.
    function requireUsable(Epoch memory epoch, uint32 operatorSetId, uint32 number, uint256 issuedAt) internal view {
        uint256 lastSecond = _requireIssuedWithin(epoch, operatorSetId, number, issuedAt) + epoch.graceSeconds;
        require(block.timestamp <= lastSecond, EpochExpired(block.timestamp, lastSecond));
    }

    /// @notice Reverts unless `epoch` may speak now without grace.
    function requireUnexpired(Epoch memory epoch, uint32 operatorSetId, uint32 number, uint256 issuedAt) internal view {
        uint256 lastSecond = _requireIssuedWithin(epoch, operatorSetId, number, issuedAt);
        require(block.timestamp <= lastSecond, EpochExpired(block.timestamp, lastSecond));
    }

    /// @notice Reverts when a batch issued at `issuedAt` is more than `maxAge` seconds old.
    function requireFresh(uint256 issuedAt, uint256 maxAge) internal view {
        uint256 lastSecond = issuedAt + maxAge;
        require(block.timestamp <= lastSecond, CertificateTooOld(block.timestamp, lastSecond));
    }

    /// @notice Last second of the epoch, grace excluded.
    function validUntil(Epoch memory epoch) internal pure returns (uint256) {
        return uint256(epoch.validFrom) + epoch.validitySeconds;
    }

    function _requireIssuedWithin(
        Epoch memory epoch,
        uint32 operatorSetId,
        uint32 number,
        uint256 issuedAt
    ) private view returns (uint256 lastSecond) {
        require(epoch.table != address(0), EpochNotInstalled(operatorSetId, number));
        lastSecond = validUntil(epoch);
        require(
            epoch.validFrom <= issuedAt && issuedAt <= lastSecond,
            IssuedOutsideEpoch(issuedAt, epoch.validFrom, lastSecond)
        );
        uint256 latest = block.timestamp + CLOCK_TOLERANCE;
        require(issuedAt <= latest, IssuedInFuture(issuedAt, latest));
    }
}
