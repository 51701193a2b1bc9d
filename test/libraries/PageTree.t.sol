// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PageTree} from "../../contracts/libraries/PageTree.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library calldata.
contract PageTreeHarness {
    function rootOfRun(
        bytes32[] memory leaves,
        uint256 firstIndex,
        bytes32[] calldata siblings
    ) external pure returns (bytes32) {
        return PageTree.rootOfRun(leaves, firstIndex, siblings);
    }
}

/// @notice The plain twin: a whole page in memory, all 256 leaves hashed recursively.
abstract contract PlainPage is Assertions {
    /// @dev The node over leaves `first` to `first + width − 1`, of which those from `count` on are empty.
    function node(
        bytes32[] memory leaves,
        uint256 first,
        uint256 width,
        uint256 count
    ) internal pure returns (bytes32) {
        if (width == 1) return first < count ? leaves[first] : bytes32(0);
        uint256 half = width / 2;
        return keccak256(abi.encodePacked(node(leaves, first, half, count), node(leaves, first + half, half, count)));
    }

    /// @dev The siblings of a run: from the leaves up, the left one if it begins odd, then the right one if it ends even.
    function proofOf(
        bytes32[] memory leaves,
        uint256 count,
        uint256 first,
        uint256 width
    ) internal pure returns (bytes32[] memory proof) {
        bytes32[] memory found = new bytes32[](16);
        uint256 size = 0;
        uint256 last = first + width - 1;
        for (uint256 span = 1; span < 256; span *= 2) {
            if (first % 2 == 1) found[size++] = node(leaves, (first - 1) * span, span, count);
            if (last % 2 == 0) found[size++] = node(leaves, (last + 1) * span, span, count);
            first /= 2;
            last /= 2;
        }
        proof = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) proof[i] = found[i];
    }

    function slice(bytes32[] memory words, uint256 first, uint256 width) internal pure returns (bytes32[] memory part) {
        part = new bytes32[](width);
        for (uint256 i = 0; i < width; ++i) part[i] = words[first + i];
    }

    function leavesOf(uint256 seed) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](256);
        for (uint256 i = 0; i < 256; ++i) leaves[i] = word(seed, i);
    }
}

