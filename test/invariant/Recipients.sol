// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Book} from "./Book.sol";

/// @notice Writes into the book what it was given.
contract WitnessRecipient is IERC7786Recipient {
    Book internal immutable BOOK;

    constructor(Book book) {
        BOOK = book;
    }

    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable virtual returns (bytes4) {
        BOOK.execute(receiveId, sender, payload, gasleft());
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice A witness that refuses while it is in a bad mood.
contract FickleRecipient is WitnessRecipient {
    error BadMood();

    bool public inBadMood;

    constructor(Book book) WitnessRecipient(book) {}

    function turn() external {
        inBadMood = !inBadMood;
    }

    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable override returns (bytes4) {
        BOOK.execute(receiveId, sender, payload, gasleft());
        require(!inBadMood, BadMood());
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice A witness that first tries to have the very run delivered in which it is called.
contract RedeliveringRecipient is WitnessRecipient {
    bytes private _run;

    constructor(Book book) WitnessRecipient(book) {}

    function plan(bytes calldata run) external {
        _run = run;
    }

    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable override returns (bytes4) {
        uint256 gas = gasleft();
        (bool success, ) = msg.sender.call{gas: gas / 2}(_run);
        BOOK.reentry(success);
        BOOK.execute(receiveId, sender, payload, gas);
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice Does everything a message asks, answers its sender through the gateway, and then returns the wrong selector.
contract TurncoatRecipient is WitnessRecipient {
    constructor(Book book) WitnessRecipient(book) {}

    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable override returns (bytes4) {
        BOOK.execute(receiveId, sender, payload, gasleft());
        IERC7786GatewaySource(msg.sender).sendMessage(sender, payload, new bytes[](0));
        return 0xdeadbeef;
    }
}
