// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice An installed epoch of an operator set, in one storage slot. `table` is the contract whose code is the operator
/// table, zero where nothing is installed. `status`: 0 speaks, 1 frozen, 2 revoked.
struct Epoch {
    address table;
    uint40 validFrom;
    uint24 validitySeconds;
    uint24 graceSeconds;
    uint8 status;
}

/// @title Epochs
/// @notice Acceptance rule 1: which epochs may speak, and for how long. The same list in the same order wherever a
/// certificate enters.
library Epochs {
    /// @notice How far the hub's clock may be ahead of this chain's.
    uint256 internal constant CLOCK_TOLERANCE = 15 minutes;

    /// @notice `status` of an epoch that may speak.
    uint8 internal constant SPEAKING = 0;

    /// @notice `status` of an epoch whose set contradicted itself here.
    uint8 internal constant FROZEN = 1;

    /// @notice `status` of an epoch that the hub does not know, or has revoked.
    uint8 internal constant REVOKED = 2;

    /// @notice The epoch's table is not installed here.
    error EpochNotInstalled(uint32 operatorSetId, uint32 epoch);

    /// @notice The epoch is frozen or revoked: it proves nothing any more.
    error EpochSilenced(uint32 operatorSetId, uint32 epoch, uint8 status);

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

    /// @notice Whether nothing can be proven under the epoch any more, whenever it was issued.
    function isOver(Epoch memory epoch) internal view returns (bool) {
        return epoch.status != SPEAKING || block.timestamp > lastDelivery(epoch);
    }

    /// @notice Last second of the epoch, grace excluded.
    function validUntil(Epoch memory epoch) internal pure returns (uint256) {
        return uint256(epoch.validFrom) + epoch.validitySeconds;
    }

    /// @notice Last second of the epoch, grace included.
    function lastDelivery(Epoch memory epoch) internal pure returns (uint256) {
        return validUntil(epoch) + epoch.graceSeconds;
    }

    function _requireIssuedWithin(
        Epoch memory epoch,
        uint32 operatorSetId,
        uint32 number,
        uint256 issuedAt
    ) private view returns (uint256 lastSecond) {
        require(epoch.table != address(0), EpochNotInstalled(operatorSetId, number));
        if (epoch.status != SPEAKING) revert EpochSilenced(operatorSetId, number, epoch.status);
        lastSecond = validUntil(epoch);
        require(
            epoch.validFrom <= issuedAt && issuedAt <= lastSecond,
            IssuedOutsideEpoch(issuedAt, epoch.validFrom, lastSecond)
        );
        uint256 latest = block.timestamp + CLOCK_TOLERANCE;
        require(issuedAt <= latest, IssuedInFuture(issuedAt, latest));
    }
}
