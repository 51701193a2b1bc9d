// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../../../contracts/interfaces/ICertificateVerifier.sol";
import {IdealVerifier} from "../../../contracts/mocks/IdealVerifier.sol";
import {Assertions} from "../../support/Assertions.sol";
import {Brakes} from "./Brakes.sol";
import {Committee, IdealCommittee} from "../Committees.sol";
import {Stage} from "../Stage.sol";
import {Users} from "../Users.sol";

/// @dev Campaigns only know contracts of the test's own file.
contract HealingActors is Brakes {
    constructor(ICertificateVerifier verifier, Committee[2] memory committees) Stage(verifier, committees) {}
}

/// @notice Brakes are pulled and let go at random; when all are let go, nothing that was sent is lost.
contract HealingTest is Assertions {
    error Broken(string invariant_, string what);
    error NeverHappened(string what);

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    HealingActors private _actors;

    function setUp() external {
        IdealVerifier verifier = new IdealVerifier(1, address(0x5e41ce));
        Committee[2] memory committees = [Committee(new IdealCommittee(verifier, 0)), new IdealCommittee(verifier, 1)];
        _actors = new HealingActors(verifier, committees);
    }

    function invariant_17_NoMessageIsLostByBrakesAndEachIsDeliveredOnce() external view {
        _requireUnbroken();
    }

    function test_AWalkDoesEverythingThatActorsCanDo() external {
        _walk();
        _conclude();
    }

    /// @dev Run by the campaign at the end of each run. What chance left out, a walk does from there.
    function afterInvariant() external {
        if (bytes(_missing()).length != 0) _walk();
        _conclude();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_actors), new bytes4[](4));
        bytes4[4] memory selectors = [
            Brakes.post.selector,
            Brakes.carry.selector,
            Brakes.brake.selector,
            Users.pass.selector
        ];
        for (uint256 i = 0; i < 4; ++i) targets[0].selectors[i] = selectors[i];
    }

    function _walk() private {
        for (uint256 step = 0; step < 256; ++step) {
            uint256 seed = uint256(word(78, step));
            (uint256 a, uint256 b, uint256 c, uint256 d) = (seed >> 8, seed >> 16, seed >> 24, seed >> 32);
            uint256 action = seed % 4;
            if (action == 0) _actors.post(a, b);
            else if (action == 1) _actors.carry(a, b, c, d);
            else if (action == 2) _actors.brake(a);
            else _actors.pass(a);
        }
    }

    function _conclude() private {
        _actors.settle();
        _requireUnbroken();
        string memory missing = _missing();
        require(bytes(missing).length == 0, NeverHappened(missing));
    }

    function _missing() private view returns (string memory missing) {
        for (uint256 what = 0; what <= uint256(type(Brakes.Braked).max); ++what) {
            if (_actors.braked(Brakes.Braked(what)) == 0) missing = string.concat(missing, vm.toString(what), " ");
        }
    }

    function _requireUnbroken() private view {
        for (uint256 number = 1; number <= 17; ++number) {
            string memory breach = _actors.BOOK().breaches(number);
            require(bytes(breach).length == 0, Broken(string.concat("INV-", vm.toString(number)), breach));
        }
    }
}
