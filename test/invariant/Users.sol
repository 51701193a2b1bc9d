// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {Status} from "../../contracts/libraries/Status.sol";
import {Gateway} from "../../contracts/rollup/Gateway.sol";
import {Book} from "./Book.sol";
import {FickleRecipient} from "./Recipients.sol";
import {Stage} from "./Stage.sol";

/// @notice Those who send, those who receive, the sources' directories, and time.
abstract contract Users is Stage {
    /// @notice Somebody sends a message; sources and recipients take turns.
    function send(uint256 from, uint256 seed, uint256 size, uint256 deadline) external onGamma {
        uint256 turn = _did[Did.Send]++;
        Sent memory sent = _draft(from, turn, _payload(seed, size % 150));
        sent.gasLimit += uint32(seed % 500_000);
        if (deadline % 3 == 0) sent.deliverBefore = uint64(_now + (deadline % 20 minutes));
        _send(turn % 2, sent);
    }

    /// @notice Time passes.
    function pass(uint256 duration) external {
        // Mostly minutes, seldom hours.
        _now += 1 + (duration % 16 == 0 ? duration % 8 hours : duration % 20 minutes);
        ++_did[Did.Pass];
    }

    /// @dev Somebody sends value, in every way there is.
    function _sendValue(uint256 s, uint256 value) internal {
        (uint64 chain, Gateway gateway) = _source(s);
        value = within(value, 1, 1 ether);
        vm.deal(address(this), 3 ether);
        bytes memory to = InteroperableAddress.formatEvmV1(GAMMA, _recipients[0]);
        bytes[3] memory calls = [
            bytes(""),
            abi.encodeCall(IERC7786GatewaySource.sendMessage, (to, "", new bytes[](0))),
            abi.encodeCall(IERC7786GatewaySource.supportsAttribute, (bytes4(0)))
        ];
        vm.chainId(chain);
        for (uint256 i = 0; i < 3; ++i) {
            (bool success, ) = address(gateway).call{value: value}(calls[i]);
            if (success) BOOK.breach(7, "a gateway took ether");
        }
        vm.chainId(GAMMA);
        ++_did[Did.SendValue];
    }

    /// @dev The fickle recipient changes its mood.
    function _turn() internal {
        FickleRecipient(_recipients[FICKLE]).turn();
        ++_did[Did.Turn];
    }

    /// @dev A source's directory replaces the destination's gateway for some messages, and takes the old one back.
    function _detour(uint256 s, uint256 seed) internal {
        _repoint(s);
        for (uint256 i = 0; i <= seed % 3; ++i) _send(s, _draft(seed, i, "to the decoy"));
        _repoint(s);
        ++_did[Did.Repoint];
    }

    function _repoint(uint256 s) private {
        _pointsToDecoy[s] = !_pointsToDecoy[s];
        (uint64 chain, Gateway gateway) = _source(s);
        address destination = _pointsToDecoy[s] ? DECOY : address(_gamma.gateway);
        vm.chainId(chain);
        vm.prank(address(_sources[s].directory));
        gateway.copyEntry(GAMMA, destination, 1, Status.ACTIVE, true);
        vm.chainId(GAMMA);
    }

    /// @dev Sends, and fills in what the lane makes of it.
    function _send(uint256 s, Sent memory sent) internal {
        uint256 lane = _pointsToDecoy[s] ? s + 2 : s;
        address recipient = _recipients[sent.kind];
        (uint64 chain, Gateway gateway) = _source(s);
        bytes memory to = InteroperableAddress.formatEvmV1(GAMMA, recipient);
        bytes[] memory attributes = _attributes(sent);
        vm.chainId(chain);
        vm.prank(sent.sender);
        sent.id = gateway.sendMessage(to, sent.payload, attributes);
        vm.chainId(GAMMA);

        bytes32 senderHash = keccak256(InteroperableAddress.formatEvmV1(chain, sent.sender));
        BOOK.send(
            sent.id,
            Book.Sent(recipient, sent.gasLimit, sent.deliverBefore, senderHash, keccak256(sent.payload))
        );
        sent.head = _nextHead(lane, sent.id);
        _lanes[lane].push(sent);
        _ids[lane].push(sent.id);
        _checkLane(lane);
        if (_lanes[lane].length % 256 == 1 && _lanes[lane].length > 256) ++_did[Did.CrossPage];
    }

    function _draft(uint256 from, uint256 kind, bytes memory payload) internal pure returns (Sent memory sent) {
        sent.sender = address(uint160(0x5e4de4 + (from % 3)));
        sent.kind = uint8(kind % KINDS);
        // Enough to deliver a neighbour from within.
        sent.gasLimit = _redelivers(sent.kind) ? 2_500_000 : 150_000;
        sent.payload = payload;
    }

    function _attributes(Sent memory sent) private pure returns (bytes[] memory attributes) {
        attributes = new bytes[](sent.deliverBefore == 0 ? 1 : 2);
        attributes[0] = abi.encodeWithSignature("minGasLimit(uint256)", sent.gasLimit);
        if (sent.deliverBefore != 0) {
            attributes[1] = abi.encodeWithSignature("deliverBefore(uint256)", sent.deliverBefore);
        }
    }

    function _payload(uint256 seed, uint256 size) internal pure returns (bytes memory payload) {
        payload = new bytes(size);
        for (uint256 i = 0; i < size; i += 32) {
            bytes32 part = word(seed, i);
            for (uint256 j = i; j < size && j < i + 32; ++j) payload[j] = part[j - i];
        }
    }
}
