// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IOutbox} from "../interfaces/IOutbox.sol";
import {Interoperable} from "../libraries/Interoperable.sol";
import {Lane, Messages} from "../libraries/Messages.sol";
import {PageTree} from "../libraries/PageTree.sol";
import {Status} from "../libraries/Status.sol";

/// @title Outbox
/// @notice Step 1 of 5: numbers a message in its lane and folds its id into the lane's hash chain. Step 2, signing its
/// page, is the operators' (`scripts/nodes/operator`); the Inbox of the destination's gateway is step 5.
/// @dev Safety rests on this chain's consensus; nobody has a key to it. `_chainHeads` is what operators read by storage
/// proof; `deployments/baselines/layouts.json` pins its slot.
abstract contract Outbox is IOutbox {
    /// @notice What sending to a chain needs, in one slot. `count` is the next nonce of the lane to `gateway`; `open` says
    /// that the directory names this very gateway as this chain's active one.
    struct Peer {
        address gateway;
        uint64 count;
        uint8 status;
        bool open;
    }

    /// @dev ERC-7985.
    bytes4 private constant MIN_GAS_LIMIT = bytes4(keccak256("minGasLimit(uint256)"));

    /// @dev ERC-7985.
    bytes4 private constant DELIVER_BEFORE = bytes4(keccak256("deliverBefore(uint256)"));
    uint256 private constant ATTRIBUTE_BYTES = 36;

    uint256 private constant PAYLOAD_LIMIT = 24 * 1024;
    uint256 private constant GAS_LIMIT_DEFAULT = 200_000;
    uint256 private constant GAS_LIMIT_MOST = 10_000_000;

    mapping(uint64 chainId => Peer peer) private _peers;
    mapping(uint64 destinationChainId => mapping(address destinationGateway => bytes32)) private _chainHeads;
    mapping(uint64 destinationChainId => mapping(address destinationGateway => mapping(uint64 pageIndex => bytes32)))
        private _pageHeads;

    /// @dev Counts of lanes whose destination gateway was replaced.
    mapping(uint64 destinationChainId => mapping(address destinationGateway => uint64)) private _parkedCounts;

    /// @inheritdoc IERC7786GatewaySource
    function sendMessage(
        bytes calldata recipient,
        bytes calldata payload,
        bytes[] calldata attributes
    ) external payable returns (bytes32 sendId) {
        require(msg.value == 0, ValueNotSupported(msg.value));
        require(payload.length <= PAYLOAD_LIMIT, PayloadTooLarge(payload.length, PAYLOAD_LIMIT));
        Messages.Preimage memory message;
        message.gasLimit = GAS_LIMIT_DEFAULT;
        if (attributes.length != 0) (message.gasLimit, message.deliverBefore) = _readAttributes(attributes);

        uint64 destinationChainId;
        (destinationChainId, message.recipient) = _readRecipient(recipient);
        Peer memory peer = _peers[destinationChainId];
        require(peer.status == Status.ACTIVE, DestinationNotActive(destinationChainId, peer.status));
        if (!peer.open) revert GatewayNotActive(_own().gateway, _own().status);

        message.typeHash = Messages.MESSAGE_TYPEHASH;
        message.sourceChainId = block.chainid;
        message.sourceGateway = address(this);
        message.destinationChainId = destinationChainId;
        message.destinationGateway = peer.gateway;
        message.nonce = peer.count;
        message.sender = msg.sender;
        message.payloadHash = Messages.hashOf(payload);
        sendId = Messages.hash(message);
        _append(destinationChainId, peer, sendId);

        emit MessageSent(
            sendId,
            Interoperable.format(uint64(block.chainid), msg.sender),
            recipient,
            payload,
            0,
            attributes
        );
    }

    /// @inheritdoc IOutbox
    function lane(
        uint64 destinationChainId
    ) external view returns (address destinationGateway, uint64 count, bytes32 chainHead, uint8 status) {
        Peer memory peer = _peers[destinationChainId];
        return (peer.gateway, peer.count, _chainHead(destinationChainId, peer.gateway), peer.status);
    }

    /// @inheritdoc IOutbox
    function laneOf(
        uint64 destinationChainId,
        address destinationGateway
    ) external view returns (uint64 count, bytes32 chainHead) {
        Peer memory peer = _peers[destinationChainId];
        count = peer.gateway == destinationGateway ? peer.count : _parkedCounts[destinationChainId][destinationGateway];
        chainHead = _chainHead(destinationChainId, destinationGateway);
    }

    /// @inheritdoc IOutbox
    function pageHead(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex
    ) external view returns (bytes32) {
        return _pageHeads[destinationChainId][destinationGateway][pageIndex];
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4 selector) external pure returns (bool) {
        return selector == MIN_GAS_LIMIT || selector == DELIVER_BEFORE;
    }

    /// @dev Points the chain's peer to `gateway`. A lane's count never falls: the replaced lane's is kept, and a lane
    /// that is taken up again goes on where it ended.
    function _setPeer(uint64 chainId, address gateway, uint8 status) internal {
        Peer memory peer = _peers[chainId];
        if (peer.gateway != gateway) {
            _parkedCounts[chainId][peer.gateway] = peer.count;
            peer.count = _parkedCounts[chainId][gateway];
            peer.gateway = gateway;
            emit LaneOpened(chainId, gateway, peer.count);
        }
        peer.status = status;
        peer.open = _isOpen();
        _peers[chainId] = peer;
    }

    /// @dev Tells all lanes whether this gateway may send, after this chain's own entry changed.
    function _setOpen(uint64[] memory chainIds) internal {
        bool open = _isOpen();
        for (uint256 i = 0; i < chainIds.length; ++i) {
            _peers[chainIds[i]].open = open;
        }
    }

    function _append(uint64 destinationChainId, Peer memory peer, bytes32 messageId) private {
        mapping(address destinationGateway => bytes32) storage heads = _chainHeads[destinationChainId];
        bytes32 chainHead = heads[peer.gateway];
        if (chainHead == 0) chainHead = _firstHead(destinationChainId, peer.gateway);
        chainHead = Messages.nextHead(chainHead, messageId);
        heads[peer.gateway] = chainHead;
        uint64 nonce = peer.count;
        // Unchecked: no lane lives to see 2^64 messages.
        unchecked {
            _peers[destinationChainId].count = nonce + 1;
        }
        if (nonce % PageTree.PAGE_SIZE == PageTree.PAGE_SIZE - 1) {
            uint64 pageIndex = uint64(nonce / PageTree.PAGE_SIZE);
            _pageHeads[destinationChainId][peer.gateway][pageIndex] = chainHead;
            emit PageClosed(destinationChainId, peer.gateway, pageIndex, chainHead);
        }
    }

    /// @dev This chain's own entry. The constructor checked that the chain id fits.
    function _own() private view returns (Peer memory) {
        return _peers[uint64(block.chainid)];
    }

    /// @dev Whether the directory names this very gateway as this chain's active one.
    function _isOpen() private view returns (bool) {
        Peer memory own = _own();
        return own.gateway == address(this) && own.status == Status.ACTIVE;
    }

    function _chainHead(
        uint64 destinationChainId,
        address destinationGateway
    ) private view returns (bytes32 chainHead) {
        chainHead = _chainHeads[destinationChainId][destinationGateway];
        if (chainHead == 0) chainHead = _firstHead(destinationChainId, destinationGateway);
    }

    function _firstHead(uint64 destinationChainId, address destinationGateway) private view returns (bytes32) {
        return Messages.firstHead(Lane(uint64(block.chainid), address(this), destinationChainId, destinationGateway));
    }

    function _readRecipient(bytes calldata recipient) private view returns (uint64 chainId, address account) {
        (bool parsed, uint256 parsedChainId, address parsedAccount) = InteroperableAddress.tryParseEvmV1Calldata(
            recipient
        );
        // Canonical: nothing behind the address, a chain reference without leading zero, and an account. The reference
        // begins at byte 5 and has `recipient[4]` bytes; parsing made sure that they are there.
        require(
            parsed &&
                parsedChainId != 0 &&
                parsedAccount != address(0) &&
                recipient[5] != 0 &&
                recipient.length == 26 + uint8(recipient[4]),
            RecipientNotCanonical(recipient)
        );
        require(parsedChainId <= type(uint64).max, DestinationNotActive(parsedChainId, 0));
        require(parsedChainId != block.chainid, RecipientOnThisChain(uint64(parsedChainId)));
        return (uint64(parsedChainId), parsedAccount);
    }

    function _readAttributes(
        bytes[] calldata attributes
    ) private view returns (uint256 gasLimit, uint256 deliverBefore) {
        gasLimit = GAS_LIMIT_DEFAULT;
        bool hasGasLimit = false;
        bool hasDeadline = false;
        // At most three rounds: of three attributes one is unknown or repeated.
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes calldata attribute = attributes[i];
            bytes4 selector = attribute.length < 4 ? bytes4(0) : bytes4(attribute);
            if (selector == MIN_GAS_LIMIT && !hasGasLimit) {
                gasLimit = _attributeValue(attribute, selector);
                require(gasLimit <= GAS_LIMIT_MOST, GasLimitTooHigh(gasLimit, GAS_LIMIT_MOST));
                hasGasLimit = true;
            } else if (selector == DELIVER_BEFORE && !hasDeadline) {
                deliverBefore = _attributeValue(attribute, selector);
                require(
                    deliverBefore == 0 || (deliverBefore >= block.timestamp && deliverBefore <= type(uint64).max),
                    DeadlineOutOfRange(deliverBefore, block.timestamp, type(uint64).max)
                );
                hasDeadline = true;
            } else {
                revert UnsupportedAttribute(selector);
            }
        }
    }

    function _attributeValue(bytes calldata attribute, bytes4 selector) private pure returns (uint256) {
        require(attribute.length == ATTRIBUTE_BYTES, AttributeLength(selector, attribute.length, ATTRIBUTE_BYTES));
        return uint256(bytes32(attribute[4:]));
    }
}
