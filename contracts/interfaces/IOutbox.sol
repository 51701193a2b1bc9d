// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title IOutbox
/// @notice Step 1 of 5. Records what a rollup wants to say: numbers each message in its lane and folds its id into the
/// lane's hash chain. Operators certify its pages next (`scripts/nodes/operator`).
/// @dev `sendMessage` and `supportsAttribute` are ERC-7786's. A message is sent once the call returns: the returned
/// `sendId` is the message's id, the same that its recipient gets as `receiveId`. `MessageSent` says all but lane and nonce:
/// `LaneOpened` names the lane, nonces count its messages in the order of their events, and the id, which binds both, tells at
/// once when an event is missing.
interface IOutbox is IERC7786GatewaySource {
    /// @notice The lane to a chain leads to this gateway from now on; the next message on it has the nonce `count`.
    event LaneOpened(uint64 indexed destinationChainId, address indexed destinationGateway, uint64 count);

    /// @notice A lane's page was closed: its head is stored for ever, so anyone can prove what the page held.
    event PageClosed(
        uint64 indexed destinationChainId,
        address indexed destinationGateway,
        uint64 pageIndex,
        bytes32 chainHead
    );

    /// @notice Value came along, but nothing here can carry it.
    error ValueNotSupported(uint256 found);

    /// @notice The recipient is not a canonical ERC-7930 version 1 address of an EVM chain.
    error RecipientNotCanonical(bytes recipient);

    /// @notice The recipient lives on this chain.
    error RecipientOnThisChain(uint64 chainId);

    /// @notice The directory does not name this gateway as its chain's active one: nothing may be sent from here.
    error GatewayNotActive(address gateway, uint8 status);

    /// @notice The directory does not name the destination as active.
    error DestinationNotActive(uint256 chainId, uint8 status);

    /// @notice The payload is longer than relayers agree to carry.
    error PayloadTooLarge(uint256 sizeBytes, uint256 limitBytes);

    /// @notice The recipient would need more gas than relayers agree to pay.
    error GasLimitTooHigh(uint256 found, uint256 limit);

    /// @notice The deadline is over already, or no time at all.
    error DeadlineOutOfRange(uint256 found, uint256 earliest, uint256 latest);

    /// @notice An attribute's value is not one word.
    error AttributeLength(bytes4 selector, uint256 found, uint256 required);

    /// @notice The present lane to a chain.
    /// @return destinationGateway Where the lane leads; zero for an unknown chain.
    /// @return count Messages sent on it so far, which is the next message's nonce.
    /// @return chainHead Fold of their ids.
    /// @return status The destination's status in the directory: 1 Proposed, 2 Active, 3 Draining, 4 Retired.
    function lane(
        uint64 destinationChainId
    ) external view returns (address destinationGateway, uint64 count, bytes32 chainHead, uint8 status);

    /// @notice Count and head of any lane that starts here, the present ones and those whose gateway was replaced.
    function laneOf(
        uint64 destinationChainId,
        address destinationGateway
    ) external view returns (uint64 count, bytes32 chainHead);

    /// @notice Head of a lane at the end of a closed page; zero while the page is open.
    function pageHead(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex
    ) external view returns (bytes32);
}