contract PageTreeTest is PlainPage {
    struct RangeCase {
        uint256 count;
        uint256 firstIndex;
        uint256 length;
        bytes32[] proof;
        bytes32 root;
    }

    struct Honest {
        bytes32[] run;
        uint256 first;
        bytes32[] proof;
        bytes32 root;
    }

    struct RootCase {
        bytes32 chainHead;
        uint256 count;
        bytes32 root;
    }

    PageTreeHarness private immutable harness = new PageTreeHarness();

    function test_RangesOfTheVectorsLeadToTheirRoots() external view {
        string memory json = vectors("pages.json");
        bytes32[] memory leaves = vm.parseJsonBytes32Array(json, ".leaves");
        RangeCase[] memory cases = abi.decode(
            vm.parseJsonTypeArray(
                json,
                ".ranges",
                "RangeCase(uint256 count,uint256 firstIndex,uint256 length,bytes32[] proof,bytes32 root)"
            ),
            (RangeCase[])
        );
        equal(cases.length, vm.parseJsonUint(json, ".rangesCount"), "ranges");
        for (uint256 i = 0; i < cases.length; ++i) {
            RangeCase memory given = cases[i];
            bytes32[] memory run = slice(leaves, given.firstIndex, given.length);
            equal(harness.rootOfRun(run, given.firstIndex, given.proof), given.root, "root");
        }
    }

    function test_PlainRootsAreThoseOfTheVectors() external view {
        string memory json = vectors("pages.json");
        bytes32[] memory leaves = vm.parseJsonBytes32Array(json, ".leaves");
        RootCase[] memory cases = abi.decode(
            vm.parseJsonTypeArray(json, ".roots", "RootCase(bytes32 chainHead,uint256 count,bytes32 root)"),
            (RootCase[])
        );
        equal(cases.length, vm.parseJsonUint(json, ".rootsCount"), "roots");
        for (uint256 i = 0; i < cases.length; ++i) {
            equal(node(leaves, 0, 256, cases[i].count), cases[i].root, "root");
        }
    }

    function test_AWholePageNeedsNoSibling() external view {
        bytes32[] memory leaves = leavesOf(1);
        equal(harness.rootOfRun(leaves, 0, new bytes32[](0)), node(leaves, 0, 256, 256), "root");
    }

    function test_AnEmptyPageHasTheRootOfEmptyLeaves() external view {
        bytes32 empty = bytes32(0);
        for (uint256 level = 0; level < PageTree.DEPTH; ++level) empty = keccak256(abi.encodePacked(empty, empty));
        equal(harness.rootOfRun(new bytes32[](256), 0, new bytes32[](0)), empty, "root");
        equal(vm.parseJsonBytes32Array(vectors("pages.json"), ".emptyNodes")[8], empty, "TypeScript's root");
    }

    function test_RefusesAnEmptyRun() external {
        vm.expectRevert(PageTree.EmptyRun.selector);
        harness.rootOfRun(new bytes32[](0), 0, new bytes32[](0));
    }

    function test_RefusesARunBeyondThePage() external {
        vm.expectRevert(abi.encodeWithSelector(PageTree.RunBeyondPage.selector, 257, 256));
        harness.rootOfRun(new bytes32[](2), 255, new bytes32[](8));
        vm.expectRevert(abi.encodeWithSelector(PageTree.RunBeyondPage.selector, 257, 256));
        harness.rootOfRun(new bytes32[](257), 0, new bytes32[](0));
        vm.expectRevert(abi.encodeWithSelector(PageTree.RunBeyondPage.selector, 257, 256));
        harness.rootOfRun(new bytes32[](1), 256, new bytes32[](8));
    }

    /// hardhat-config: fuzz.runs = 500
    function testFuzz_AnyRunLeadsToThePlainRoot(
        uint256 seed,
        uint256 count,
        uint256 first,
        uint256 width
    ) external view {
        Honest memory honest = _honest(seed, count, first, width);
        equal(harness.rootOfRun(honest.run, honest.first, honest.proof), honest.root, "root");
    }

    function testFuzz_RefusesOneSiblingMoreOrLess(uint256 first, uint256 width) external {
        first = within(first, 0, 255);
        width = within(width, 1, 256 - first);
        uint256 required = proofOf(new bytes32[](0), 0, first, width).length;
        bytes32[] memory run = new bytes32[](width);
        _expectLength(required + 1, required);
        harness.rootOfRun(run, first, new bytes32[](required + 1));
        if (required == 0) return;
        _expectLength(required - 1, required);
        harness.rootOfRun(run, first, new bytes32[](required - 1));
    }

    /// hardhat-config: fuzz.runs = 300
    function testFuzz_NoCorruptionNorPairOfThemProvesARun(
        uint256 seed,
        uint256 count,
        uint256 first,
        uint256 width,
        uint8[2] calldata kinds,
        uint256[2] calldata places
    ) external view {
        Honest memory given = _honest(seed, count, first, width);
        bytes memory honest = abi.encodeCall(harness.rootOfRun, (given.run, given.first, given.proof));
        // Each kind alone, then the given pair.
        for (uint8 kind = 0; kind < 7; ++kind) _requireRefused(given.root, honest, _corrupt(honest, kind, places[0]));
        bytes memory once = _corrupt(honest, kinds[0], places[0]);
        _requireRefused(given.root, honest, _corrupt(once, kinds[1], places[1]));
    }

    /// @dev A page of `count` leaves, a run of it and its siblings.
    function _honest(uint256 seed, uint256 count, uint256 first, uint256 width) private pure returns (Honest memory) {
        bytes32[] memory leaves = leavesOf(seed);
        count = within(count, 1, 256);
        first = within(first, 0, count - 1);
        width = within(width, 1, count - first);
        return
            Honest(
                slice(leaves, first, width),
                first,
                proofOf(leaves, count, first, width),
                node(leaves, 0, 256, count)
            );
    }

    function _corrupt(bytes memory honest, uint8 kind, uint256 at) private pure returns (bytes memory) {
        bytes memory arguments = new bytes(honest.length - 4);
        for (uint256 i = 0; i < arguments.length; ++i) arguments[i] = honest[i + 4];
        (bytes32[] memory run, uint256 first, bytes32[] memory proof) = abi.decode(
            arguments,
            (bytes32[], uint256, bytes32[])
        );
        kind %= 7;
        if (kind == 0) run[at % run.length] ^= bytes32(uint256(1) << (at % 256));
        if (kind == 1) first = at % 256;
        if (kind == 2) proof = _resized(proof, proof.length + 1);
        if (kind == 6) run = _resized(run, 1 + (at % 256));
        if (proof.length != 0) {
            uint256 one = at % proof.length;
            uint256 next = (one + 1) % proof.length;
            if (kind == 3) proof = _resized(proof, proof.length - 1);
            if (kind == 4) proof[one] ^= bytes32(uint256(1) << (at % 256));
            if (kind == 5) (proof[one], proof[next]) = (proof[next], proof[one]);
        }
        return abi.encodeCall(PageTreeHarness.rootOfRun, (run, first, proof));
    }

    function _resized(bytes32[] memory words, uint256 size) private pure returns (bytes32[] memory resized) {
        resized = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) resized[i] = i < words.length ? words[i] : bytes32(i);
    }

    /// @dev Refused means: a revert, or another root; a corruption that changed nothing is none.
    function _requireRefused(bytes32 root, bytes memory honest, bytes memory corrupted) private view {
        if (keccak256(corrupted) == keccak256(honest)) return;
        (bool success, bytes memory returned) = address(harness).staticcall(corrupted);
        isTrue(!success || abi.decode(returned, (bytes32)) != root, "a corrupted proof leads to the root");
    }

    function _expectLength(uint256 found, uint256 required) private {
        vm.expectRevert(abi.encodeWithSelector(PageTree.RangeProofLength.selector, found, required));
    }
}
