// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Assertions} from "../support/Assertions.sol";
import {Actors} from "./Actors.sol";
import {Relayers} from "./Relayers.sol";
import {Stage} from "./Stage.sol";
import {Users} from "./Users.sol";

/// @notice A campaign: calls of actors at random. After each call the invariant of the test's number holds; at the end of
/// each run all of them do, and every action has really happened.
abstract contract Campaign is Assertions {
    error Broken(string invariant_, string what);
    error NeverHappened(string what);

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant INVARIANTS = 7;

    Actors internal _actors;

    modifier holds(uint256 number) {
        _;
        _requireUnbroken(number);
    }

    /// @dev Run by the campaign at the end of each run. What chance left out, a walk does from there.
    function afterInvariant() external {
        if (bytes(_missing()).length != 0) _walk(256);
        _requireAllDone();
        for (uint256 number = 1; number <= INVARIANTS; ++number) _requireUnbroken(number);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0].addr = address(_actors);
        bytes4[8] memory selectors = [
            Users.send.selector,
            Users.pass.selector,
            Relayers.deliver.selector,
            Relayers.confirm.selector,
            Relayers.deliverConfirmed.selector,
            Relayers.replay.selector,
            Actors.change.selector,
            Actors.lie.selector
        ];
        targets[0].selectors = new bytes4[](selectors.length);
        for (uint256 i = 0; i < selectors.length; ++i) targets[0].selectors[i] = selectors[i];
    }

    /// @dev As many calls as a run has, always the same.
    function _walk(uint256 steps) internal {
        for (uint256 step = 0; step < steps; ++step) {
            uint256 seed = uint256(word(77, step));
            (uint256 a, uint256 b, uint256 c, uint256 d) = (seed >> 8, seed >> 16, seed >> 24, seed >> 32);
            uint256 action = seed % 8;
            if (action == 0) _actors.send(a, b, c, d);
            else if (action == 1) _actors.pass(a);
            else if (action == 2) _actors.deliver(a, b, c, d, seed >> 40, uint32(seed >> 48));
            else if (action == 3) _actors.confirm(a, b, c, d, seed >> 40);
            else if (action == 4) _actors.deliverConfirmed(a);
            else if (action == 5) _actors.replay(a);
            else if (action == 6) _actors.change(a);
            else _actors.lie(a, b, c, d, seed >> 40);
        }
    }

    function _requireAllDone() internal view {
        string memory missing = _missing();
        require(bytes(missing).length == 0, NeverHappened(missing));
    }

    function _requireUnbroken(uint256 number) internal view {
        string memory breach = _actors.BOOK().breaches(number);
        require(bytes(breach).length == 0, Broken(string.concat("INV-", vm.toString(number)), breach));
    }

    function _missing() private view returns (string memory missing) {
        for (uint256 what = 0; what <= uint256(type(Stage.Did).max); ++what) {
            if (_actors.did(Stage.Did(what)) == 0) missing = string.concat(missing, "action ", vm.toString(what), " ");
        }
        for (uint256 kind = 0; kind <= uint256(type(Actors.Lie).max); ++kind) {
            if (_actors.told(Actors.Lie(kind)) == 0) missing = string.concat(missing, "lie ", vm.toString(kind), " ");
        }
    }
}
