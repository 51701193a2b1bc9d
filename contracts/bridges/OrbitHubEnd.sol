// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {HubEndConfig} from "../interfaces/ICanonicalBridge.sol";
import {IOrbitBridge} from "../interfaces/orbit/IOrbitBridge.sol";
import {IOrbitInbox} from "../interfaces/orbit/IOrbitInbox.sol";
import {IOrbitOutbox} from "../interfaces/orbit/IOrbitOutbox.sol";
import {HubEnd} from "./HubEnd.sol";

/// @title OrbitHubEnd
/// @notice The hub's end of the bridge to an Arbitrum chain whose fees are paid in ether.
/// @dev Delays on mainnet: uncontested 549 816 s (a confirm period of 45 818 blocks), contested 1 272 432 s (two of them, and the
/// 14 400 blocks that the security council has after a challenge).
contract OrbitHubEnd is HubEnd {
    /// @dev A price of 1 asks the Inbox for an estimate, and makes no ticket.
    uint256 private constant LEAST_GAS_PRICE = 2;

    /// @dev What Arbitrum adds to the address of a contract here.
    uint160 private constant ALIAS_OFFSET = uint160(0x1111000000000000000000000000000000001111);

    /// @dev How the code of an account begins that has a key and code (EIP-7702). No contract's code does (EIP-3541).
    bytes3 private constant DELEGATION_PREFIX = 0xef0100;

    /// @notice The rollup's Inbox.
    IOrbitInbox public immutable inbox;

    /// @notice The rollup's Bridge.
    IOrbitBridge public immutable bridge;

    /// @param inbox_ The rollup's own; it names the bridge.
    constructor(HubEndConfig memory config, IOrbitInbox inbox_) HubEnd(config) {
        inbox = inbox_;
        bridge = IOrbitBridge(inbox_.bridge());
    }

    /// @dev The caller's value sets the price: what the ticket itself does not cost is for gas on the rollup. What is left goes back to
    /// the caller there. A ticket that offered too little waits for a week, and anyone redeems it, or its caller cancels it; nobody's
    /// news wait for it. Not `createRetryableTicket`: that takes an account with delegated code for a contract, and pays its refund to
    /// an alias that nobody holds.
    function _send(bytes memory call) internal override {
        uint256 submission = inbox.calculateRetryableSubmissionFee(call.length, block.basefee);
        uint256 required = submission + LEAST_GAS_PRICE * rollupGas;
        require(msg.value >= required, FeeMismatch(msg.value, required));
        address refunded = _onRollup(msg.sender);
        inbox.unsafeCreateRetryableTicket{value: msg.value}({
            to: rollupEnd,
            l2CallValue: 0,
            maxSubmissionCost: submission,
            excessFeeRefundAddress: refunded,
            callValueRefundAddress: refunded,
            gasLimit: rollupGas,
            maxFeePerGas: (msg.value - submission) / rollupGas,
            data: call
        });
    }

    function _speaker() internal view override returns (address) {
        if (msg.sender != address(bridge)) return address(0);
        address outbox = bridge.activeOutbox();
        return outbox == address(0) ? address(0) : IOrbitOutbox(outbox).l2ToL1Sender();
    }

    /// @dev Where a caller acts on the rollup: who has a key, at the same address; a contract, at its alias.
    function _onRollup(address caller) private view returns (address) {
        bytes memory code = caller.code;
        if (code.length == 0 || bytes3(code) == DELEGATION_PREFIX) return caller;
        unchecked {
            return address(uint160(caller) + ALIAS_OFFSET);
        }
    }
}
