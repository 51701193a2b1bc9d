// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Certificate} from "../libraries/Certificates.sol";
import {Lane, Message} from "../libraries/Messages.sol";
import {Page} from "../libraries/Statements.sol";

/// @notice What became of a message. There is no fourth state: a message whose recipient failed is unseen.
enum MessageStatus {
    Unseen,
    Delivered,
    Expired
}

/// @notice Why an unseen message could not be delivered now, as far as its destination can know.
enum Obstacle {
    None,
    WrongDestination,
    SourceNotAccepted,
    SourceGatewayNotAccepted,
    SourceRefused,
    SourceIrrefutable,
    OverLimit,
    RecipientWithoutCode,
    SourceHalted
}

/// @notice Contiguous messages of one page, delivered together.
/// @dev `batchProof` proves the page statement in the certificate's batch, `rangeProof` the messages in the page
/// (`PageTree`), `messages` are packed (`Messages`). Each recipient gets at least `gasPerMessage`.
struct Run {
    Page page;
    bytes32[] batchProof;
    uint16 firstIndex;
    uint32 gasPerMessage;
    bytes32[] rangeProof;
    bytes messages;
}

/// @notice A certified batch root that was stored for later deliveries.
struct ConfirmedBatch {
    uint32 epoch;
    uint16 signedBps;
    uint64 issuedAt;
    uint128 totalWeight;
}

/// @title IInbox
/// @notice Step 5 of 5. Checks certificates, the acceptance rules and the owner's policy, marks messages in the replay
/// word of their page and calls their recipients. Relayers (`scripts/nodes/relayer`) call it; anyone may.
/// @dev Acceptance rule 1 is `Epochs`, rule 2 is `Acceptance`; the same list in the same order at every entry point.
interface IInbox {
    /// @notice A message reached its recipient, which accepted it. Emitted once for an id, ever.
    event MessageDelivered(bytes32 indexed messageId);

    /// @notice A message's recipient refused it. Nothing of the attempt remains; anyone may deliver the message again.
    /// @dev `reason` is what the recipient reverted with, or `RecipientHasNoCode` or `WrongSelector` of `Frames`; at most 256
    /// bytes.
    event MessageFailed(bytes32 indexed messageId, bytes reason);

    /// @notice A batch root was stored for later deliveries; `confirmed` says who stands behind it.
    event BatchConfirmed(uint32 indexed operatorSetId, bytes32 indexed statementsRoot);

    /// @notice The statement's root differs from the root of the run's messages.
    error PageRootMismatch(bytes32 found, bytes32 required);

    /// @notice The run holds messages beyond the statement's count; `found` is the least place beyond it.
    error RunBeyondCount(uint256 found, uint256 limit);

    /// @notice The batch root was never stored, or for another operator set.
    error BatchNotConfirmed(uint32 operatorSetId, bytes32 statementsRoot);

    /// @notice The same root is stored with more weight behind it, and still good.
    error StrongerBatchStored(uint16 found, uint16 stored);

    /// @notice Only this contract itself may open a message's frame.
    error NotSelf(address caller);

    /// @notice Step 5 of 5 in one transaction: verifies the certificate and delivers runs of pages that it certifies.
    /// @dev Anyone may call. Messages that are delivered already, expired or over the policy's limit are skipped; a
    /// recipient that fails leaves its message unseen. Neither hinders the others. Emits `MessageDelivered` or
    /// `MessageFailed` for each message tried.
    function deliver(Certificate calldata certificate, Run[] calldata runs) external;

    /// @notice Verifies the certificate and stores its batch root, so that `deliverConfirmed` need not verify it again.
    /// @dev Anyone may call. Takes no less than 6 667 bps. A stored root is replaced by one with more weight, by one with equal weight that is not older, or
    /// once it is dead. Emits `BatchConfirmed`.
    function confirm(Certificate calldata certificate) external;

    /// @notice Delivers runs under stored batch roots. Every acceptance rule and the present policy are checked again.
    /// @dev Anyone may call. The operator set is the one that the directory names for the source. See `deliver`.
    function deliverConfirmed(Run[] calldata runs) external;

    /// @notice Calls one message's recipient and reverts as a whole unless it accepted.
    /// @dev Only this contract itself. The frame exists so that a recipient that answers wrongly has no effect. The complete
    /// call of `receiveMessage` follows the two arguments.
    /// @param recipient Who is called.
    /// @param gasLimit Exactly how much gas it gets.
    function wrapInFrame(address recipient, uint256 gasLimit) external;

    /// @notice What became of a message of `lane`, and what hinders it if it is unseen. Reverts while a run executes.
    /// @dev Anyone may call. Believes what it is told of the message and knows it by its place alone: that the message
    /// was sent, and that it and no other stood there, is what `MessageDelivered` and its id prove. `Obstacle.None` with `Unseen`: it waits for a certificate or a relayer, or its recipient
    /// refused it (`MessageFailed`).
    function messageStatus(
        Lane calldata lane,
        Message calldata message
    ) external view returns (MessageStatus status, Obstacle obstacle);

    /// @notice Whether the message with this place in its lane was delivered. Reverts while a run executes.
    function isDelivered(uint64 sourceChainId, address sourceGateway, uint64 nonce) external view returns (bool);

    /// @notice The replay word of a page: bit i is set once its message i was delivered. Reverts while a run executes.
    function deliveredWord(
        uint64 sourceChainId,
        address sourceGateway,
        uint64 pageIndex
    ) external view returns (uint256);

    /// @notice Shared validation: who stands behind a page statement, so that nobody verifies twice.
    /// @dev Any contract may build on it. Applies acceptance rules 1 and 2 with the present policy, for any destination,
    /// to a stored batch root, and reverts with the broken rule's error. It proves nothing about absence.
    function isCertified(
        Page calldata page,
        bytes32[] calldata batchProof
    ) external view returns (uint32 operatorSetId, uint16 signedBps, uint8 finality);

    /// @notice The stored batch root of a set; all zero where none is stored.
    function confirmed(uint32 operatorSetId, bytes32 statementsRoot) external view returns (ConfirmedBatch memory);
}
