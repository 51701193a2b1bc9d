// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Assertions} from "../../support/Assertions.sol";
import {HubStage} from "./HubStage.sol";

/// @notice A campaign on the hub: calls of actors at random, each with one number from which everything else follows. After each
/// call the invariant holds; at the end of each run all of the campaign do, and nearly every action has really happened.
abstract contract HubCampaign is Assertions {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev So many actions may fail to come about in a run, because they take hours or chance. A walk leaves out none.
    uint256 private constant MOST_MISSING = 4;
    uint256 private constant STEPS = 256;

    HubStage internal _actors;
    bytes4[] internal _selectors;
    uint256[] internal _numbers;

    error Broken(string invariant_, string what);
    error NeverHappened(string what);

    /// @dev Run by the campaign at the end of each run. Chance may leave out a selector nearly altogether: then a walk goes on from there.
    function afterInvariant() external {
        (, uint256 count) = _missing();
        if (count > MOST_MISSING) _act(uint256(word(77, 0)), STEPS);
        _conclude();
        _requireUnbroken();
        _requireDone(MOST_MISSING);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_actors), _selectors);
    }

    /// @dev What remains to be looked at when nobody acts any more.
    function _conclude() internal virtual {}

    /// @dev As many calls as a run has, always the same, on the hub that the first seed chooses.
    function _walk(uint256 first, uint256 steps) internal {
        _act(first, steps);
        _conclude();
        _requireUnbroken();
        _requireDone(0);
    }

    function _requireDone(uint256 mostMissing) internal view {
        (string memory names, uint256 count) = _missing();
        require(count <= mostMissing, NeverHappened(names));
    }

    function _requireUnbroken() internal view {
        for (uint256 i = 0; i < _numbers.length; ++i) {
            string memory breach = _actors.BOOK().breaches(_numbers[i]);
            require(bytes(breach).length == 0, Broken(string.concat("INV-", vm.toString(_numbers[i])), breach));
        }
    }

    function _act(uint256 first, uint256 steps) private {
        for (uint256 step = 0; step < steps; ++step) {
            uint256 seed = step == 0 ? first : uint256(word(77, step));
            (bool success, bytes memory reason) = address(_actors).call(
                abi.encodeWithSelector(_selectors[(seed >> 8) % _selectors.length], seed)
            );
            if (!success) {
                assembly ("memory-safe") {
                    revert(add(reason, 0x20), mload(reason))
                }
            }
        }
    }

    function _missing() private view returns (string memory missing, uint256 count) {
        string[] memory names = _actors.deeds();
        for (uint256 what = 0; what < names.length; ++what) {
            if (_actors.did(what) != 0) continue;
            missing = string.concat(missing, names[what], " ");
            ++count;
        }
    }
}
