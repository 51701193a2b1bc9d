// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IArbSys} from "../interfaces/orbit/IArbSys.sol";
import {RollupEnd} from "./RollupEnd.sol";

/// @title OrbitRollupEnd
/// @notice The end on an Arbitrum chain of the bridge to the hub.
contract OrbitRollupEnd is RollupEnd {
    /// @dev Arbitrum's precompile.
    IArbSys private constant ARB_SYS = IArbSys(address(0x64));

    /// @dev What Arbitrum adds to the address of a contract on the hub that calls by ticket.
    uint160 private constant ALIAS_OFFSET = uint160(0x1111000000000000000000000000000000001111);

    constructor(address gateway_, address hubEnd_) RollupEnd(gateway_, hubEnd_) {}

    /// @dev The stack takes no fee. Value would cross, and be lost at the other end.
    function _send(bytes memory call) internal override {
        require(msg.value == 0, FeeMismatch(msg.value, 0));
        ARB_SYS.sendTxToL1(hubEnd, call);
    }

    function _speaker() internal view override returns (address) {
        // Unchecked: aliases are added modulo 2^160.
        unchecked {
            return address(uint160(msg.sender) - ALIAS_OFFSET);
        }
    }
}
