// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Notices} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {Followers} from "./Followers.sol";
import {HubCampaign} from "./HubCampaign.sol";
import {HubStage} from "./HubStage.sol";
import {Probers} from "./Probers.sol";

/// @dev Campaigns only know contracts of the test's own file.
contract TablesActors is Followers {
    constructor() HubStage(Notices(2 days, 7 days, 30 days, 7 days, 1 hours, 17 days), 1e18) {}

    function deeds() external pure override returns (string[] memory names) {
        names = new string[](uint256(type(Did).max) + 1);
        for (uint256 i = 0; i < names.length; ++i) names[i] = string.concat("action ", vm.toString(i));
    }
}

/// @notice Tables, the stake behind them, and the rollups that follow them.
contract TablesTest is HubCampaign {
    function setUp() external {
        _actors = new TablesActors();
        _numbers = [8, 9, 10];
        _selectors = [
            Probers.pass.selector,
            Probers.move.selector,
            Probers.shape.selector,
            Probers.build.selector,
            Probers.probe.selector,
            Followers.install.selector,
            Followers.certify.selector,
            Followers.sleep.selector
        ];
    }

    function invariant_8_9_10_TablesAreSumsOfStakeThatStaysAndExpire() external view {
        _requireUnbroken();
    }

    function test_AWalkDoesEverythingThatActorsCanDo() external {
        _walk(1, 256);
    }

    function test_AWalkDoesEverythingOnTheOlderRelease() external {
        _walk(2, 256);
    }
}
