// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Notices} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {Collectors} from "./Collectors.sol";
import {Framers} from "./Framers.sol";
import {Histories} from "./Histories.sol";
import {HubCampaign} from "./HubCampaign.sol";
import {HubStage} from "./HubStage.sol";
import {Liars} from "./Liars.sol";
import {Watchers} from "./Watchers.sol";

/// @dev Campaigns only know contracts of the test's own file. A full fault takes a third, so that liars can pay for many.
contract JusticeActors is Collectors {
    constructor() HubStage(Notices(60, 60, 60, 60, 60, 60), 333_333_333_333_333_333) {}

    function deeds() external pure override returns (string[] memory names) {
        names = new string[](uint256(type(Did).max) + 1);
        for (uint256 i = 0; i < names.length; ++i) names[i] = string.concat("action ", vm.toString(i));
    }
}

/// @notice Honest operators, liars, everybody who accuses them, and the vault that receives what they pay.
contract JusticeTest is HubCampaign {
    function setUp() external {
        _actors = new JusticeActors();
        _numbers = [12, 13, 14, 15];
        _selectors = [
            Histories.pass.selector,
            Histories.speak.selector,
            Histories.operate.selector,
            Liars.lie.selector,
            Watchers.punish.selector,
            Framers.frame.selector,
            Collectors.collect.selector
        ];
    }

    function invariant_12_13_14_15_LiarsPayOnceTheHonestNeverAndTheVaultBooksIt() external view {
        _requireUnbroken();
    }

    function test_AWalkDoesEverythingThatActorsCanDo() external {
        _walk(1, 256);
    }

    function test_AWalkDoesEverythingOnTheOlderRelease() external {
        _walk(2, 256);
    }

    function _conclude() internal override {
        JusticeActors(address(_actors)).settle();
    }
}
