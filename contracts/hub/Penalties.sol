// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAllocationManager, OperatorSet} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {ICompensationVault} from "../interfaces/ICompensationVault.sol";
import {IServiceManager} from "../interfaces/IServiceManager.sol";
import {Case, ISlasher} from "../interfaces/ISlasher.sol";

/// @title Penalties
/// @notice One deed, one price: what is taken of an operator for one fault is topped up to the set's fraction of what it had
/// allocated when it first paid, and never beyond, however often and on whatever evidence the fault is told.
abstract contract Penalties is ISlasher {
    using Arrays for address[];

    /// @notice What an operator had allocated when it first paid for a fault, by one strategy, and what was taken of it. In
    /// EigenLayer's magnitudes.
    struct Paid {
        uint64 magnitude;
        uint64 taken;
    }

    uint256 private constant ONE = 1e18;

    /// @dev How long after the last case that rested on a source's word the next one is measured anew.
    uint256 private constant CAP_SECONDS = 30 days;

    /// @dev How long a case that rests on a source's word can be executed. With the evidence window it is shorter than the
    /// time of a cap, so that no source takes twice for what it says at once.
    uint256 private constant LAPSE_SECONDS = 14 days;

    string private constant DESCRIPTION = "Parley: a signed statement that cannot be true";

    /// @notice Knows what a full fault takes, and takes it.
    IServiceManager internal immutable SERVICE_MANAGER;
    IAllocationManager private immutable ALLOCATION_MANAGER;
    ICompensationVault private immutable VAULT;

    mapping(bytes32 faultKey => mapping(address operator => mapping(address strategy => Paid))) private _paid;

    /// @dev The same of all cases together that rest on one source's word.
    mapping(uint64 chainId => mapping(address operator => mapping(address strategy => Paid))) private _capped;
    mapping(uint64 chainId => mapping(address operator => uint64 timestamp)) private _cappedAt;

    /// @dev Whether the operator paid for the fault before: then what it allocates later, by any strategy, has no part in the price.
    mapping(bytes32 faultKey => mapping(address operator => bool)) private _isPriced;

    constructor(IServiceManager serviceManager, IAllocationManager allocationManager, ICompensationVault vault) {
        SERVICE_MANAGER = serviceManager;
        ALLOCATION_MANAGER = allocationManager;
        VAULT = vault;
    }

    /// @inheritdoc ISlasher
    function paidOf(
        bytes32 faultKey,
        address operator,
        address strategy
    ) external view returns (uint64 magnitude, uint64 taken) {
        Paid memory paid = _paid[faultKey][operator][strategy];
        return (paid.magnitude, paid.taken);
    }

    /// @inheritdoc ISlasher
    function cappedOf(
        uint64 chainId,
        address operator,
        address strategy
    ) external view returns (uint64 magnitude, uint64 taken, uint64 lastAt) {
        Paid memory capped = _capped[chainId][operator][strategy];
        return (capped.magnitude, capped.taken, _cappedAt[chainId][operator]);
    }

    /// @notice Takes what is left of the price, by every strategy of EigenLayer's set.
    /// @return hasTaken Whether there was anything.
    function _take(uint256 caseId, Case memory opened, address operator) internal returns (bool hasTaken) {
        (address[] memory strategies, uint256[] memory wads) = _charge(opened, operator);
        if (strategies.length == 0) {
            emit NothingLeft(caseId, operator);
            return false;
        }
        (uint256 slashId, uint256[] memory shares) = SERVICE_MANAGER.slash(
            opened.operatorSetId,
            operator,
            strategies,
            wads,
            DESCRIPTION
        );
        uint256 sum = 0;
        for (uint256 i = 0; i < shares.length; ++i) sum += shares[i];
        require(sum != 0, NothingTaken(operator));
        VAULT.record(opened.operatorSetId, slashId, strategies, shares);
        emit OperatorSlashed(caseId, operator, slashId, strategies, shares);
        return true;
    }

    function _requireNotLapsed(uint256 openedAt) internal view {
        uint256 lastSecond = openedAt + LAPSE_SECONDS;
        require(block.timestamp <= lastSecond, CaseLapsed(block.timestamp, lastSecond));
    }

    /// @dev What to take of which strategy, ascending as EigenLayer wants them; counted as taken here. Nothing of an operator that
    /// EigenLayer cannot slash any more.
    function _charge(
        Case memory opened,
        address operator
    ) private returns (address[] memory strategies, uint256[] memory wads) {
        OperatorSet memory set = OperatorSet(address(SERVICE_MANAGER), opened.operatorSetId);
        if (!ALLOCATION_MANAGER.isOperatorSlashable(operator, set)) return (strategies, wads);
        bool isNewCap = opened.cappedSource != 0 && _isCapOver(opened.cappedSource, operator);
        bool isPriced = _isPriced[opened.faultKey][operator];
        strategies = ALLOCATION_MANAGER.getStrategiesInOperatorSet(set).sort();
        wads = new uint256[](strategies.length);
        uint256 count = 0;
        for (uint256 i = 0; i < strategies.length; ++i) {
            address strategy = strategies[i];
            uint64 present = ALLOCATION_MANAGER.getAllocation(operator, set, strategy).currentMagnitude;
            Paid storage paid = _paid[opened.faultKey][operator][strategy];
            if (!isPriced) paid.magnitude = present;
            uint256 left = _leftOf(paid, present, opened.fraction);
            if (opened.cappedSource != 0)
                left = Math.min(left, _leftOfCap(opened, operator, strategy, present, isNewCap));
            if (left == 0) continue;
            // Down, because EigenLayer rounds what it takes up: ceil(present · wad / 1e18) is `left` exactly, since no magnitude
            // is above 1e18. At most the first magnitude, which has 64 bits.
            paid.taken += uint64(left);
            if (opened.cappedSource != 0) _capped[opened.cappedSource][operator][strategy].taken += uint64(left);
            (strategies[count], wads[count]) = (strategy, Math.mulDiv(left, ONE, present));
            ++count;
        }
        if (count != 0) {
            _isPriced[opened.faultKey][operator] = true;
            if (opened.cappedSource != 0) _cappedAt[opened.cappedSource][operator] = uint64(block.timestamp);
        }
        assembly ("memory-safe") {
            mstore(strategies, count)
            mstore(wads, count)
        }
    }

    /// @dev What cases that rest on the source's word may still take together, measured anew where none was for long.
    function _leftOfCap(
        Case memory opened,
        address operator,
        address strategy,
        uint64 present,
        bool isNew
    ) private returns (uint256) {
        Paid storage capped = _capped[opened.cappedSource][operator][strategy];
        if (isNew)
            (capped.magnitude, capped.taken) = (present, 0);
            // More that was allocated since is at stake as well: else little would buy a month.
        else if (present > capped.magnitude) capped.magnitude = present;
        return _leftOf(capped, present, opened.fraction);
    }

    function _isCapOver(uint64 chainId, address operator) private view returns (bool) {
        uint256 last = _cappedAt[chainId][operator];
        return last == 0 || block.timestamp > last + CAP_SECONDS;
    }

    /// @dev What is left of the price, as far as it is there.
    function _leftOf(Paid storage paid, uint64 present, uint256 fraction) private view returns (uint256) {
        uint256 price = Math.mulDiv(paid.magnitude, fraction, ONE, Math.Rounding.Ceil);
        return Math.min(Math.saturatingSub(price, paid.taken), present);
    }
}
