// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IServiceManager} from "../../../contracts/interfaces/IServiceManager.sol";
import {BN254, G1Point} from "../../../contracts/libraries/BN254.sol";
import {OperatorTable} from "../../../contracts/libraries/OperatorTable.sol";
import {Markets} from "./Markets.sol";

/// @notice Those who build tables while others move stake, who read each table for themselves, and who try what can be taken.
abstract contract Probers is Markets {
    uint256 private constant PROMISED_BLOCKS = 550;
    uint256 private constant ROW_BYTES = 76;

    /// @dev EigenLayer rounds shares down at each step, by less than a magnitude's last digit: 1e3 shares of 1e21.
    uint256 private constant ROUNDING = 1e6;

    uint256 private _builds;
    uint256 private _probes;
    uint256 private _shapings;

    /// @notice What a slash of everything took, by strategy of the stage: told by reverting, so that nothing is really taken.
    error Taken(uint256[2] shares);

    /// @notice Time passes.
    function pass(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        _pass(1 + (seed % 4 == 0 ? (seed >> 8) % 1 hours : (seed >> 8) % 6 minutes), seed % 2 == 0 ? 0 : seed >> 64);
    }

    /// @notice Operators, stakers and others act; after that the newest table still keeps what it promised.
    function move(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 each = uint256(word(seed, i));
            _move(each);
            _probe(
                _newest(),
                each % _epochs[_newest()].operators.length,
                _epochs[_newest()].readBlock + PROMISED_BLOCKS
            );
        }
    }

    /// @notice What counts changes; what counted when the newest table was read can still be taken.
    function shape(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        _shape(_shapings++, seed);
        uint32 newest = _newest();
        for (uint256 row = 0; row < _epochs[newest].operators.length; ++row) _probe(newest, row, _block);
    }

    /// @notice A build, in as many steps as it takes, while others move stake between them; sometimes nobody completes it.
    function build(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _builds++;
        if (turn % 2 == 0) _passTo(_validUntil(_newest()) - _windows().lead);
        if (!_begin()) return;
        _happened(uint256(Did.Begin));
        if (turn % 8 == 6) return _lapse();
        for (uint256 step = 0; ; ++step) {
            uint256 each = uint256(word(seed, step));
            (bool success, bool complete) = _proceed(1 + (each % 2));
            isTrue(success, "a build that goes on");
            if (complete) break;
            _move(each >> 8);
            _pass(SECONDS_PER_BLOCK, 0);
        }
        _read(_newest());
        _happened(uint256(Did.Complete));
    }

    /// @notice Everything that stands behind a table is taken, at some block of its window, or at its last.
    function probe(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _probes++;
        for (uint256 epoch = _newest(); epoch != 0; --epoch) {
            uint256 last = _epochs[epoch].readBlock + PROMISED_BLOCKS;
            if (last < _block) return;
            uint256 at = turn % 2 == 0 ? last : within(uint256(word(seed, epoch)), _block, last);
            for (uint256 row = 0; row < _epochs[epoch].operators.length; ++row) _probe(epoch, row, at);
            _happened(uint256(turn % 2 == 0 ? Did.ProbeLastBlock : Did.Probe));
        }
    }

    /// @notice Only for this contract. Reverts with what a slash of everything takes at a block to come.
    function take(address operator, uint256 atBlock) external {
        vm.roll(atBlock);
        address[] memory strategies = _eigenLayer.ALLOCATIONS().getStrategiesInOperatorSet(_set());
        if (strategies.length == 2 && strategies[0] > strategies[1]) {
            (strategies[0], strategies[1]) = (strategies[1], strategies[0]);
        }
        uint256[] memory wads = new uint256[](strategies.length);
        for (uint256 i = 0; i < wads.length; ++i) wads[i] = ONE;
        (bool success, bytes memory result) = _try(
            address(_hub.SLASHER()),
            address(_hub.SERVICE()),
            abi.encodeCall(IServiceManager.slash, (SET, operator, strategies, wads, ""))
        );
        uint256[2] memory taken;
        if (success) {
            (, uint256[] memory shares) = abi.decode(result, (uint256, uint256[]));
            for (uint256 i = 0; i < shares.length; ++i) {
                taken[strategies[i] == _eigenLayer.strategies(0) ? 0 : 1] = shares[i];
            }
        }
        revert Taken(taken);
    }

    /// @dev Every row is its operator's present key, and what the table says as a whole is the sum of the rows.
    function _read(uint32 epoch) internal {
        Built storage built = _epochs[epoch];
        bytes memory rows = _hub.TABLES().rowsOf(SET, epoch);
        uint256 count = built.operators.length;
        if (rows.length != count * ROW_BYTES) BOOK.breach(8, "rows and operators differ in number");
        (uint256 total, uint256 secret) = (0, 0);
        for (uint256 row = 0; row < count; ++row) {
            total += _weightOf(rows, row);
            secret += built.secrets[row];
            if (_placeOf(epoch, built.operators[row]) != row + 1) BOOK.breach(8, "an operator has two rows");
            G1Point memory key = KEYS.g1(built.secrets[row]);
            if (keccak256(abi.encode(key)) != _keyOf(rows, row)) BOOK.breach(8, "a row has another key");
        }
        OperatorTable.Summary memory summary = OperatorTable.summary(_hub.TABLES().epoch(SET, epoch).table);
        if (summary.totalWeight != total) BOOK.breach(8, "the total is not the sum of the rows");
        // The sum of keys is the key of the sum of their secrets.
        G1Point memory aggregate = BN254.mul(G1Point(BN254.G1_X, BN254.G1_Y), secret);
        if (keccak256(abi.encode(aggregate)) != keccak256(abi.encode(summary.aggregateKey))) {
            BOOK.breach(8, "the aggregate key is not the sum of the keys");
        }
    }

    function _weightOf(bytes memory rows, uint256 row) internal pure returns (uint256 weight) {
        for (uint256 i = 64; i < ROW_BYTES; ++i) weight = (weight << 8) | uint8(rows[row * ROW_BYTES + i]);
    }

    /// @dev A build that is not completed in time is void.
    function _lapse() private {
        _proceed(1);
        _pass((_windows().buildBlocks + 1) * SECONDS_PER_BLOCK, 0);
        (bool success, ) = _proceed(1);
        if (success) BOOK.breach(8, "a build went on after its deadline");
        _happened(uint256(Did.LetLapse));
    }

    function _probe(uint256 epoch, uint256 row, uint256 atBlock) private {
        Built storage built = _epochs[epoch];
        if (atBlock < _block || _block > built.readBlock + PROMISED_BLOCKS) return;
        // Where blocks were missed the window is over before its last block.
        if (_now > _slashableUntil(epoch)) return;
        uint256[2] memory shares;
        try this.take(built.operators[row], atBlock) {
            BOOK.breach(9, "a probe did not tell");
        } catch (bytes memory reason) {
            assembly ("memory-safe") {
                mcopy(shares, add(reason, 0x24), 0x40)
            }
        }
        vm.roll(_block);
        uint256 found = (shares[0] * built.multipliers[0] + shares[1] * built.multipliers[1]) / ONE;
        uint256 weight = _weightOf(_hub.TABLES().rowsOf(SET, uint32(epoch)), row);
        if (found + ROUNDING < weight) BOOK.breach(9, "a row weighs more than can be taken");
    }

    function _keyOf(bytes memory rows, uint256 row) private pure returns (bytes32) {
        bytes memory key = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) key[i] = rows[row * ROW_BYTES + i];
        return keccak256(key);
    }
}
