// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title HalfSuccessRecipient
/// @notice Does all that a message asks, writes and sends an answer through the gateway, and only then fails in the way it
/// was told. Nothing of it may remain.
contract HalfSuccessRecipient is IERC7786Recipient {
    /// @notice How it ends.
    enum End {
        Accepts,
        AnswersWrongSelector,
        AnswersShort,
        Reverts,
        RunsOutOfGas
    }

    /// @notice A message had its effect.
    event Effected(bytes32 receiveId);

    /// @notice The failure that was asked for.
    error HalfDone(uint256 count);

    /// @notice Messages that had an effect.
    uint256 public count;

    /// @notice How the next message ends.
    End public end;

    /// @notice Says how the next messages end.
    function endWith(End next) external {
        end = next;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable returns (bytes4) {
        ++count;
        emit Effected(receiveId);
        IERC7786GatewaySource(msg.sender).sendMessage(sender, payload, new bytes[](0));

        End chosen = end;
        if (chosen == End.Reverts) revert HalfDone(count);
        if (chosen == End.AnswersWrongSelector) return bytes4(0xdeadbeef);
        bytes32 selector = IERC7786Recipient.receiveMessage.selector;
        if (chosen == End.AnswersShort) {
            assembly ("memory-safe") {
                mstore(0, selector)
                return(0, 4)
            }
        }
        if (chosen == End.RunsOutOfGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        return IERC7786Recipient.receiveMessage.selector;
    }
}
