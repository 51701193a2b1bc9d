// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAllocationManager, OperatorSet} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IDelegationManager} from "../interfaces/eigenlayer/IDelegationManager.sol";
import {IKeyRegistrar} from "../interfaces/eigenlayer/IKeyRegistrar.sol";
import {CountedStrategy, IServiceManager, SetParameters} from "../interfaces/IServiceManager.sol";
import {Build, HubEpoch, ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {G1Point} from "../libraries/BN254.sol";
import {Code} from "../libraries/Code.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {PackedAddresses} from "../libraries/PackedAddresses.sol";
import {Windows, WindowsConfig} from "../libraries/Windows.sol";
import {Stake} from "./Stake.sol";

/// @title TableBuilder
/// @notice Builds operator tables from EigenLayer's own word. Operators sign what is built here, and rollups install it.
/// @dev Safety rests on EigenLayer, on the service manager's seat list, and on the windows: a row's weight can be taken until
/// everything that its epoch said was judged. Liveness: anybody calling `begin` and `proceed`.
contract TableBuilder is ITableBuilder {
    using SafeCast for uint256;
    using Windows for WindowsConfig;

    /// @notice What a build asks, and of whom: `members` begins with their packed addresses.
    struct Plan {
        OperatorSet set;
        uint32 futureBlock;
        uint96 minimumWeight;
        CountedStrategy[] strategies;
        bytes members;
    }

    /// @notice What convictions change: whether the next table may be begun before its time, and which epoch's build was voided last.
    struct Convictions {
        bool isDue;
        uint32 voided;
    }

    /// @dev A row and its operator, as a part of a build has them.
    uint256 private constant ENTRY_BYTES = OperatorTable.ROW_BYTES + PackedAddresses.BYTES_EACH;

    IAllocationManager private immutable ALLOCATION_MANAGER;
    IDelegationManager private immutable DELEGATION_MANAGER;
    IKeyRegistrar private immutable KEY_REGISTRAR;
    IServiceManager private immutable SERVICE_MANAGER;
    address private immutable SLASHER;

    WindowsConfig private _windows;
    mapping(uint32 operatorSetId => Build running) private _builds;
    mapping(uint32 operatorSetId => Convictions known) private _convictions;

    /// @dev Whether an operator was convicted while the epoch was the newest, or was being built.
    mapping(uint32 operatorSetId => mapping(uint32 number => mapping(address operator => bool))) private _isConvicted;
    mapping(uint32 operatorSetId => mapping(uint32 number => HubEpoch)) private _epochs;

    /// @inheritdoc ITableBuilder
    mapping(uint32 operatorSetId => uint32 number) public newestEpoch;

    /// @param allocationManager EigenLayer's; says what stake can be taken.
    /// @param delegationManager EigenLayer's; says how long stake that is withdrawn stays.
    /// @param keyRegistrar EigenLayer's; says who has which key.
    /// @param serviceManager Says who has a seat and what counts.
    /// @param slasher Tells of convictions.
    /// @param windows_ Every epoch's; must end before deallocated stake leaves.
    constructor(
        IAllocationManager allocationManager,
        IDelegationManager delegationManager,
        IKeyRegistrar keyRegistrar,
        IServiceManager serviceManager,
        address slasher,
        WindowsConfig memory windows_
    ) {
        ALLOCATION_MANAGER = allocationManager;
        DELEGATION_MANAGER = delegationManager;
        KEY_REGISTRAR = keyRegistrar;
        SERVICE_MANAGER = serviceManager;
        SLASHER = slasher;
        _windows = windows_;
        windows_.requireWithin(_stakeStaysBlocks());
    }

    /// @inheritdoc ITableBuilder
    function begin(uint32 operatorSetId) external {
        Build storage running = _builds[operatorSetId];
        uint256 deadline = running.deadlineBlock;
        require(block.number > deadline, BuildRunning(block.number, deadline));
        WindowsConfig memory windows_ = _windows;
        uint32 newest = newestEpoch[operatorSetId];
        // A build that was void gives back what it used up.
        bool isDue = _convictions[operatorSetId].isDue || running.isDue;
        if (newest != 0 && !isDue) {
            uint256 earliest = _epochs[operatorSetId][newest].validUntil - windows_.lead;
            require(block.timestamp >= earliest, BuildTooEarly(block.timestamp, earliest));
        }
        windows_.requireWithin(_stakeStaysBlocks());
        SetParameters memory parameters = SERVICE_MANAGER.parametersOf(operatorSetId);
        require(parameters.strategies.length != 0, SetUnknown(operatorSetId));
        address[] memory members = SERVICE_MANAGER.seats(operatorSetId);
        require(members.length != 0, NoSeats(operatorSetId));

        delete _builds[operatorSetId];
        delete _convictions[operatorSetId].isDue;
        running.isDue = isDue;
        running.plan = Code.store(
            bytes.concat(PackedAddresses.pack(members), abi.encode(parameters.minimumWeight, parameters.strategies))
        );
        running.members = members.length.toUint16();
        running.readBlock = block.number.toUint64();
        running.readAt = block.timestamp.toUint48();
        running.deadlineBlock = (block.number + windows_.buildBlocks).toUint48();
        emit BuildBegun(
            operatorSetId,
            running.readBlock,
            _lookAheadBlock(running.readBlock).toUint64(),
            running.deadlineBlock,
            running.plan
        );
    }

    /// @inheritdoc ITableBuilder
    function proceed(uint32 operatorSetId, uint256 most) external returns (bool complete) {
        require(_isRunning(_builds[operatorSetId]), NoBuild(operatorSetId));
        Build memory running = _builds[operatorSetId];
        (bytes memory part, uint256 done) = _ask(operatorSetId, running, most);
        complete = done == running.members;
        if (complete) {
            _complete(operatorSetId, running, part);
        } else {
            _builds[operatorSetId].done = done.toUint16();
            if (part.length != 0)
                _builds[operatorSetId].lastPart = Code.store(bytes.concat(part, bytes20(running.lastPart)));
        }
    }

    /// @inheritdoc ITableBuilder
    function convicted(uint32 operatorSetId, address operator) external {
        require(msg.sender == SLASHER, NotTheSlasher(msg.sender, SLASHER));
        Build storage running = _builds[operatorSetId];
        Convictions storage convictions = _convictions[operatorSetId];
        uint32 newest = newestEpoch[operatorSetId];
        bool isRunning = _isRunning(running);
        // Once in each epoch and in each build, and only who has weight: else convictions would be cheap, and tables with them.
        uint32 number = isRunning ? newest + 1 : newest;
        if (!_isConvicted[operatorSetId][number][operator] && weightOf(operatorSetId, newest, operator) != 0) {
            _isConvicted[operatorSetId][number][operator] = true;
            convictions.isDue = true;
            emit NextTableDue(operatorSetId, operator);
        }
        if (isRunning && convictions.voided != number && _isPlanned(running, operator)) {
            convictions.voided = number;
            convictions.isDue = convictions.isDue || running.isDue;
            delete _builds[operatorSetId];
            emit BuildVoided(operatorSetId, operator);
        }
    }

    /// @inheritdoc ITableBuilder
    function windows() external view returns (WindowsConfig memory) {
        return _windows;
    }

    /// @inheritdoc ITableBuilder
    function epoch(uint32 operatorSetId, uint32 number) external view returns (HubEpoch memory) {
        return _epochs[operatorSetId][number];
    }

    /// @inheritdoc ITableBuilder
    function build(uint32 operatorSetId) external view returns (Build memory) {
        return _builds[operatorSetId];
    }

    /// @inheritdoc ITableBuilder
    function rowsOf(uint32 operatorSetId, uint32 number) external view returns (bytes memory) {
        return OperatorTable.packedRows(_epochs[operatorSetId][number].table);
    }

    /// @inheritdoc ITableBuilder
    function operatorsOf(uint32 operatorSetId, uint32 number) external view returns (address[] memory) {
        HubEpoch storage known = _epochs[operatorSetId][number];
        return PackedAddresses.unpack(Code.read(known.operators), 0, _rowCount(known));
    }

    /// @inheritdoc ITableBuilder
    function operatorAt(uint32 operatorSetId, uint32 number, uint256 row) external view returns (address) {
        HubEpoch storage known = _epochs[operatorSetId][number];
        require(row < _rowCount(known), RowUnknown(operatorSetId, number, row));
        return PackedAddresses.at(Code.read(known.operators), row);
    }

    /// @inheritdoc ITableBuilder
    function slashableUntil(uint32 operatorSetId) external view returns (uint256) {
        Build storage running = _builds[operatorSetId];
        uint64 validFrom =
            _isRunning(running) ? running.readAt : _epochs[operatorSetId][newestEpoch[operatorSetId]].validFrom;
        return validFrom == 0 ? 0 : _windows.slashableUntil(validFrom);
    }

    /// @inheritdoc ITableBuilder
    function weightOf(uint32 operatorSetId, uint32 number, address operator) public view returns (uint256 weight) {
        HubEpoch storage known = _epochs[operatorSetId][number];
        bytes memory operators = Code.read(known.operators);
        uint256 rows = _rowCount(known);
        for (uint256 row = 0; row < rows; ++row) {
            if (PackedAddresses.at(operators, row) == operator)
                (, weight) = OperatorTable.absent(known.table, 1 << row);
        }
    }

    /// @inheritdoc ITableBuilder
    function evidenceUntil(uint32 operatorSetId, uint32 number) public view returns (uint256) {
        uint64 validUntil = _epochs[operatorSetId][number].validUntil;
        return validUntil == 0 ? 0 : _windows.evidenceUntil(validUntil);
    }

    /// @dev Writes table and operators as code and gives the epoch its number.
    function _complete(uint32 operatorSetId, Build memory running, bytes memory lastPart) private {
        // Once more, after the last stake was read: EigenLayer is upgradable between two calls, too.
        _windows.requireWithin(_stakeStaysBlocks());
        (bytes memory rows, bytes memory operators) = _split(_joined(running, lastPart));
        require(rows.length != 0, TableEmpty(operatorSetId));

        uint32 number = newestEpoch[operatorSetId] + 1;
        HubEpoch memory built = HubEpoch({
            table: OperatorTable.store(rows),
            // Where nobody was left out, the plan names the very same, and is stored already.
            operators: operators.length == running.members * PackedAddresses.BYTES_EACH
                ? running.plan
                : Code.store(operators),
            tableHash: keccak256(rows),
            validFrom: running.readAt,
            validUntil: _windows.validUntil(running.readAt).toUint64(),
            readBlock: running.readBlock,
            lookAheadBlock: _lookAheadBlock(running.readBlock).toUint64()
        });
        newestEpoch[operatorSetId] = number;
        _epochs[operatorSetId][number] = built;
        delete _builds[operatorSetId];
        emit TableBuilt(
            operatorSetId,
            number,
            built.tableHash,
            built.validFrom,
            built.validUntil,
            built.table,
            built.operators
        );
    }

    /// @notice Asks about the next members.
    /// @return part What is known of those that have a row: row and operator, one behind the other.
    /// @return done How many members of the plan were asked by now.
    function _ask(
        uint32 operatorSetId,
        Build memory running,
        uint256 most
    ) private returns (bytes memory part, uint256 done) {
        Plan memory plan = _planOf(operatorSetId, running);
        done = running.done;
        uint256 end = most < running.members - done ? done + most : running.members;
        address[] memory members = PackedAddresses.unpack(plan.members, done, end - done);
        uint96[] memory weights = Stake.weightsOf(
            ALLOCATION_MANAGER,
            plan.set,
            members,
            plan.strategies,
            plan.futureBlock
        );
        part = _entriesOf(plan, members, weights, Stake.keysOf(KEY_REGISTRAR, plan.set, members));
        done = end;
    }

    /// @dev Row and operator of each member, but of those without key or without enough stake.
    function _entriesOf(
        Plan memory plan,
        address[] memory members,
        uint96[] memory weights,
        G1Point[] memory keys
    ) private returns (bytes memory entries) {
        entries = new bytes(members.length * ENTRY_BYTES);
        uint256 used = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            (uint96 weight, G1Point memory key) = (weights[i], keys[i]);
            bool hasKey = key.x | key.y != 0;
            if (!hasKey || weight < plan.minimumWeight) {
                emit MemberLeftOut(plan.set.id, members[i], weight, hasKey);
                continue;
            }
            // An entry is three words: two of the key, then weight and operator.
            uint256 last = (uint256(weight) << 160) | uint160(members[i]);
            assembly ("memory-safe") {
                let at := add(add(entries, 0x20), used)
                mcopy(at, key, 0x40)
                mstore(add(at, 0x40), last)
            }
            used += ENTRY_BYTES;
        }
        // Shorter than it was made.
        assembly ("memory-safe") {
            mstore(entries, used)
        }
    }

    /// @dev What was read when the build began.
    function _planOf(uint32 operatorSetId, Build memory running) private view returns (Plan memory plan) {
        bytes memory stored = Code.read(running.plan);
        uint256 skipped = running.members * PackedAddresses.BYTES_EACH;
        bytes memory encoded = new bytes(stored.length - skipped);
        assembly ("memory-safe") {
            mcopy(add(encoded, 0x20), add(add(stored, 0x20), skipped), mload(encoded))
        }
        plan.set = OperatorSet(address(SERVICE_MANAGER), operatorSetId);
        plan.futureBlock = _lookAheadBlock(running.readBlock).toUint32();
        plan.members = stored;
        (plan.minimumWeight, plan.strategies) = abi.decode(encoded, (uint96, CountedStrategy[]));
    }

    /// @dev How long stake stays that is deallocated or withdrawn right after it was read: live, because EigenLayer is upgradable.
    function _stakeStaysBlocks() private view returns (uint256) {
        return Math.min(ALLOCATION_MANAGER.DEALLOCATION_DELAY(), DELEGATION_MANAGER.minWithdrawalDelayBlocks());
    }

    function _lookAheadBlock(uint256 readBlock) private view returns (uint256) {
        return readBlock + _windows.promisedBlocks();
    }

    function _rowCount(HubEpoch storage known) private view returns (uint256) {
        address table = known.table;
        return table == address(0) ? 0 : OperatorTable.rowsOf(table);
    }

    function _isRunning(Build storage running) private view returns (bool) {
        return running.plan != address(0) && block.number <= running.deadlineBlock;
    }

    function _isPlanned(Build memory running, address operator) private view returns (bool) {
        address[] memory members = PackedAddresses.unpack(Code.read(running.plan), 0, running.members);
        for (uint256 i = 0; i < members.length; ++i) if (members[i] == operator) return true;
        return false;
    }

    /// @dev All parts, each of which knows the one before. In one piece of memory, however many somebody made of it.
    function _joined(Build memory running, bytes memory part) private view returns (bytes memory all) {
        all = new bytes(running.members * ENTRY_BYTES);
        uint256 size = part.length;
        uint256 from = all.length;
        address before = running.lastPart;
        while (true) {
            from -= size;
            assembly ("memory-safe") {
                mcopy(add(add(all, 0x20), from), add(part, 0x20), size)
            }
            if (before == address(0)) break;
            part = Code.read(before);
            size = part.length - PackedAddresses.BYTES_EACH;
            before = PackedAddresses.behind(part, size);
        }
        // Who was left out leaves room at the beginning.
        assembly ("memory-safe") {
            let used := sub(mload(all), from)
            mcopy(add(all, 0x20), add(add(all, 0x20), from), used)
            mstore(all, used)
        }
    }

    /// @dev Rows and operators, each by themselves, from rows with operators.
    function _split(bytes memory all) private pure returns (bytes memory rows, bytes memory operators) {
        uint256 count = all.length / ENTRY_BYTES;
        rows = new bytes(count * OperatorTable.ROW_BYTES);
        operators = new bytes(count * PackedAddresses.BYTES_EACH);
        uint256 rowBytes = OperatorTable.ROW_BYTES;
        assembly ("memory-safe") {
            let from := add(all, 0x20)
            let row := add(rows, 0x20)
            let operator := add(operators, 0x20)
            for {
                let end := add(row, mload(rows))
            } lt(row, end) {
                row := add(row, rowBytes)
                operator := add(operator, 20)
                from := add(from, add(rowBytes, 20))
            } {
                mcopy(row, from, rowBytes)
                mcopy(operator, add(from, rowBytes), 20)
            }
        }
    }
}
