// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IHubEnd, IRollupEnd} from "../interfaces/ICanonicalBridge.sol";
import {ICanonicalReceiver} from "../interfaces/ICanonicalReceiver.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {IGateway} from "../interfaces/IGateway.sol";
import {IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {CanonicalNews, EntryNews, EpochNews} from "../libraries/CanonicalNews.sol";
import {Lane, Messages} from "../libraries/Messages.sol";
import {PageHistory} from "../libraries/PageHistory.sol";
import {PageTree} from "../libraries/PageTree.sol";
import {Refutation, Refutations} from "../libraries/Refutations.sol";

/// @title RollupEnd
/// @notice What all stacks have in common: news are handed to the gateway's books, and what the gateway says of its own lanes goes
/// to the hub.
/// @dev Safety rests on the rollup's own bridge and on the gateway's storage; there is no owner. It calls the gateway, its books and
/// the stack's bridge, each with fixed functions, and sends to the hub's end alone: nobody steers it anywhere else.
abstract contract RollupEnd is IRollupEnd {
    using SafeCast for uint256;

    /// @inheritdoc ICanonicalReceiver
    address public immutable gateway;

    /// @inheritdoc IRollupEnd
    address public immutable hubEnd;

    /// @inheritdoc IRollupEnd
    mapping(bytes32 subject => uint64 sequence) public sequenceOf;

    /// @inheritdoc IRollupEnd
    mapping(uint64 destinationChainId => mapping(address destinationGateway => mapping(uint64 count => bytes32)))
        public pinnedHead;

    /// @param gateway_ The gateway's computed address.
    /// @param hubEnd_ The hub's end's computed address.
    constructor(address gateway_, address hubEnd_) {
        // Nobody speaks over the bridge as the zero address.
        require(gateway_ != address(0) && hubEnd_ != address(0), OtherEndMissing());
        gateway = gateway_;
        hubEnd = hubEnd_;
    }

    /// @inheritdoc IRollupEnd
    function receiveEpoch(EpochNews calldata news) external {
        _requireHubEnd();
        bytes32 subject = CanonicalNews.epochSubject(news.table.operatorSetId, news.table.epoch);
        if (_isLatest(subject, news.sequence)) IOperatorTables(IGateway(gateway).operatorTables()).bring(news);
    }

    /// @inheritdoc IRollupEnd
    function receiveEntry(EntryNews calldata news) external {
        _requireHubEnd();
        bytes32 subject = CanonicalNews.entrySubject(news.entry.chainId);
        if (_isLatest(subject, news.sequence)) IDirectory(IGateway(gateway).directory()).bring(news);
    }

    /// @inheritdoc IRollupEnd
    function pin(uint64 destinationChainId, address destinationGateway) external {
        (uint64 count, bytes32 chainHead) = IGateway(gateway).laneOf(destinationChainId, destinationGateway);
        pinnedHead[destinationChainId][destinationGateway][count] = chainHead;
        emit LanePinned(destinationChainId, destinationGateway, count, chainHead);
    }

    /// @inheritdoc IRollupEnd
    function refuteDiffers(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex,
        uint16 count,
        bytes32[] calldata leaves
    ) external payable {
        _refute(differs(destinationChainId, destinationGateway, pageIndex, count, leaves));
    }

    /// @inheritdoc IRollupEnd
    function refuteNotYet(uint64 destinationChainId, address destinationGateway, uint64 pageIndex) external payable {
        _refute(notYet(destinationChainId, destinationGateway, pageIndex));
    }

    /// @inheritdoc IRollupEnd
    function differs(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex,
        uint16 count,
        bytes32[] calldata leaves
    ) public view returns (Refutation memory refutation) {
        require(count <= leaves.length, CountBeyondPage(count, leaves.length));
        refutation = _about(destinationChainId, destinationGateway, pageIndex);
        bytes32 before = _headBefore(refutation);
        bytes32 required = leaves.length == 0 ? before : _headAt(refutation, leaves.length);
        require(before != 0 && required != 0, EndNotKnown(pageIndex, leaves.length));
        bytes32 chainHead = PageHistory.fold(before, leaves[:count]);
        bytes32 found = PageHistory.fold(chainHead, leaves[count:]);
        require(found == required, HeadMismatch(found, required));
        (refutation.count, refutation.chainHead) = (count, chainHead);
        refutation.root = PageHistory.root(leaves[:count]);
    }

    /// @inheritdoc IRollupEnd
    function notYet(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex
    ) public view returns (Refutation memory refutation) {
        refutation = _about(destinationChainId, destinationGateway, pageIndex);
        (uint256 total, ) = IGateway(gateway).laneOf(destinationChainId, destinationGateway);
        uint256 before = uint256(pageIndex) * PageTree.PAGE_SIZE;
        refutation.isNotYet = true;
        refutation.count = Math.min(Math.saturatingSub(total, before), PageTree.PAGE_SIZE).toUint16();
        refutation.timestamp = block.timestamp.toUint64();
    }

    /// @notice Sends a call of the hub's end over the stack's bridge, with the value that came along.
    function _send(bytes memory call) internal virtual;

    /// @notice Who calls from the hub, by the stack's own rules; zero when nobody does.
    function _speaker() internal view virtual returns (address);

    function _refute(Refutation memory refutation) private {
        _send(abi.encodeCall(IHubEnd.receiveRefutation, (refutation)));
        emit RefutationSent(Refutations.hash(refutation), refutation);
    }

    /// @dev Whether news are later than all that came of their subject. Others are ignored: they may come twice and in any order.
    function _isLatest(bytes32 subject, uint64 sequence) private returns (bool) {
        uint64 known = sequenceOf[subject];
        if (sequence <= known) {
            emit NewsIgnored(subject, sequence, known);
            return false;
        }
        sequenceOf[subject] = sequence;
        return true;
    }

    function _requireHubEnd() private view {
        address speaker = _speaker();
        require(speaker == hubEnd, NotTheHubEnd(speaker, hubEnd));
    }

    /// @dev A gateway speaks of its own lanes only.
    function _about(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex
    ) private view returns (Refutation memory refutation) {
        refutation.sourceChainId = block.chainid.toUint64();
        refutation.sourceGateway = gateway;
        refutation.destinationChainId = destinationChainId;
        refutation.destinationGateway = destinationGateway;
        refutation.pageIndex = pageIndex;
    }

    /// @dev The lane's head where the page begins; zero where it has not begun.
    function _headBefore(Refutation memory page) private view returns (bytes32) {
        (uint64 destinationChainId, address destinationGateway) = (page.destinationChainId, page.destinationGateway);
        if (page.pageIndex == 0) {
            return Messages.firstHead(Lane(page.sourceChainId, gateway, destinationChainId, destinationGateway));
        }
        return IGateway(gateway).pageHead(destinationChainId, destinationGateway, page.pageIndex - 1);
    }

    /// @dev The lane's head after so many messages of the page, as far as anybody remembers; zero where nobody does.
    function _headAt(Refutation memory page, uint256 count) private view returns (bytes32) {
        (uint64 destinationChainId, address destinationGateway) = (page.destinationChainId, page.destinationGateway);
        if (count > PageTree.PAGE_SIZE) return 0;
        if (count == PageTree.PAGE_SIZE) {
            return IGateway(gateway).pageHead(destinationChainId, destinationGateway, page.pageIndex);
        }
        uint256 total = uint256(page.pageIndex) * PageTree.PAGE_SIZE + count;
        (uint64 present, bytes32 chainHead) = IGateway(gateway).laneOf(destinationChainId, destinationGateway);
        if (total == present) return chainHead;
        // What is more was never sent, nor pinned.
        return total > present ? bytes32(0) : pinnedHead[destinationChainId][destinationGateway][total.toUint64()];
    }
}
