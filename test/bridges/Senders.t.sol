// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OrbitHubEnd} from "../../contracts/bridges/OrbitHubEnd.sol";
import {OrbitRollupEnd} from "../../contracts/bridges/OrbitRollupEnd.sol";
import {HubEndConfig, IHubEnd, IRollupEnd} from "../../contracts/interfaces/ICanonicalBridge.sol";
import {CanonicalNews, EntryNews} from "../../contracts/libraries/CanonicalNews.sol";
import {Refutation, Refutations} from "../../contracts/libraries/Refutations.sol";
import {DelayedMessenger} from "../../contracts/mocks/bridges/DelayedMessenger.sol";
import {ArbSysDouble} from "../../contracts/mocks/bridges/ArbSysDouble.sol";
import {OrbitBridgeDouble} from "../../contracts/mocks/bridges/OrbitBridgeDouble.sol";
import {OrbitInboxDouble} from "../../contracts/mocks/bridges/OrbitInboxDouble.sol";
import {World} from "./World.sol";

/// @notice Who speaks over a bridge, by each stack's own rules, corrupted one by one.
contract SendersTest is World {
    address private constant STRANGER = address(0xbad);
    uint160 private constant ALIAS = uint160(0x1111000000000000000000000000000000001111);
    ArbSysDouble private constant ARB_SYS = ArbSysDouble(address(0x64));

    OrbitBridgeDouble private immutable BRIDGE = new OrbitBridgeDouble();
    OrbitInboxDouble private immutable INBOX = new OrbitInboxDouble(address(BRIDGE));
    OrbitHubEnd private immutable ORBIT_HUB_END;
    OrbitRollupEnd private immutable ORBIT_END;

    constructor() {
        // The real gateway's books would refuse what another receiver brings: only older news, which nobody brings, are told apart.
        ORBIT_END = new OrbitRollupEnd(address(GATEWAY), address(0x4b));
        HubEndConfig memory config = _config(address(GATEWAY), address(ORBIT_END));
        ORBIT_HUB_END = new OrbitHubEnd(config, INBOX);
        vm.etch(address(ARB_SYS), type(ArbSysDouble).runtimeCode);
    }

    function setUp() external {
        vm.chainId(HERE);
        vm.warp(START);
        vm.deal(address(this), 10 ether);
    }

    function test_OpStackRollupEndHearsTheHubsEndOnly() external {
        EntryNews memory news;
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.NotTheHubEnd.selector, address(0), address(HUB_END)));
        END.receiveEntry(news);
        vm.prank(address(HUB_END));
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.NotTheHubEnd.selector, address(0), address(HUB_END)));
        END.receiveEntry(news);
        vm.prank(address(MESSENGER));
        vm.expectRevert(DelayedMessenger.NoMessageRelayed.selector);
        END.receiveEntry(news);
        Letter memory letter = _sendEntry(PEER);
        letter.sender = STRANGER;
        isTrue(!_carry(MESSENGER, letter), "another sender");
        letter = _sendEpoch(1);
        letter.sender = STRANGER;
        isTrue(!_carry(MESSENGER, letter), "another sender");
        letter.sender = address(HUB_END);
        isTrue(_carry(MESSENGER, letter), "the hub's end");
    }

    function test_OpStackHubEndHearsTheRollupsEndOnly() external {
        Refutation memory told = END.notYet(PEER, PEER_GATEWAY, 0);
        address end = address(END);
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.NotTheRollupEnd.selector, address(0), end));
        HUB_END.receiveRefutation(told);
        vm.prank(end);
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.NotTheRollupEnd.selector, address(0), end));
        HUB_END.receiveRefutation(told);
        vm.prank(address(HUB_MESSENGER));
        vm.expectRevert(DelayedMessenger.NoMessageRelayed.selector);
        HUB_END.receiveRefutation(told);
        bytes memory message = abi.encodeCall(IHubEnd.receiveRefutation, (told));
        Letter memory letter = Letter(0, STRANGER, address(HUB_END), HUB_GAS, message);
        isTrue(!_carry(HUB_MESSENGER, letter), "another sender");
        isTrue(!HUB_END.isRefuted(Refutations.hash(told)), "refuted");
        // Somebody's own message, in which the messenger is made to call somebody who calls on.
        Forwarder forwarder = new Forwarder(address(HUB_END), message);
        letter = Letter(1, end, address(forwarder), HUB_GAS, "");
        isTrue(!_carry(HUB_MESSENGER, letter), "by a detour");
    }

    function test_OpStackTakesNoValue() external {
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.FeeMismatch.selector, 1, 0));
        HUB_END.sendEpoch{value: 1}(SET, 1);
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.FeeMismatch.selector, 1, 0));
        HUB_END.sendEntry{value: 1}(PEER);
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.FeeMismatch.selector, 1, 0));
        END.refuteNotYet{value: 1}(PEER, PEER_GATEWAY, 0);
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.FeeMismatch.selector, 1, 0));
        END.refuteDiffers{value: 1}(PEER, PEER_GATEWAY, 0, 0, new bytes32[](0));
    }

    function test_OrbitRollupEndHearsTheHubsEndsAliasOnly() external {
        EntryNews memory news;
        address hubEnd = ORBIT_END.hubEnd();
        _expectNotTheHubEnd(STRANGER, hubEnd);
        _asAliasOf(STRANGER);
        ORBIT_END.receiveEntry(news);
        // The hub end's own address, which anybody may hold on the rollup.
        _expectNotTheHubEnd(_unaliased(hubEnd), hubEnd);
        vm.prank(hubEnd);
        ORBIT_END.receiveEntry(news);
        // Nothing is older than no news: it comes through to the check and is ignored.
        _asAliasOf(hubEnd);
        ORBIT_END.receiveEntry(news);
        equal(ORBIT_END.sequenceOf(CanonicalNews.entrySubject(0)), 0, "sequence");
    }

    function testFuzz_AliasesAreThoseOfArbitrum(address hubEnd, address caller) external {
        vm.assume(hubEnd != address(0));
        OrbitRollupEnd end = new OrbitRollupEnd(address(GATEWAY), hubEnd);
        EntryNews memory news;
        _asAliasOf(hubEnd);
        end.receiveEntry(news);
        address expected = _unaliased(caller);
        vm.assume(expected != hubEnd);
        _expectNotTheHubEnd(expected, hubEnd);
        vm.prank(caller);
        end.receiveEntry(news);
    }

    function test_OrbitHubEndHearsTheRollupsEndOnly() external {
        Refutation memory told = ORBIT_END.notYet(PEER, PEER_GATEWAY, 0);
        bytes memory message = abi.encodeCall(IHubEnd.receiveRefutation, (told));
        address end = address(ORBIT_END);
        address hubEnd = address(ORBIT_HUB_END);
        _expectNotTheRollupEnd(address(0));
        ORBIT_HUB_END.receiveRefutation(told);
        _expectNotTheRollupEnd(address(0));
        vm.prank(end);
        ORBIT_HUB_END.receiveRefutation(told);
        _expectNotTheRollupEnd(STRANGER);
        BRIDGE.execute(STRANGER, true, hubEnd, message);
        // The bridge calls, but for no outbox.
        _expectNotTheRollupEnd(address(0));
        BRIDGE.execute(end, false, hubEnd, message);
        // The rollup's end is named by another bridge.
        OrbitBridgeDouble other = new OrbitBridgeDouble();
        _expectNotTheRollupEnd(address(0));
        other.execute(end, true, hubEnd, message);
        // The bridge executes another's message that calls on.
        Forwarder forwarder = new Forwarder(hubEnd, message);
        vm.expectRevert(Forwarder.Refused.selector);
        BRIDGE.execute(end, true, address(forwarder), "");
        isTrue(!ORBIT_HUB_END.isRefuted(Refutations.hash(told)), "refuted");
        BRIDGE.execute(end, true, hubEnd, message);
        isTrue(ORBIT_HUB_END.isRefuted(Refutations.hash(told)), "not refuted");
    }

    function testFuzz_OrbitTicketsOfferTheWholeValue(uint256 value) external {
        // The base fee is not zero in production; what a ticket costs is checked by the double as by nitro.
        uint256 size = abi.encodeCall(IRollupEnd.receiveEpoch, (_epochNews(1))).length;
        uint256 submission = INBOX.calculateRetryableSubmissionFee(size, block.basefee);
        uint256 least = submission + 2 * uint256(ROLLUP_GAS);
        value = within(value, least, 10 ether);
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.FeeMismatch.selector, least - 1, least));
        ORBIT_HUB_END.sendEpoch{value: least - 1}(SET, 1);
        ORBIT_HUB_END.sendEpoch{value: value}(SET, 1);
        OrbitInboxDouble.Ticket memory ticket = INBOX.last();
        equal(ticket.sender, address(ORBIT_HUB_END), "sender");
        equal(ticket.to, address(ORBIT_END), "to");
        equal(ticket.value, value, "value");
        equal(ticket.l2CallValue, 0, "call value");
        equal(ticket.maxSubmissionCost, submission, "submission");
        equal(ticket.gasLimit, ROLLUP_GAS, "gas");
        equal(ticket.maxFeePerGas, (value - submission) / ROLLUP_GAS, "price");
        equal(ticket.excessFeeRefundAddress, _aliased(address(this)), "refund");
        equal(ticket.callValueRefundAddress, _aliased(address(this)), "beneficiary");
        equal(bytes32(bytes4(ticket.data)), bytes32(IRollupEnd.receiveEpoch.selector), "call");
        equal(ticket.data.length, size, "length");
    }

    function test_OrbitRollupEndSendsToTheHubsEnd() external {
        Refutation memory told = ORBIT_END.notYet(PEER, PEER_GATEWAY, 0);
        ORBIT_END.refuteNotYet(PEER, PEER_GATEWAY, 0);
        equal(ARB_SYS.sender(), address(ORBIT_END), "sender");
        equal(ARB_SYS.destination(), ORBIT_END.hubEnd(), "destination");
        equal(ARB_SYS.data(), abi.encodeCall(IHubEnd.receiveRefutation, (told)), "message");
        equal(ARB_SYS.value(), 0, "value");
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.FeeMismatch.selector, 1, 0));
        ORBIT_END.refuteNotYet{value: 1}(PEER, PEER_GATEWAY, 0);
    }

    function _asAliasOf(address account) private {
        vm.prank(_aliased(account));
    }

    function _expectNotTheHubEnd(address found, address required) private {
        vm.expectRevert(abi.encodeWithSelector(IRollupEnd.NotTheHubEnd.selector, found, required));
    }

    function _expectNotTheRollupEnd(address found) private {
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.NotTheRollupEnd.selector, found, address(ORBIT_END)));
    }

    function _aliased(address account) private pure returns (address) {
        unchecked {
            return address(uint160(account) + ALIAS);
        }
    }

    function _unaliased(address account) private pure returns (address) {
        unchecked {
            return address(uint160(account) - ALIAS);
        }
    }
}

/// @notice Calls on, whoever calls it.
contract Forwarder {
    error Refused();

    address private immutable TARGET;
    bytes private _call;

    constructor(address target, bytes memory call) {
        TARGET = target;
        _call = call;
    }

    fallback() external {
        (bool success, ) = TARGET.call(_call);
        require(success, Refused());
    }
}
