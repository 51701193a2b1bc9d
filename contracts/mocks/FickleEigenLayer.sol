// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IKeyRegistrar} from "../interfaces/eigenlayer/IKeyRegistrar.sol";

/// @title FickleEigenLayer
/// @notice Stands where EigenLayer's contracts are asked for keys and stake, and answers whatever bytes it was told, or badly.
contract FickleEigenLayer {
    /// @notice How an answer is given.
    enum Manner {
        Return,
        Revert,
        Burn,
        Labour
    }

    /// @notice An answer.
    struct Answer {
        Manner manner;
        bytes data;
    }

    /// @notice It was told to revert.
    error Fickle();

    /// @dev What an answer takes that is given with labour: almost all of what one question may take.
    uint256 private constant KEY_LABOUR = 140_000;
    uint256 private constant STAKE_LABOUR = 430_000;

    mapping(bytes32 question => Answer answer) private _answers;
    mapping(bytes4 selector => Answer answer) private _defaults;

    /// @notice Answers a whole question.
    fallback(bytes calldata question) external returns (bytes memory) {
        Answer memory answer = _answers[keccak256(question)];
        if (answer.manner == Manner.Return && answer.data.length == 0) answer = _defaults[bytes4(question)];
        require(answer.manner != Manner.Revert, Fickle());
        if (answer.manner == Manner.Burn) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        uint256 before = gasleft();
        uint256 labour = bytes4(question) == IKeyRegistrar.getBN254Key.selector ? KEY_LABOUR : STAKE_LABOUR;
        while (answer.manner == Manner.Labour && before - gasleft() < labour) {}
        return answer.data;
    }

    /// @notice Tells what to answer to exactly this question.
    function tell(bytes calldata question, Manner manner, bytes calldata data) external {
        _answers[keccak256(question)] = Answer(manner, data);
    }

    /// @notice Tells what to answer to all other questions of this selector.
    function tellAll(bytes4 selector, Manner manner, bytes calldata data) external {
        _defaults[selector] = Answer(manner, data);
    }
}
