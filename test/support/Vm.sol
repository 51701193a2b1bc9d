// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The cheat codes that our tests use.
interface Vm {
    function assume(bool condition) external pure;
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function chainId(uint256 chainId) external;
    function deal(address account, uint256 balance) external;
    function prank(address sender) external;
    function etch(address account, bytes calldata code) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
    function clearMockedCalls() external;

    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata revertData) external;

    function readFile(string calldata path) external view returns (string memory);
    function toString(uint256 value) external pure returns (string memory);

    function parseJsonKeys(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);

    /// @dev Reads a list of objects as structs, field by field by name; numbers may be decimal strings.
    /// @param description The struct as EIP-712 writes it: `Name(type field,…)`.
    function parseJsonTypeArray(
        string calldata json,
        string calldata key,
        string calldata description
    ) external pure returns (bytes memory);
}
