// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Notices} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {HubCampaign} from "./HubCampaign.sol";
import {HubStage} from "./HubStage.sol";
import {Judges} from "./Judges.sol";
import {Sources} from "./Sources.sol";

/// @dev Campaigns only know contracts of the test's own file.
contract RefutedActors is Judges {
    constructor() HubStage(Notices(60, 60, 60, 60, 60, 60), 1e18) {}

    function deeds() external pure override returns (string[] memory names) {
        names = new string[](uint256(type(Did).max) + 1);
        for (uint256 i = 0; i < names.length; ++i) names[i] = string.concat("action ", vm.toString(i));
    }
}

/// @notice An honest source and one that lies about itself, honest operators and liars, the court, and pauses.
contract RefutedTest is HubCampaign {
    function setUp() external {
        _actors = new RefutedActors();
        _numbers = [12, 13, 16, 18];
        _selectors = [
            Judges.pass.selector,
            Sources.speak.selector,
            Judges.accuse.selector,
            Judges.judge.selector,
            Judges.adjust.selector
        ];
    }

    function invariant_16_18_ASourcesWordTakesWhatItAnnouncedAndPausesMoveNoClock() external view {
        _requireUnbroken();
    }

    function test_AWalkDoesEverythingThatActorsCanDo() external {
        _walk(1, 256);
    }

    function test_AWalkDoesEverythingOnTheOlderRelease() external {
        _walk(2, 256);
    }
}
