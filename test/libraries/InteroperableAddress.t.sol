// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {Assertions} from "../support/Assertions.sol";

/// @notice ERC-7930 is OpenZeppelin's in Solidity and ours in TypeScript: the vectors hold both to the same bytes.
contract InteroperableAddressTest is Assertions {
    uint256 private constant VALID = 6;

    function test_PartsAndBytesAreThoseOfTheVectors() external view {
        string memory json = vectors("erc7930.json");
        for (uint256 i = 0; i < VALID; ++i) {
            bytes memory binary = vm.parseJsonBytes(json, path("valid", i, "binary"));
            bytes memory chain = vm.parseJsonBytes(json, path("valid", i, "reference"));
            bytes memory account = vm.parseJsonBytes(json, path("valid", i, "address"));
            bytes2 chainType = bytes2(vm.parseJsonBytes(json, path("valid", i, "chainType")));
            equal(InteroperableAddress.formatV1(chainType, chain, account), binary, "bytes");
            (bytes2 foundType, bytes memory foundReference, bytes memory foundAccount) = InteroperableAddress.parseV1(
                binary
            );
            equal(bytes32(foundType), bytes32(chainType), "chain type");
            equal(foundReference, chain, "reference");
            equal(foundAccount, account, "address");
        }
    }

    function test_RefusesTheInvalidOnesOfTheVectors() external view {
        string memory json = vectors("erc7930.json");
        string[] memory names = vm.parseJsonKeys(json, ".invalid");
        isTrue(names.length == 5, "five of them");
        for (uint256 i = 0; i < names.length; ++i) {
            (bool parsed, , , ) = InteroperableAddress.tryParseV1(_named(json, "invalid", names[i]));
            isTrue(!parsed, names[i]);
        }
        names = vm.parseJsonKeys(json, ".invalidEvm");
        isTrue(names.length == 2, "two of them");
        for (uint256 i = 0; i < names.length; ++i) {
            (bool parsed, , ) = InteroperableAddress.tryParseEvmV1(_named(json, "invalidEvm", names[i]));
            isTrue(!parsed, names[i]);
        }
    }

    function testFuzz_AccountsOfEvmChainsComeBack(uint64 chainId, address account) external pure {
        (uint256 foundChainId, address found) = InteroperableAddress.parseEvmV1(
            InteroperableAddress.formatEvmV1(chainId, account)
        );
        equal(foundChainId, chainId, "chain id");
        equal(found, account, "account");
    }

    function _named(string memory json, string memory list, string memory name) private pure returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(".", list, "['", name, "']"));
    }
}
