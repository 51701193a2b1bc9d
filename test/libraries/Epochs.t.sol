// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Epoch, Epochs} from "../../contracts/libraries/Epochs.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library a frame of its own, so that reverts can be looked at.
contract EpochsHarness {
    function requireUsable(Epoch memory epoch, uint256 issuedAt) external view {
        Epochs.requireUsable(epoch, 7, 3, issuedAt);
    }

    function requireUnexpired(Epoch memory epoch, uint256 issuedAt) external view {
        Epochs.requireUnexpired(epoch, 7, 3, issuedAt);
    }

    function requireFresh(uint256 issuedAt, uint256 maxAge) external view {
        Epochs.requireFresh(issuedAt, maxAge);
    }
}

contract EpochsTest is Assertions {
    uint40 private constant FROM = 1_700_000_000;
    uint24 private constant VALIDITY = 86_400;
    uint24 private constant GRACE = 21_600;
    uint256 private constant UNTIL = uint256(FROM) + VALIDITY;

    EpochsHarness private immutable harness = new EpochsHarness();

    function test_AnEpochSpeaksFromItsFirstToItsLastSecondAndThroughGrace() external {
        vm.warp(FROM);
        harness.requireUsable(_epoch(), FROM);
        harness.requireUnexpired(_epoch(), FROM);
        vm.warp(UNTIL);
        harness.requireUsable(_epoch(), UNTIL);
        harness.requireUnexpired(_epoch(), UNTIL);
        vm.warp(UNTIL + GRACE);
        harness.requireUsable(_epoch(), UNTIL);
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochExpired.selector, UNTIL + GRACE, UNTIL));
        harness.requireUnexpired(_epoch(), UNTIL);
        vm.warp(UNTIL + GRACE + 1);
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochExpired.selector, UNTIL + GRACE + 1, UNTIL + GRACE));
        harness.requireUsable(_epoch(), UNTIL);
    }

    function test_AnEpochThatIsNotInstalledNeverSpeaks() external {
        vm.warp(FROM);
        Epoch memory epoch = _epoch();
        epoch.table = address(0);
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochNotInstalled.selector, 7, 3));
        harness.requireUsable(epoch, FROM);
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochNotInstalled.selector, 7, 3));
        harness.requireUnexpired(epoch, FROM);
    }

    function test_ABatchIsIssuedWithinItsEpoch() external {
        vm.warp(UNTIL);
        vm.expectRevert(abi.encodeWithSelector(Epochs.IssuedOutsideEpoch.selector, FROM - 1, FROM, UNTIL));
        harness.requireUsable(_epoch(), FROM - 1);
        vm.expectRevert(abi.encodeWithSelector(Epochs.IssuedOutsideEpoch.selector, UNTIL + 1, FROM, UNTIL));
        harness.requireUsable(_epoch(), UNTIL + 1);
    }

    function test_TheHubsClockMayBe15MinutesAhead() external {
        vm.warp(FROM);
        harness.requireUsable(_epoch(), FROM + 15 minutes);
        vm.expectRevert(
            abi.encodeWithSelector(Epochs.IssuedInFuture.selector, FROM + 15 minutes + 1, FROM + 15 minutes)
        );
        harness.requireUsable(_epoch(), FROM + 15 minutes + 1);
    }

    function test_ACertificateAgesToTheSecond() external {
        vm.warp(FROM + 60);
        harness.requireFresh(FROM, 60);
        vm.expectRevert(abi.encodeWithSelector(Epochs.CertificateTooOld.selector, FROM + 60, FROM + 59));
        harness.requireFresh(FROM, 59);
    }

    function testFuzz_UsableExactlyByTheRule(Epoch memory epoch, uint64 issuedAt, uint64 nowAt, uint8 shape) external {
        // Values that meet each other, so that every clause decides somewhere.
        epoch.validFrom = uint40(within(epoch.validFrom, 1_000, 1_008));
        epoch.validitySeconds = uint24(within(epoch.validitySeconds, 0, 8));
        epoch.graceSeconds = uint24(within(epoch.graceSeconds, 0, 4));
        issuedAt = uint64(within(issuedAt, 996, 1_020));
        // Around the epoch's end, or as far before it as clocks may differ.
        nowAt = uint64(within(nowAt, 996, 1_024)) - (shape % 2 == 0 ? 0 : 900);
        if (shape % 8 == 0) epoch.table = address(0);
        epoch.status = shape % 8 == 1 ? epoch.status : Epochs.SPEAKING;
        vm.warp(nowAt);

        uint256 until = uint256(epoch.validFrom) + epoch.validitySeconds;
        bool speaks =
            epoch.table != address(0) &&
                epoch.status == Epochs.SPEAKING &&
                epoch.validFrom <= issuedAt &&
                issuedAt <= until &&
                issuedAt <= uint256(nowAt) + 900;
        bool usable = speaks && nowAt <= until + epoch.graceSeconds;
        bool unexpired = speaks && nowAt <= until;
        equal(_succeeds(abi.encodeCall(harness.requireUsable, (epoch, issuedAt))), usable ? 1 : 0, "usable");
        equal(_succeeds(abi.encodeCall(harness.requireUnexpired, (epoch, issuedAt))), unexpired ? 1 : 0, "unexpired");
        equal(Epochs.validUntil(epoch), until, "valid until");
    }

    function testFuzz_TheLargestWindowDoesNotOverflow(Epoch memory epoch, uint64 issuedAt) external {
        epoch.table = address(1);
        epoch.status = Epochs.SPEAKING;
        vm.warp(type(uint64).max);
        (, bytes memory returned) = address(harness).call(abi.encodeCall(harness.requireUsable, (epoch, issuedAt)));
        bytes4 found = bytes4(returned);
        isTrue(found == Epochs.EpochExpired.selector || found == Epochs.IssuedOutsideEpoch.selector, "a named error");
    }

    function _succeeds(bytes memory call) private returns (uint256) {
        (bool success, ) = address(harness).call(call);
        return success ? 1 : 0;
    }

    function _epoch() private pure returns (Epoch memory) {
        return Epoch(address(1), FROM, VALIDITY, GRACE, 0);
    }
}
