// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IArbSys} from "../../interfaces/orbit/IArbSys.sol";

/// @title ArbSysDouble
/// @notice A double of Arbitrum's precompile: it numbers messages to the hub, tells them as that does, and remembers the last one.
/// @dev The block of the hub that the rollup knows is the rollup's own here.
contract ArbSysDouble is IArbSys {
    /// @notice Who sent the last message.
    address public sender;

    /// @notice Where it goes.
    address public destination;

    /// @notice What it says.
    bytes public data;

    /// @notice What it carries.
    uint256 public value;

    /// @notice Messages sent so far.
    uint256 public count;

    /// @notice A message is on its way; `hash` is the item of the tree whose root is confirmed on the hub.
    event L2ToL1Tx(
        address caller,
        address indexed destination,
        uint256 indexed hash,
        uint256 indexed position,
        uint256 arbBlockNum,
        uint256 ethBlockNum,
        uint256 timestamp,
        uint256 callvalue,
        bytes data
    );

    /// @inheritdoc IArbSys
    function sendTxToL1(address destination_, bytes calldata data_) external payable returns (uint256 position) {
        (sender, destination, data, value) = (msg.sender, destination_, data_, msg.value);
        position = count++;
        emit L2ToL1Tx({
            caller: msg.sender,
            destination: destination_,
            hash: uint256(
                keccak256(
                    abi.encodePacked(
                        msg.sender,
                        destination_,
                        block.number,
                        block.number,
                        block.timestamp,
                        msg.value,
                        data_
                    )
                )
            ),
            position: position,
            arbBlockNum: block.number,
            ethBlockNum: block.number,
            timestamp: block.timestamp,
            callvalue: msg.value,
            data: data_
        });
    }
}
