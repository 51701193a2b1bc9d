// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Windows, WindowsConfig} from "../../contracts/libraries/Windows.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library a frame of its own, so that reverts can be looked at.
contract WindowsHarness {
    using Windows for WindowsConfig;

    function requireWithin(WindowsConfig memory windows, uint256 delayBlocks) external pure {
        windows.requireWithin(delayBlocks);
    }

    function promisedBlocks(WindowsConfig memory windows) external pure returns (uint256) {
        return windows.promisedBlocks();
    }

    function validUntil(WindowsConfig memory windows, uint256 validFrom) external pure returns (uint256) {
        return windows.validUntil(validFrom);
    }

    function evidenceUntil(WindowsConfig memory windows, uint256 lastValid) external pure returns (uint256) {
        return windows.evidenceUntil(lastValid);
    }

    function slashableUntil(WindowsConfig memory windows, uint256 validFrom) external pure returns (uint256) {
        return windows.slashableUntil(validFrom);
    }
}

contract WindowsTest is Assertions {
    /// @dev Fourteen days in blocks, as on mainnet.
    uint256 private constant DELAY = 100_800;

    WindowsHarness private immutable harness = new WindowsHarness();

    function test_MainnetsWindowsEnd1800BlocksBeforeStakeLeaves() external view {
        harness.requireWithin(_mainnet(), DELAY);
        equal(harness.promisedBlocks(_mainnet()), 99_000, "promised blocks");
        equal(harness.validUntil(_mainnet(), 1_000), 1_000 + 30 hours, "last second of speech");
        equal(harness.evidenceUntil(_mainnet(), 1_000), 1_000 + 11.75 days, "last second of evidence");
        equal(harness.slashableUntil(_mainnet(), 1_000), 1_000 + 99_000 * 12, "last second of execution");
    }

    function test_WindowsMayEndOneBlockBeforeStakeLeaves() external view {
        harness.requireWithin(_mainnet(), 99_001);
    }

    function test_WindowsThatEndWithTheDeallocationDelayAreRefused() external {
        vm.expectRevert(abi.encodeWithSelector(Windows.WindowsTooLong.selector, 99_000, 99_000));
        harness.requireWithin(_mainnet(), 99_000);
    }

    function test_ASecondMoreIsABlockMore() external {
        WindowsConfig memory windows = _mainnet();
        windows.margin += 1;
        equal(harness.promisedBlocks(windows), 99_001, "promised blocks");
        vm.expectRevert(abi.encodeWithSelector(Windows.WindowsTooLong.selector, 99_001, 99_001));
        harness.requireWithin(windows, 99_001);
    }

    function test_NoWindowButGraceAndPauseMayBeEmpty() external {
        for (uint256 i = 0; i < 7; ++i) {
            WindowsConfig memory windows = _mainnet();
            if (i == 0) windows.lead = 0;
            if (i == 1) windows.validity = 0;
            if (i == 2) windows.evidence = 0;
            if (i == 3) windows.margin = 0;
            if (i == 4) windows.secondsPerBlock = 0;
            if (i == 5) windows.buildBlocks = 0;
            if (i == 6) windows.hubFact = 0;
            vm.expectRevert(abi.encodeWithSelector(Windows.WindowEmpty.selector));
            harness.requireWithin(windows, DELAY);
        }
        WindowsConfig memory allowed = _mainnet();
        (allowed.grace, allowed.pause) = (0, 0);
        harness.requireWithin(allowed, DELAY);
    }

    function test_ABuildIsOverBeforeItsEpochIs() external {
        WindowsConfig memory windows = _mainnet();
        windows.buildBlocks = 30 hours / 12 - 1;
        harness.requireWithin(windows, DELAY);
        windows.buildBlocks += 1;
        vm.expectRevert(abi.encodeWithSelector(Windows.BuildTooLong.selector, 30 hours, 30 hours));
        harness.requireWithin(windows, DELAY);
    }

    function test_ALieOfTheLastSecondCanBeJudged() external {
        WindowsConfig memory windows = _mainnet();
        (windows.grace, windows.evidence) = (1 hours, 1 hours + 1);
        harness.requireWithin(windows, DELAY);
        windows.evidence -= 1;
        vm.expectRevert(abi.encodeWithSelector(Windows.HubFactTooLate.selector, 2 hours, 2 hours));
        harness.requireWithin(windows, DELAY);
    }

    function test_TheLargestWindowsDoNotOverflow() external {
        uint32 most = type(uint32).max;
        WindowsConfig memory windows = WindowsConfig(most, most, most, most, most, most, most, 1, 1);
        equal(harness.promisedBlocks(windows), 6 * uint256(most), "promised blocks");
        vm.expectRevert(abi.encodeWithSelector(Windows.WindowsTooLong.selector, 6 * uint256(most), most));
        harness.requireWithin(windows, most);
    }

    function testFuzz_NoBlockInsideTheWindowsIsBeyondThePromise(
        WindowsConfig memory windows,
        uint64 readAt,
        uint64 readBlock,
        uint256 later
    ) external view {
        windows.secondsPerBlock = uint16(within(windows.secondsPerBlock, 1, 600));
        uint256 last = harness.slashableUntil(windows, readAt);
        uint256 timestamp = within(later, readAt, last);
        // The most blocks that fit between.
        uint256 number = readBlock + (timestamp - readAt) / windows.secondsPerBlock;
        isTrue(number <= readBlock + harness.promisedBlocks(windows), "block inside the promise");
    }

    function testFuzz_AcceptedWindowsEndBeforeStakeLeaves(WindowsConfig memory windows, uint32 delay) external view {
        // Of such a size that about every second is accepted.
        (windows.lead, windows.validity, windows.grace) = (
            windows.lead % 1e5,
            windows.validity % 1e5,
            windows.grace % 1e5
        );
        (windows.evidence, windows.pause) = (windows.evidence % 1e6, windows.pause % 1e5);
        (windows.margin, windows.secondsPerBlock) = (windows.margin % 1e5, windows.secondsPerBlock % 20);
        (windows.buildBlocks, delay, windows.hubFact) = (windows.buildBlocks % 1e4, delay % 3e5, windows.hubFact % 1e6);
        try harness.requireWithin(windows, delay) {
            uint256 promised = harness.promisedBlocks(windows);
            isTrue(promised < delay, "before stake leaves");
            isTrue(windows.buildBlocks < promised, "stakes are read before the promised block");
            isTrue(
                harness.slashableUntil(windows, 0) <= promised * windows.secondsPerBlock,
                "all seconds are promised"
            );
            uint256 validUntil = harness.validUntil(windows, 0);
            isTrue(validUntil < harness.slashableUntil(windows, 0), "evidence follows speech");
            isTrue(
                validUntil + windows.hubFact < harness.evidenceUntil(windows, validUntil),
                "the last lie about the hub can be judged"
            );
        } catch {}
    }

    function _mainnet() private pure returns (WindowsConfig memory) {
        return
            WindowsConfig({
                lead: 6 hours,
                validity: 1 days,
                grace: 6 hours,
                evidence: 11.5 days,
                pause: 12 hours,
                margin: 6 hours,
                hubFact: 2 hours,
                secondsPerBlock: 12,
                buildBlocks: 256
            });
    }
}
