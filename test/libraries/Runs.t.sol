// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Run} from "../../contracts/interfaces/IInbox.sol";
import {Messages} from "../../contracts/libraries/Messages.sol";
import {PageTree} from "../../contracts/libraries/PageTree.sol";
import {Statements} from "../../contracts/libraries/Statements.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Proves a run with the libraries, as an inbox at the page's destination does.
contract RunsHarness {
    function prove(Run calldata run, bytes32 statementsRoot) external pure returns (bytes32[] memory, bytes32 root) {
        Statements.requireInBatch(Statements.leaf(run.page), run.batchProof, statementsRoot);
        bytes32[] memory ids = _ids(run);
        // Proving overwrites what it is given.
        return (_ids(run), PageTree.rootOfRun(ids, run.firstIndex, run.rangeProof));
    }

    function _ids(Run calldata run) private pure returns (bytes32[] memory ids) {
        Messages.Preimage memory preimage = Messages.Preimage({
            typeHash: Messages.MESSAGE_TYPEHASH,
            sourceChainId: run.page.sourceChainId,
            sourceGateway: run.page.sourceGateway,
            destinationChainId: run.page.destinationChainId,
            destinationGateway: run.page.destinationGateway,
            nonce: uint256(run.page.pageIndex) * PageTree.PAGE_SIZE + run.firstIndex,
            sender: address(0),
            recipient: address(0),
            gasLimit: 0,
            deliverBefore: 0,
            payloadHash: 0
        });
        bytes32[] memory found = new bytes32[](PageTree.PAGE_SIZE);
        uint256 count = 0;
        for (uint256 offset = 0; offset < run.messages.length; ++preimage.nonce) {
            bytes calldata payload;
            (payload, offset) = Messages.read(run.messages, offset, preimage);
            preimage.payloadHash = Messages.hashOf(payload);
            found[count++] = Messages.hash(preimage);
        }
        ids = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) ids[i] = found[i];
    }
}

contract RunsTest is Assertions {
    RunsHarness private immutable harness = new RunsHarness();

    function test_RunsOnBothSidesOfAPageBorderAreProven() external {
        string memory json = vectors("pages.json");
        uint256 count = vm.parseJsonUint(json, ".runsCount");
        isTrue(count != 0, "runs");
        for (uint256 i = 0; i < count; ++i) {
            Run memory run = abi.decode(vm.parseJsonBytes(json, path("runs", i, "run")), (Run));
            bytes32 statementsRoot = vm.parseJsonBytes32(json, path("runs", i, "statementsRoot"));
            bytes32 pageRoot = vm.parseJsonBytes32(json, path("runs", i, "pageRoot"));
            bytes32[] memory required = vm.parseJsonBytes32Array(json, path("runs", i, "ids"));
            (bytes32[] memory ids, bytes32 root) = harness.prove(run, statementsRoot);
            equal(abi.encode(ids), abi.encode(required), "ids");
            equal(root, pageRoot, "page root");

            // Any other lane, place or payload is another page.
            bytes1 last = run.messages[run.messages.length - 1];
            run.messages[run.messages.length - 1] = last ^ 0x01;
            _requireRefused(run, statementsRoot, pageRoot);
            run.messages[run.messages.length - 1] = last;
            ++run.firstIndex;
            _requireRefused(run, statementsRoot, pageRoot);
            --run.firstIndex;
            ++run.page.pageIndex;
            _requireRefused(run, statementsRoot, pageRoot);
        }
    }

    function _requireRefused(Run memory run, bytes32 statementsRoot, bytes32 pageRoot) private {
        (bool success, bytes memory returned) = address(harness).call(
            abi.encodeCall(harness.prove, (run, statementsRoot))
        );
        if (!success) return;
        (, bytes32 root) = abi.decode(returned, (bytes32[], bytes32));
        isTrue(root != pageRoot, "a changed run leads to the page's root");
    }
}
