// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICrossDomainMessenger} from "../interfaces/opstack/ICrossDomainMessenger.sol";
import {RollupEnd} from "./RollupEnd.sol";

/// @title OpStackRollupEnd
/// @notice The end on an OP Stack rollup of the bridge to the hub.
contract OpStackRollupEnd is RollupEnd {
    /// @dev A refutation is one slot and one event, about 45 000. What fails for want of gas is relayed again, by anybody.
    uint32 private constant HUB_GAS = 200_000;

    /// @notice The rollup's L2CrossDomainMessenger.
    ICrossDomainMessenger public immutable messenger;

    /// @param messenger_ On OP Stack rollups 0x4200000000000000000000000000000000000007.
    constructor(address gateway_, address hubEnd_, ICrossDomainMessenger messenger_) RollupEnd(gateway_, hubEnd_) {
        messenger = messenger_;
    }

    /// @dev The stack takes no fee. Value would cross, and be lost at the other end.
    function _send(bytes memory call) internal override {
        require(msg.value == 0, FeeMismatch(msg.value, 0));
        messenger.sendMessage(hubEnd, call, HUB_GAS);
    }

    function _speaker() internal view override returns (address) {
        return msg.sender == address(messenger) ? messenger.xDomainMessageSender() : address(0);
    }
}
