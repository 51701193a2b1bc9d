// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {Interoperable} from "../../contracts/libraries/Interoperable.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice What we write of ERC-7930 is what OpenZeppelin writes.
contract InteroperableTest is Assertions {
    address private constant ACCOUNT = 0x1234567890123456789012345678901234567890;

    function test_AChainIdTakesAsManyBytesAsItNeeds() external pure {
        for (uint256 size = 1; size <= 8; ++size) {
            uint64 most = uint64(2 ** (8 * size) - 1);
            _requirePlain(most, ACCOUNT);
            equal(Interoperable.format(most, ACCOUNT).length, 26 + size, "bytes");
            if (size < 8) _requirePlain(most + 1, ACCOUNT);
        }
        _requirePlain(0, address(0));
    }

    function testFuzz_AddressesAreWrittenAsOpenZeppelinDoes(
        uint64 chainId,
        uint8 shift,
        address account
    ) external pure {
        _requirePlain(chainId >> (shift % 64), account);
    }

    /// @dev Memory that was used before is not zero; frames copy what follows the bytes up to the end of their last word.
    function test_ZerosFillTheLastWordAndMemoryGoesOnBehindIt() external pure {
        for (uint256 size = 1; size <= 8; ++size) {
            uint64 chainId = uint64(2 ** (8 * size) - 1);
            bytes memory plain = InteroperableAddress.formatEvmV1(chainId, ACCOUNT);
            bytes32 required = keccak256(bytes.concat(plain, new bytes(64 - plain.length)));
            assembly ("memory-safe") {
                for {
                    let at := mload(0x40)
                    let end := add(at, 0x80)
                } lt(at, end) {
                    at := add(at, 0x20)
                } {
                    mstore(at, not(0))
                }
            }
            bytes memory formatted = Interoperable.format(chainId, ACCOUNT);
            bytes32 found;
            uint256 taken;
            assembly ("memory-safe") {
                found := keccak256(add(formatted, 0x20), 0x40)
                taken := sub(mload(0x40), formatted)
            }
            equal(found, required, "bytes and zeros");
            equal(taken, 0x60, "memory taken");
        }
    }

    function _requirePlain(uint64 chainId, address account) private pure {
        equal(Interoperable.format(chainId, account), InteroperableAddress.formatEvmV1(chainId, account), "address");
    }
}
