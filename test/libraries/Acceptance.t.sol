// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Acceptance, Backing, Source, SourcePolicy} from "../../contracts/libraries/Acceptance.sol";
import {Page} from "../../contracts/libraries/Statements.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library calldata.
contract AcceptanceHarness {
    function requireSpeaker(Source memory source, Backing memory backing, Page calldata page) external pure {
        Acceptance.requireHeard(source, page);
        Acceptance.requireSpeaker(source, backing, page);
    }

    function requireWellFormed(Page calldata page, uint64 issuedAt) external pure {
        Acceptance.requireWellFormed(page, issuedAt);
    }

    function demand(
        Source memory source,
        SourcePolicy memory policy,
        bool isHalted
    ) external pure returns (Source memory) {
        Acceptance.demand(source, policy, isHalted);
        return source;
    }
}

contract AcceptanceTest is Assertions {
    uint8 private constant LEAST_LOG2 = 10;
    uint128 private constant LEAST = 1_024;

    AcceptanceHarness private immutable harness = new AcceptanceHarness();

    function test_ASpeakerThatMeetsEveryRuleIsHeard() external view {
        harness.requireSpeaker(_source(), _backing(), _page());
        harness.requireWellFormed(_page(), _backing().issuedAt);
    }

    function test_RefusesASourceThatTheDirectoryDoesNotLetSpeak() external {
        Source memory source = _source();
        source.gateway = address(0);
        _expect(abi.encodeWithSelector(Acceptance.SourceNotAccepted.selector, 11));
        harness.requireSpeaker(source, _backing(), _page());
    }

    function test_RefusesAnotherSetThanTheSourcesOwn() external {
        Backing memory backing = _backing();
        backing.operatorSetId = 8;
        _expect(abi.encodeWithSelector(Acceptance.WrongOperatorSet.selector, 8, 7));
        harness.requireSpeaker(_source(), backing, _page());
    }

    function test_RefusesASourceThatTheOwnerRefuses() external {
        Source memory source = _source();
        source.flags = Acceptance.REFUSED;
        _expect(abi.encodeWithSelector(Acceptance.SourceRefused.selector, 11));
        harness.requireSpeaker(source, _backing(), _page());
    }

    function test_RefusesATableLighterByOneUnit() external {
        Backing memory backing = _backing();
        backing.totalWeight = LEAST - 1;
        _expect(abi.encodeWithSelector(Acceptance.TableTooLight.selector, LEAST - 1, LEAST_LOG2));
        harness.requireSpeaker(_source(), backing, _page());
    }

    function test_RefusesAQuorumMissedByOneBasisPoint() external {
        Backing memory backing = _backing();
        backing.signedBps = 6_666;
        _expect(abi.encodeWithSelector(Acceptance.QuorumNotReached.selector, 6_666, 6_667));
        harness.requireSpeaker(_source(), backing, _page());
    }

    function test_RefusesAFinalityBelowThePolicysOrBeyondTheProtocols() external {
        Page memory page = _page();
        page.finality = 1;
        _expect(abi.encodeWithSelector(Acceptance.FinalityOutOfRange.selector, 1, 2, 3));
        harness.requireSpeaker(_source(), _backing(), page);
        page.finality = 4;
        _expect(abi.encodeWithSelector(Acceptance.FinalityOutOfRange.selector, 4, 2, 3));
        harness.requireSpeaker(_source(), _backing(), page);
    }

    function test_RefusesAnIrrefutableSourceUnlessThePolicyTakesIt() external {
        Source memory source = _source();
        source.flags = Acceptance.IRREFUTABLE;
        _expect(abi.encodeWithSelector(Acceptance.SourceIrrefutable.selector, 11));
        harness.requireSpeaker(source, _backing(), _page());
        source.flags = Acceptance.IRREFUTABLE | Acceptance.ACCEPTS_IRREFUTABLE;
        harness.requireSpeaker(source, _backing(), _page());
    }

    function test_APageHolds1To256Messages() external {
        Page memory page = _page();
        page.count = 256;
        harness.requireWellFormed(page, 1_000);
        page.count = 257;
        _expect(abi.encodeWithSelector(Acceptance.CountOutOfRange.selector, 257, 256));
        harness.requireWellFormed(page, 1_000);
        page.count = 0;
        _expect(abi.encodeWithSelector(Acceptance.CountOutOfRange.selector, 0, 256));
        harness.requireWellFormed(page, 1_000);
    }

    function test_NoNonceOfALaneIsBeyondPage2To56() external {
        Page memory page = _page();
        page.pageIndex = 2 ** 56 - 1;
        harness.requireWellFormed(page, 1_000);
        page.pageIndex = 2 ** 56;
        _expect(abi.encodeWithSelector(Acceptance.PageIndexOutOfRange.selector, 2 ** 56, 2 ** 56 - 1));
        harness.requireWellFormed(page, 1_000);
    }

    function test_NoPageHasTheRootZero() external {
        Page memory page = _page();
        page.root = 0;
        _expect(abi.encodePacked(Acceptance.RootZero.selector));
        harness.requireWellFormed(page, 1_000);
    }

    function test_APageIsNotYoungerThanItsBatch() external {
        Page memory page = _page();
        page.sourceTimestamp = 1_000;
        harness.requireWellFormed(page, 1_000);
        page.sourceTimestamp = 1_001;
        _expect(abi.encodeWithSelector(Acceptance.PageFromFuture.selector, 1_001, 1_000));
        harness.requireWellFormed(page, 1_000);
    }

    function testFuzz_SpeaksExactlyByTheRule(
        Source memory source,
        Backing memory backing,
        Page memory page
    ) external view {
        // Values that meet each other, so that every clause decides somewhere.
        if (uint160(source.gateway) % 8 == 0) source.gateway = address(0);
        source.operatorSetId %= 2;
        backing.operatorSetId = backing.operatorSetId % 8 == 0 ? 2 : source.operatorSetId;
        source.flags %= 16;
        source.quorumBps %= 8;
        backing.signedBps %= 16;
        source.minTotalWeightLog2 %= 6;
        backing.totalWeight %= 32;
        source.minFinality = uint8(within(source.minFinality, 1, 3));
        page.finality %= 5;
        bool required =
            source.gateway != address(0) &&
                source.operatorSetId == backing.operatorSetId &&
                (source.flags & 4) == 0 &&
                backing.totalWeight >= 2 ** source.minTotalWeightLog2 &&
                backing.signedBps >= source.quorumBps &&
                page.finality >= source.minFinality &&
                page.finality <= 3 &&
                (source.flags & 1 == 0 || source.flags & 2 == 2);
        (bool heard, ) = address(harness).staticcall(abi.encodeCall(harness.requireSpeaker, (source, backing, page)));
        isTrue(heard == required, "heard");
    }

    function testFuzz_DemandsKeepWhatTheDirectorySays(
        Source memory source,
        SourcePolicy memory policy,
        bool isHalted
    ) external view {
        if (policy.maxAgeSeconds % 4 == 0) policy.messagesPerHour = type(uint32).max;
        Source memory demanded = harness.demand(source, policy, isHalted);
        equal(demanded.gateway, source.gateway, "gateway");
        equal(demanded.operatorSetId, source.operatorSetId, "set");
        equal(demanded.maxAgeSeconds, policy.maxAgeSeconds, "age");
        equal(demanded.quorumBps, policy.quorumBps, "quorum");
        equal(demanded.minFinality, policy.minFinality, "finality");
        equal(demanded.minTotalWeightLog2, policy.minTotalWeightLog2, "least weight");
        uint256 flags = source.flags & 1;
        if (policy.acceptsIrrefutable) flags += 2;
        if (policy.refused) flags += 4;
        if (policy.messagesPerHour != type(uint32).max) flags += 8;
        if (isHalted) flags += 16;
        equal(demanded.flags, flags, "flags");
    }

    function _expect(bytes memory revertData) private {
        vm.expectRevert(revertData);
    }

    function _source() private pure returns (Source memory) {
        return Source(address(1), 7, 60, 6_667, 2, LEAST_LOG2, 0);
    }

    function _backing() private pure returns (Backing memory) {
        return Backing(7, 1_000, 6_667, LEAST);
    }

    function _page() private pure returns (Page memory) {
        return Page(11, address(1), 12, address(2), 0, 1, bytes32(uint256(1)), 0, 5, 900, 2);
    }
}
