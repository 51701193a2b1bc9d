// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IServiceManager} from "../interfaces/IServiceManager.sol";
import {ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";

/// @title Seats
/// @notice The places of a table. EigenLayer's members are not limited, rows are; and what loses its seat against its will, by
/// take-over or ejection, is little in each epoch.
abstract contract Seats is IServiceManager {
    /// @notice The seats of one operator set.
    struct SetSeats {
        address[] operators;
        /// @dev Where an operator's seat is, plus one.
        mapping(address operator => uint256) placeOf;
        uint32 movedEpoch;
        uint64 movedSince;
        uint256 movedWeight;
    }

    /// @custom:storage-location erc7201:parley.Seats
    struct SeatsState {
        mapping(uint32 operatorSetId => SetSeats) sets;
    }

    uint256 internal constant MOST_SEATS = OperatorTable.MAX_ROWS;

    /// @dev What ejections and take-overs may move of the last table's weight, in an epoch and in an epoch's time: a tenth.
    uint256 private constant MOVED_SHARE = 10;

    /// @dev keccak256(abi.encode(uint256(keccak256("parley.Seats")) - 1)) & ~bytes32(uint256(0xff)), as ERC-7201 says.
    bytes32 private constant STATE = 0xe5c7a8390a07358ca7a20f00e03722f0a254ae2126891d6bf1ea83b4bf0e3f00;

    /// @notice Knows epochs and windows.
    ITableBuilder internal immutable TABLE_BUILDER;

    constructor(ITableBuilder tableBuilder) {
        TABLE_BUILDER = tableBuilder;
    }

    /// @inheritdoc IServiceManager
    function seats(uint32 operatorSetId) external view returns (address[] memory) {
        return _seatsOf(operatorSetId).operators;
    }

    /// @inheritdoc IServiceManager
    function isSeated(uint32 operatorSetId, address operator) public view returns (bool) {
        return _seatsOf(operatorSetId).placeOf[operator] != 0;
    }

    function _seat(uint32 operatorSetId, address operator) internal {
        SetSeats storage set = _seatsOf(operatorSetId);
        set.operators.push(operator);
        set.placeOf[operator] = set.operators.length;
        emit SeatTaken(operatorSetId, operator);
    }

    /// @dev The last seat moves to the free place. Nothing happens to who has no seat: leaving never fails.
    function _unseat(uint32 operatorSetId, address operator) internal {
        SetSeats storage set = _seatsOf(operatorSetId);
        uint256 place = set.placeOf[operator];
        if (place == 0) return;
        address last = set.operators[set.operators.length - 1];
        set.operators[place - 1] = last;
        set.placeOf[last] = place;
        set.operators.pop();
        delete set.placeOf[operator];
        emit SeatLost(operatorSetId, operator);
    }

    /// @dev Counts weight that loses its seat against the will of whoever has it: what it is now or in the last table,
    /// whichever is more, so that nobody moves what EigenLayer just fails to see.
    function _move(uint32 operatorSetId, address operator, uint256 present) internal {
        SetSeats storage set = _seatsOf(operatorSetId);
        uint32 newest = TABLE_BUILDER.newestEpoch(operatorSetId);
        uint256 weight = Math.max(present, TABLE_BUILDER.weightOf(operatorSetId, newest, operator));
        // Another epoch alone is not enough: convictions bring them early, and what moves while a table is built shows in the next.
        bool isOver = set.movedEpoch != newest && block.timestamp >= set.movedSince + TABLE_BUILDER.windows().validity;
        uint256 moved = (isOver ? 0 : set.movedWeight) + weight;
        uint256 limit =
            newest == 0
                ? 0
                : OperatorTable.summary(TABLE_BUILDER.epoch(operatorSetId, newest).table).totalWeight / MOVED_SHARE;
        require(moved <= limit, TooMuchMoved(moved, limit));
        if (isOver || set.movedWeight == 0) (set.movedEpoch, set.movedSince) = (newest, uint64(block.timestamp));
        set.movedWeight = moved;
    }

    function _hasFreeSeat(uint32 operatorSetId) internal view returns (bool) {
        return _seatsOf(operatorSetId).operators.length < MOST_SEATS;
    }

    function _seatsOf(uint32 operatorSetId) private view returns (SetSeats storage) {
        SeatsState storage state;
        assembly {
            state.slot := STATE
        }
        return state.sets[operatorSetId];
    }
}
