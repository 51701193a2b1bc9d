// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RollupEnd} from "../../contracts/bridges/RollupEnd.sol";
import {IHubEnd, IRollupEnd} from "../../contracts/interfaces/ICanonicalBridge.sol";
import {Interoperable} from "../../contracts/libraries/Interoperable.sol";
import {Lane, Messages} from "../../contracts/libraries/Messages.sol";
import {Refutation, Refutations} from "../../contracts/libraries/Refutations.sol";
import {Page} from "../../contracts/libraries/Statements.sol";
import {World} from "./World.sol";

/// @notice A rollup's end without a bridge behind it.
contract MuteEnd is RollupEnd {
    constructor(address gateway_) RollupEnd(gateway_, address(1)) {}

    function _send(bytes memory call) internal override {}

    function _speaker() internal view override returns (address) {}
}

/// @notice What the source gateway says of its own pages goes up, in both sentences.
contract RefutationsTest is World {
    uint256 private constant TOTAL = 296;
    uint256 private constant LAST = 40;
    uint256 private constant MOST_GAS = 360_000;

    bytes32[] private _ids;
    bytes32[] private _heads;

    constructor() {
        _heads.push(Messages.firstHead(Lane(HERE, address(GATEWAY), PEER, PEER_GATEWAY)));
        for (uint256 i = 0; i < TOTAL; ++i) {
            if (i == 7 || i == 100 || i == 259) END.pin(PEER, PEER_GATEWAY);
            _say();
        }
    }

    function setUp() external {
        vm.chainId(HERE);
        vm.warp(START);
    }

    /// hardhat-config: fuzz.runs = 200
    function testFuzz_TellsWhatThePageWasAtEveryCount(uint256 end, uint256 count) external view {
        (uint64 pageIndex, uint256 size) = _endOf(end);
        count = within(count, 0, size);
        bytes32[] memory leaves = _leaves(pageIndex, size);
        Refutation memory told = END.differs(PEER, PEER_GATEWAY, pageIndex, uint16(count), leaves);
        Refutation memory expected = Refutation({
            sourceChainId: HERE,
            sourceGateway: address(GATEWAY),
            destinationChainId: PEER,
            destinationGateway: PEER_GATEWAY,
            pageIndex: pageIndex,
            isNotYet: false,
            count: uint16(count),
            root: node(leaves, 0, 256, count),
            chainHead: _heads[pageIndex * 256 + count],
            timestamp: 0
        });
        equal(Refutations.hash(told), Refutations.hash(expected), "refutation");
    }

    /// hardhat-config: fuzz.runs = 200
    function testFuzz_RefusesEachCorruptionOfTheLeaves(uint256 end, uint256 at, uint256 bit) external view {
        (uint64 pageIndex, uint256 size) = _endOf(end);
        at = within(at, 0, size - 1);
        bytes32[] memory leaves = _leaves(pageIndex, size);
        leaves[at] ^= bytes32(uint256(1) << (bit % 256));
        _requireRefused(pageIndex, size, leaves, IRollupEnd.HeadMismatch.selector);
        leaves = _leaves(pageIndex, size);
        uint256 next = (at + 1) % size;
        (leaves[at], leaves[next]) = (leaves[next], leaves[at]);
        _requireRefused(pageIndex, size, leaves, IRollupEnd.HeadMismatch.selector);
        // None of the known ends are neighbours.
        _requireRefused(pageIndex, 0, _leaves(pageIndex, size - 1), IRollupEnd.EndNotKnown.selector);
        leaves = new bytes32[](size + 1);
        for (uint256 i = 0; i < size; ++i) leaves[i] = _ids[pageIndex * 256 + i];
        if (pageIndex * 256 + size < TOTAL) leaves[size] = _ids[pageIndex * 256 + size];
        _requireRefused(pageIndex, 0, leaves, IRollupEnd.EndNotKnown.selector);
        // Of the other page, or of another lane.
        leaves = _leaves(pageIndex, size);
        uint64 other = pageIndex == 0 ? 1 : 0;
        _requireRefused(other, 0, leaves, bytes4(0));
        (bool success, ) = address(END).staticcall(
            abi.encodeCall(END.differs, (PEER, address(uint160(PEER_GATEWAY) ^ 1), pageIndex, 0, leaves))
        );
        isTrue(!success, "another gateway");
        (success, ) = address(END).staticcall(
            abi.encodeCall(END.differs, (PEER + 1, PEER_GATEWAY, pageIndex, 0, leaves))
        );
        isTrue(!success, "another chain");
    }

    function test_RefusesACountBeyondTheLeaves() external {
        bytes32[] memory leaves = _leaves(1, LAST);
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.CountBeyondPage.selector, 41, LAST));
        END.differs(PEER, PEER_GATEWAY, 1, 41, leaves);
    }

    function test_RefusesMoreLeavesThanAPageHas() external {
        bytes32[] memory leaves = _leaves(0, TOTAL);
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.EndNotKnown.selector, 0, TOTAL));
        END.differs(PEER, PEER_GATEWAY, 0, 256, leaves);
    }

    function test_RefusesPagesThatHaveNotBegun() external {
        uint64[3] memory pages = [2, 1 << 56, type(uint64).max];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 size = 0; size <= 256; size += 256) {
                vm.expectRevert(abi.encodeWithSelector(IRollupEnd.EndNotKnown.selector, pages[i], size));
                END.differs(PEER, PEER_GATEWAY, pages[i], 0, new bytes32[](size));
            }
        }
    }

    function test_NobodyRacesAPinnedLane() external {
        bytes32[] memory leaves = _leaves(1, LAST);
        END.pin(PEER, PEER_GATEWAY);
        for (uint256 i = 0; i < 3; ++i) _say();
        equal(END.differs(PEER, PEER_GATEWAY, 1, uint16(LAST), leaves).chainHead, _heads[TOTAL], "head");
        // What nobody pinned is past already.
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.EndNotKnown.selector, 1, LAST + 2));
        END.differs(PEER, PEER_GATEWAY, 1, uint16(LAST), _leaves(1, LAST + 2));
        for (uint256 i = 0; i < 256; ++i) _say();
        equal(END.differs(PEER, PEER_GATEWAY, 1, 256, _leaves(1, 256)).chainHead, _heads[512], "closed since");
    }

    function test_ALaneWhoseGatewayWasReplacedIsStillTold() external {
        HUB.record(_entry(PEER, address(0xbeef), 2));
        isTrue(_carry(MESSENGER, _sendEntry(PEER)), "relayed");
        GATEWAY.sendMessage(Interoperable.format(PEER, address(this)), "another lane", new bytes[](0));
        Refutation memory told = END.differs(PEER, PEER_GATEWAY, 1, 40, _leaves(1, LAST));
        equal(told.chainHead, _heads[TOTAL], "head");
        equal(END.notYet(PEER, PEER_GATEWAY, 1).count, LAST, "the old lane's count");
        equal(END.notYet(PEER, address(0xbeef), 0).count, 1, "the new lane's count");
    }

    function test_TellsHowManyMessagesAPageHoldsNow() external view {
        uint64[4] memory pages = [0, 1, 2, type(uint64).max];
        uint16[4] memory counts = [256, 40, 0, 0];
        for (uint256 i = 0; i < 4; ++i) {
            Refutation memory told = END.notYet(PEER, PEER_GATEWAY, pages[i]);
            Refutation memory expected = Refutation({
                sourceChainId: HERE,
                sourceGateway: address(GATEWAY),
                destinationChainId: PEER,
                destinationGateway: PEER_GATEWAY,
                pageIndex: pages[i],
                isNotYet: true,
                count: counts[i],
                root: 0,
                chainHead: 0,
                timestamp: uint64(START)
            });
            equal(Refutations.hash(told), Refutations.hash(expected), "refutation");
        }
    }

    function test_TheHubHearsThatAPageDiffers() external {
        bytes32[] memory leaves = _leaves(0, 256);
        Refutation memory told = END.differs(PEER, PEER_GATEWAY, 0, 200, leaves);
        uint256 nonce = MESSENGER.messageNonce();
        END.refuteDiffers(PEER, PEER_GATEWAY, 0, 200, leaves);
        _requireHeard(nonce, told);
        Page memory page = _page(0, 200, told.root, told.chainHead);
        isTrue(!Refutations.convicts(told, page), "the true page");
        page.root ^= bytes32(uint256(1));
        isTrue(Refutations.convicts(told, page), "a false page");
    }

    function test_TheHubHearsThatAPageWasNotReachedYet() external {
        Refutation memory told = END.notYet(PEER, PEER_GATEWAY, 1);
        uint256 nonce = MESSENGER.messageNonce();
        END.refuteNotYet(PEER, PEER_GATEWAY, 1);
        _requireHeard(nonce, told);
        Page memory page = _page(1, uint16(LAST), 0, 0);
        page.sourceTimestamp = uint64(START - 1);
        isTrue(!Refutations.convicts(told, page), "a page that was reached");
        page.count = uint16(LAST + 1);
        isTrue(Refutations.convicts(told, page), "a page from the future");
        page.sourceTimestamp = uint64(START);
        isTrue(!Refutations.convicts(told, page), "a page of the same second");
    }

    function test_AFullPageIsRefutedWithinTheGasThatItMayCost() external {
        MuteEnd end = new MuteEnd(address(GATEWAY));
        bytes memory call = abi.encodeCall(end.refuteDiffers, (PEER, PEER_GATEWAY, 0, 256, _leaves(0, 256)));
        uint256 before = gasleft();
        (bool success, ) = address(end).call(call);
        uint256 used = before - gasleft();
        isTrue(success, "refuted");
        uint256 tokens = 0;
        for (uint256 i = 0; i < call.length; ++i) tokens += call[i] == 0 ? 1 : 4;
        // EIP-7623: calldata has a price of its own where little else is done.
        uint256 cost = 21_000 + 4 * tokens + used;
        uint256 floor = 21_000 + 10 * tokens;
        isTrue(cost <= MOST_GAS && floor <= MOST_GAS, string.concat(vm.toString(cost), " ", vm.toString(floor)));
    }

    function test_AGatewaySpeaksOfItselfOnly() external {
        Refutation memory told = END.notYet(PEER, PEER_GATEWAY, 1);
        told.sourceChainId = PEER;
        _requireForeign(told);
        told = END.notYet(PEER, PEER_GATEWAY, 1);
        told.sourceGateway = PEER_GATEWAY;
        _requireForeign(told);
    }

    /// @dev Carries what the hub's end would take from the rollup's, were it not of another gateway.
    function _requireForeign(Refutation memory told) private {
        Letter memory letter = _up(1_000, told);
        isTrue(!_carry(HUB_MESSENGER, letter), "relayed");
        isTrue(!HUB_END.isRefuted(Refutations.hash(told)), "refuted");
        vm.etch(address(HUB_MESSENGER), address(new Namer(address(END))).code);
        vm.expectRevert(
            abi.encodeWithSelector(IHubEnd.NotOfThisGateway.selector, told.sourceChainId, told.sourceGateway)
        );
        vm.prank(address(HUB_MESSENGER));
        HUB_END.receiveRefutation(told);
        vm.etch(address(HUB_MESSENGER), address(MESSENGER).code);
    }

    function _requireHeard(uint256 nonce, Refutation memory told) private {
        Letter memory letter = _up(nonce, told);
        isTrue(MESSENGER.isSent(_hashOf(letter)), "the rollup sent another message");
        bytes32 refutationHash = Refutations.hash(told);
        isTrue(!HUB_END.isRefuted(refutationHash), "before");
        isTrue(_carry(HUB_MESSENGER, letter), "relayed");
        isTrue(HUB_END.isRefuted(refutationHash), "after");
        isTrue(_relay(HUB_MESSENGER, letter), "relayed again");
    }

    function _requireRefused(uint64 pageIndex, uint256 count, bytes32[] memory leaves, bytes4 reason) private view {
        (bool success, bytes memory returned) = address(END).staticcall(
            abi.encodeCall(END.differs, (PEER, PEER_GATEWAY, pageIndex, uint16(count), leaves))
        );
        isTrue(!success, "a corrupted list is taken");
        if (reason != 0) equal(bytes32(bytes4(returned)), bytes32(reason), "reason");
    }

    function _say() private {
        bytes memory recipient = Interoperable.format(PEER, address(this));
        _ids.push(GATEWAY.sendMessage(recipient, abi.encode(_ids.length), new bytes[](0)));
        _heads.push(Messages.nextHead(_heads[_heads.length - 1], _ids[_ids.length - 1]));
    }

    /// @dev The ends that the gateway or a pin knows.
    function _endOf(uint256 end) private pure returns (uint64 pageIndex, uint256 size) {
        uint256[5] memory totals = [uint256(7), 100, 256, 259, 296];
        uint256 total = totals[end % 5];
        return total <= 256 ? (0, total) : (1, total - 256);
    }

    function _leaves(uint256 pageIndex, uint256 size) private view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) leaves[i] = _ids[pageIndex * 256 + i];
    }

    function _page(uint64 index, uint16 count, bytes32 root, bytes32 head) private view returns (Page memory) {
        uint64 time = uint64(block.timestamp);
        return Page(HERE, address(GATEWAY), PEER, PEER_GATEWAY, index, count, root, head, 1, time, 3);
    }

    function _up(uint256 nonce, Refutation memory told) private view returns (Letter memory) {
        bytes memory message = abi.encodeCall(IHubEnd.receiveRefutation, (told));
        return Letter(nonce, address(END), address(HUB_END), HUB_GAS, message);
    }
}

/// @notice Names somebody as the sender of a message, always.
contract Namer {
    address public immutable xDomainMessageSender;

    constructor(address sender) {
        xDomainMessageSender = sender;
    }
}
