// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point} from "../../contracts/libraries/BN254.sol";
import {OperatorTable} from "../../contracts/libraries/OperatorTable.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library a frame of its own, so that reverts can be looked at.
contract OperatorTableHarness {
    function store(bytes memory rows) external returns (address) {
        return OperatorTable.store(rows);
    }

    function sum(bytes memory rows) external view returns (G1Point memory, uint128) {
        return OperatorTable.sum(rows);
    }

    function summary(address table) external view returns (OperatorTable.Summary memory) {
        return OperatorTable.summary(table);
    }

    function rowsOf(address table) external view returns (uint256) {
        return OperatorTable.rowsOf(table);
    }

    function packedRows(address table) external view returns (bytes memory) {
        return OperatorTable.packedRows(table);
    }

    function weights(address table) external view returns (uint96[] memory) {
        return OperatorTable.weights(table);
    }

    function absent(address table, uint256 nonSigners) external view returns (G1Point memory, uint256) {
        return OperatorTable.absent(table, nonSigners);
    }
}

contract OperatorTableTest is Assertions {
    struct TableCase {
        uint256[] aggregateKey;
        bytes packed;
        uint256 rows;
        bytes32 tableHash;
        uint256 totalWeight;
    }

    uint256 private constant TABLES = 5;
    /// @dev Places of the tables of 2, 255 and 256 rows.
    uint256 private constant TWO = 1;
    uint256 private constant ALMOST = 3;
    uint256 private constant FULL = 4;

    OperatorTableHarness private immutable harness = new OperatorTableHarness();
    address[TABLES] private _tables;
    uint256[TABLES] private _rows;

    function setUp() external {
        TableCase[] memory cases = _cases();
        equal(cases.length, TABLES, "tables");
        for (uint256 i = 0; i < TABLES; ++i) {
            _tables[i] = harness.store(cases[i].packed);
            _rows[i] = cases[i].rows;
        }
        isTrue(_rows[0] == 1 && _rows[TWO] == 2 && _rows[ALMOST] == 255 && _rows[FULL] == 256, "1, 2, 255, 256 rows");
    }

    function test_TablesOf1To256RowsSayWhatTheVectorsSay() external view {
        TableCase[] memory cases = _cases();
        for (uint256 i = 0; i < TABLES; ++i) {
            TableCase memory given = cases[i];
            equal(keccak256(given.packed), given.tableHash, "hash");
            (G1Point memory key, uint128 weight) = harness.sum(given.packed);
            OperatorTable.Summary memory read = harness.summary(_tables[i]);
            equal(key.x, given.aggregateKey[0], "key x");
            equal(key.y, given.aggregateKey[1], "key y");
            equal(weight, given.totalWeight, "weight");
            equal(read.aggregateKey.x, given.aggregateKey[0], "stored key x");
            equal(read.aggregateKey.y, given.aggregateKey[1], "stored key y");
            equal(read.totalWeight, given.totalWeight, "stored weight");
            equal(harness.rowsOf(_tables[i]), given.rows, "stored rows");
        }
    }

    function test_TheTotalWeightMayExceed96Bits() external view {
        equal(harness.summary(_tables[TWO]).totalWeight, uint256(type(uint96).max) + 1, "total weight");
    }

    function test_StoresTheSameCodeAsPlainEncoding() external view {
        TableCase[] memory cases = _cases();
        for (uint256 i = 0; i < TABLES; ++i) {
            TableCase memory given = cases[i];
            bytes memory required = abi.encodePacked(
                hex"00",
                given.aggregateKey[0],
                given.aggregateKey[1],
                uint128(given.totalWeight),
                given.packed
            );
            equal(_tables[i].code, required, "code");
        }
    }

    function test_GivesTheRowsBackAsTheyWereStored() external view {
        TableCase[] memory cases = _cases();
        for (uint256 i = 0; i < TABLES; ++i) {
            bytes memory packed = harness.packedRows(_tables[i]);
            equal(packed, cases[i].packed, "rows");
            equal(keccak256(packed), cases[i].tableHash, "hash");
        }
    }

    /// @dev The plain twin of `weights`: slices of the rows.
    function test_WeighsEachRow() external view {
        TableCase[] memory cases = _cases();
        for (uint256 i = 0; i < TABLES; ++i) {
            uint96[] memory each = harness.weights(_tables[i]);
            equal(each.length, _rows[i], "rows");
            uint256 total = 0;
            for (uint256 row = 0; row < each.length; ++row) {
                equal(each[row], _number(cases[i].packed, row * 76 + 64, 12), "weight");
                total += each[row];
            }
            equal(total, cases[i].totalWeight, "total weight");
        }
    }

    function test_NoTableHasNoRows() external view {
        equal(harness.packedRows(address(0)), "", "rows");
        equal(harness.weights(address(0)).length, 0, "weights");
    }

    function test_ATableIsNoProgram() external {
        (bool success, bytes memory returned) = _tables[FULL].call(hex"12345678");
        isTrue(success && returned.length == 0, "its first byte stops");
    }

    function test_RefusesWhatTypeScriptRefuses() external {
        string memory json = vectors("tables.json");
        uint256 count = vm.parseJsonUint(json, ".refusedCount");
        isTrue(count != 0, "refused tables");
        for (uint256 i = 0; i < count; ++i) {
            string memory name = vm.parseJsonString(json, path("refused", i, "name"));
            bytes memory packed = vm.parseJsonBytes(json, path("refused", i, "packed"));
            string memory code = vm.parseJsonString(json, path("refused", i, "error"));
            bytes memory found = revertDataOf(address(harness), abi.encodeCall(harness.store, (packed)));
            equal(bytes32(bytes4(found)), bytes32(_selectorOf(code)), name);
        }
    }

    function test_SaysWhatIsWrongWithRows() external {
        bytes memory good = _row(1, 2, 7);
        _expect(abi.encodeWithSelector(OperatorTable.RowBytes.selector, 0));
        harness.store("");
        _expect(abi.encodeWithSelector(OperatorTable.RowBytes.selector, 75));
        harness.store(new bytes(75));
        _expect(abi.encodeWithSelector(OperatorTable.RowBytes.selector, 257 * 76));
        harness.store(new bytes(257 * 76));
        _expect(abi.encodeWithSelector(OperatorTable.WeightlessRow.selector, 1));
        harness.store(bytes.concat(good, _row(1, 2, 0)));
        _expect(abi.encodeWithSelector(BN254.CoordinateTooLarge.selector, BN254.P, BN254.P));
        harness.store(bytes.concat(good, _row(BN254.P, 2, 7)));
        _expect(abi.encodeWithSelector(BN254.CoordinateTooLarge.selector, BN254.P + 2, BN254.P));
        harness.store(bytes.concat(good, _row(1, BN254.P + 2, 7)));
        _expect(abi.encodePacked(BN254.PointAtInfinity.selector));
        harness.store(bytes.concat(good, _row(0, 0, 7)));
        _expect(abi.encodePacked(BN254.PointNotOnCurve.selector));
        harness.store(bytes.concat(good, _row(1, 3, 7)));
    }

    /// @dev Enough gas to check 256 rows, too little to store them: what is left after a failed creation says so.
    function test_SaysThatATableCouldNotBeStored() external {
        bytes memory packed = _cases()[FULL].packed;
        _expect(abi.encodePacked(OperatorTable.TableNotStored.selector));
        harness.store{gas: 3_000_000}(packed);
    }

    function testFuzz_AbsenteesBeyondTheTableAreRefused(uint256 nonSigners, uint8 bit, uint8 which) external {
        which = uint8(which % FULL);
        uint256 rows = _rows[which];
        nonSigners |= 1 << within(bit, rows, 255);
        _expect(abi.encodeWithSelector(OperatorTable.AbsenteeBeyondTable.selector, nonSigners, rows));
        harness.absent(_tables[which], nonSigners);
    }

    function test_TheLastRowsMayBeAbsent() external view {
        for (uint256 i = 0; i < TABLES; ++i) _requireAbsent(i, 1 << (_rows[i] - 1));
        _requireAbsent(FULL, type(uint256).max);
        _requireAbsent(ALMOST, type(uint256).max >> 1);
        _requireAbsent(FULL, 0);
    }

    /// hardhat-config: fuzz.runs = 300
    function testFuzz_AbsentAgreesWithReadingTheRowsPlainly(
        uint256 nonSigners,
        uint256 thin,
        uint8 which
    ) external view {
        which = uint8(which % TABLES);
        if (_rows[which] < 256) nonSigners %= 1 << _rows[which];
        _requireAbsent(which, nonSigners & thin);
    }

    /// @dev The same members in another order are the same key and weight; the stored rows keep their order.
    function testFuzz_SmallTablesAreStoredAndReadBack(uint256[3] memory secrets, uint96[3] memory weights) external {
        bytes memory packed;
        G1Point memory key;
        uint256 total;
        for (uint256 i = 0; i < 3; ++i) {
            weights[i] = uint96(within(weights[i], 1, type(uint96).max));
            G1Point memory member = BN254.mul(G1Point(1, 2), within(secrets[i], 1, BN254.R - 1));
            packed = bytes.concat(packed, _row(member.x, member.y, weights[i]));
            key = BN254.add(key, member);
            total += weights[i];
        }
        address table = harness.store(packed);
        OperatorTable.Summary memory read = harness.summary(table);
        equal(read.aggregateKey.x, key.x, "key x");
        equal(read.aggregateKey.y, key.y, "key y");
        equal(read.totalWeight, total, "weight");
        equal(harness.rowsOf(table), 3, "rows");
        equal(harness.packedRows(table), packed, "packed rows");
        uint96[] memory each = harness.weights(table);
        for (uint256 i = 0; i < 3; ++i) equal(each[i], weights[i], "each weight");
        equal(table.code, abi.encodePacked(hex"00", key.x, key.y, uint128(total), packed), "code");
    }

    /// @dev The plain twin of `absent`: slices of the table's code, one `add` for each absentee.
    function _requireAbsent(uint256 which, uint256 nonSigners) private view {
        bytes memory code = _tables[which].code;
        G1Point memory keys;
        uint256 weight;
        for (uint256 row = 0; row < _rows[which]; ++row) {
            if ((nonSigners >> row) & 1 == 0) continue;
            uint256 at = 1 + 32 + 32 + 16 + row * 76;
            keys = BN254.add(keys, G1Point(_number(code, at, 32), _number(code, at + 32, 32)));
            weight += _number(code, at + 64, 12);
        }
        (G1Point memory found, uint256 foundWeight) = harness.absent(_tables[which], nonSigners);
        equal(found.x, keys.x, "key x");
        equal(found.y, keys.y, "key y");
        equal(foundWeight, weight, "weight");
    }

    function _cases() private view returns (TableCase[] memory) {
        bytes memory encoded = vm.parseJsonTypeArray(
            vectors("tables.json"),
            ".cases",
            "TableCase(uint256[] aggregateKey,bytes packed,uint256 rows,bytes32 tableHash,uint256 totalWeight)"
        );
        return abi.decode(encoded, (TableCase[]));
    }

    function _expect(bytes memory revertData) private {
        vm.expectRevert(revertData);
    }

    /// @dev The contract's error for a code of `scripts/protocol/errors.ts`.
    function _selectorOf(string memory code) private pure returns (bytes4) {
        bytes32 hash = keccak256(bytes(code));
        if (hash == keccak256("TableSizeOutOfRange")) return OperatorTable.RowBytes.selector;
        if (hash == keccak256("TableLengthMismatch")) return OperatorTable.RowBytes.selector;
        if (hash == keccak256("ZeroWeight")) return OperatorTable.WeightlessRow.selector;
        if (hash == keccak256("CoordinateOutOfRange")) return BN254.CoordinateTooLarge.selector;
        if (hash == keccak256("PointAtInfinity")) return BN254.PointAtInfinity.selector;
        require(hash == keccak256("PointNotOnCurve"), code);
        return BN254.PointNotOnCurve.selector;
    }

    function _row(uint256 x, uint256 y, uint96 weight) private pure returns (bytes memory) {
        return abi.encodePacked(x, y, weight);
    }

    function _number(bytes memory data, uint256 at, uint256 size) private pure returns (uint256 number) {
        for (uint256 i = 0; i < size; ++i) number = (number << 8) | uint8(data[at + i]);
    }
}
