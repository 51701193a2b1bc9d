// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {HubEndConfig} from "../interfaces/ICanonicalBridge.sol";
import {ICrossDomainMessenger} from "../interfaces/opstack/ICrossDomainMessenger.sol";
import {HubEnd} from "./HubEnd.sol";

/// @title OpStackHubEnd
/// @notice The hub's end of the bridge to an OP Stack rollup.
/// @dev Delays on mainnet and Sepolia: uncontested 604 800 s, the portal's 7 days after a withdrawal is proven, in which a game of 3.5
/// days and the 3.5 days after it fit; contested 1 695 600 s, both sides' clocks, three hours more for each of 73 moves, and the 3.5 days
/// after the game. docs/bridges.md says what the last costs whom.
contract OpStackHubEnd is HubEnd {
    /// @notice The rollup's L1CrossDomainMessenger.
    ICrossDomainMessenger public immutable messenger;

    /// @param messenger_ The rollup's own: each OP Stack rollup has another on the hub.
    constructor(HubEndConfig memory config, ICrossDomainMessenger messenger_) HubEnd(config) {
        messenger = messenger_;
    }

    /// @dev The stack takes its fee as gas. Value would cross, and be lost at the other end.
    function _send(bytes memory call) internal override {
        require(msg.value == 0, FeeMismatch(msg.value, 0));
        messenger.sendMessage(rollupEnd, call, rollupGas);
    }

    function _speaker() internal view override returns (address) {
        return msg.sender == address(messenger) ? messenger.xDomainMessageSender() : address(0);
    }
}
