// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICrossDomainMessenger} from "../../interfaces/opstack/ICrossDomainMessenger.sol";

/// @title DelayedMessenger
/// @notice A double of the OP Stack's CrossDomainMessenger, for both chains of a network that has no bridge of its own. Somebody who is
/// trusted says what was sent on the other chain, as outputs and deposits do; after the delay anyone relays it.
/// @dev As there: a message that fails is kept, and relayed again by anybody. Unlike there: what succeeded may be relayed again, in
/// any order, so that nobody comes to rely on it.
contract DelayedMessenger is ICrossDomainMessenger {
    /// @dev Kept for what follows the call.
    uint256 private constant RESERVED_GAS = 40_000;

    /// @notice Says what the other chain sent.
    address public immutable carrier;

    /// @notice Seconds between the carrier's word and the earliest relay.
    uint256 public immutable delaySeconds;

    /// @notice Messages sent so far.
    uint256 public messageNonce;

    /// @notice Whether this chain sent a message.
    mapping(bytes32 messageHash => bool) public isSent;

    /// @notice From when on a message may be relayed; zero for one that nobody sent.
    mapping(bytes32 messageHash => uint256 timestamp) public relayableAt;

    address private transient _sender;

    /// @notice A message is on its way.
    event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit);

    /// @notice The other chain sent this message; it may be relayed from `relayableAt` on.
    event MessageProven(bytes32 indexed messageHash, uint256 relayableAt);

    /// @notice A message had its effect.
    event RelayedMessage(bytes32 indexed messageHash);

    /// @notice A message reverted, and may be relayed again.
    event FailedRelayedMessage(bytes32 indexed messageHash);

    /// @notice Only the carrier says what the other chain sent.
    error NotTheCarrier(address caller, address required);

    /// @notice The carrier did not say that the other chain sent this.
    error MessageNotProven(bytes32 messageHash);

    /// @notice The delay is not over.
    error RelayedTooEarly(uint256 timestamp, uint256 relayableAt);

    /// @notice The call holds less gas than its sender asked for.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice No message is relayed right now.
    error NoMessageRelayed();

    /// @notice Nothing is bridged here but messages.
    error ValueNotCarried(uint256 found);

    /// @notice One message at a time.
    error RelayRunning();

    /// @param carrier_ Says what the other chain sent.
    /// @param delaySeconds_ Between its word and the earliest relay.
    constructor(address carrier_, uint256 delaySeconds_) {
        carrier = carrier_;
        delaySeconds = delaySeconds_;
    }

    /// @inheritdoc ICrossDomainMessenger
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable {
        require(msg.value == 0, ValueNotCarried(msg.value));
        uint256 nonce = messageNonce++;
        isSent[hashOf(nonce, msg.sender, target, minGasLimit, message)] = true;
        emit SentMessage(target, msg.sender, message, nonce, minGasLimit);
    }

    /// @notice Says that the other chain's messenger sent this message.
    function prove(bytes32 messageHash) external {
        require(msg.sender == carrier, NotTheCarrier(msg.sender, carrier));
        relayableAt[messageHash] = block.timestamp + delaySeconds;
        emit MessageProven(messageHash, relayableAt[messageHash]);
    }

    /// @notice Brings a message that the other chain sent. Anyone may call, any number of times.
    function relayMessage(
        uint256 nonce,
        address sender,
        address target,
        uint256 minGasLimit,
        bytes calldata message
    ) external returns (bool success) {
        require(_sender == address(0), RelayRunning());
        bytes32 messageHash = hashOf(nonce, sender, target, minGasLimit, message);
        uint256 earliest = relayableAt[messageHash];
        require(earliest != 0, MessageNotProven(messageHash));
        require(block.timestamp >= earliest, RelayedTooEarly(block.timestamp, earliest));
        _sender = sender;
        uint256 required = (minGasLimit * 64) / 63 + RESERVED_GAS;
        require(gasleft() >= required, InsufficientGas(gasleft(), required));
        (success, ) = target.call{gas: gasleft() - RESERVED_GAS}(message);
        _sender = address(0);
        if (success) emit RelayedMessage(messageHash);
        else emit FailedRelayedMessage(messageHash);
    }

    /// @inheritdoc ICrossDomainMessenger
    function xDomainMessageSender() external view returns (address) {
        require(_sender != address(0), NoMessageRelayed());
        return _sender;
    }

    /// @notice What the carrier vouches for.
    function hashOf(
        uint256 nonce,
        address sender,
        address target,
        uint256 minGasLimit,
        bytes calldata message
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(nonce, sender, target, minGasLimit, message));
    }
}
