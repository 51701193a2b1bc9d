// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITableBuilder} from "../../../contracts/interfaces/ITableBuilder.sol";
import {WindowsConfig} from "../../../contracts/libraries/Windows.sol";
import {Staking} from "./Staking.sol";

/// @notice Those who build tables, and what they remember of each epoch beside the hub.
abstract contract Builders is Staking {
    /// @notice An epoch as who built it saw it: `secrets` are those of its rows' keys.
    struct Built {
        uint256 readBlock;
        uint256 validFrom;
        uint96[2] multipliers;
        address[] operators;
        uint256[] secrets;
    }

    /// @dev What counts, by strategy, since the set was shaped last.
    uint96[2] internal _multipliers = [uint96(1e18), 5e17];

    /// @dev Epoch 0 is none.
    Built[] internal _epochs;
    Built internal _running;

    /// @dev Anybody begins the next table, if the hub takes that.
    function _begin() internal returns (bool success) {
        (success, ) = _try(address(0xb111d), address(_hub.TABLES()), abi.encodeCall(ITableBuilder.begin, (SET)));
        if (!success) return false;
        (_running.readBlock, _running.validFrom) = (_block, _now);
        _running.multipliers = _multipliers;
    }

    /// @dev Anybody goes on with it.
    function _proceed(uint256 most) internal returns (bool success, bool complete) {
        bytes memory result;
        (success, result) = _try(
            address(0xb111d),
            address(_hub.TABLES()),
            abi.encodeCall(ITableBuilder.proceed, (SET, most))
        );
        if (!success) return (false, false);
        complete = abi.decode(result, (bool));
        if (!complete) return (true, false);
        _running.operators = _hub.TABLES().operatorsOf(SET, _newest() + 1);
        delete _running.secrets;
        for (uint256 row = 0; row < _running.operators.length; ++row) {
            _running.secrets.push(secretOf[_running.operators[row]]);
        }
        _epochs.push(_running);
    }

    /// @dev A table at once, when its time has come.
    function _buildNow() internal {
        if (_newest() != 0) _passTo(_validUntil(_newest()) - _windows().lead);
        isTrue(_begin(), "a build begun");
        (, bool complete) = _proceed(type(uint256).max);
        isTrue(complete, "a build completed");
    }

    function _newest() internal view returns (uint32) {
        return uint32(_epochs.length - 1);
    }

    /// @dev Last second in which an epoch speaks.
    function _validUntil(uint256 epoch) internal view returns (uint256) {
        return _epochs[epoch].validFrom + _windows().lead + _windows().validity;
    }

    /// @dev Last second in which evidence against an epoch is accepted.
    function _evidenceUntil(uint256 epoch) internal view returns (uint256) {
        return _validUntil(epoch) + _windows().grace + _windows().evidence;
    }

    /// @dev Last second in which something can be taken for an epoch.
    function _slashableUntil(uint256 epoch) internal view returns (uint256) {
        return _evidenceUntil(epoch) + _windows().pause + _windows().margin;
    }

    /// @dev The operators' row, plus one; zero for none.
    function _placeOf(uint256 epoch, address operator) internal view returns (uint256) {
        address[] storage operators = _epochs[epoch].operators;
        for (uint256 row = 0; row < operators.length; ++row) if (operators[row] == operator) return row + 1;
        return 0;
    }

    function _windows() internal view returns (WindowsConfig memory) {
        return _hub.windows();
    }
}
