// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Notices} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {HubCampaign} from "./HubCampaign.sol";
import {HubStage} from "./HubStage.sol";
import {Registrants} from "./Registrants.sol";

/// @dev Campaigns only know contracts of the test's own file.
contract EntriesActors is Registrants {
    constructor()
        HubStage(
            Notices(uint32(FIRST_NOTICE), uint32(CHANGE_NOTICE), 30 days, 7 days, 1 hours, uint32(RAISE_NOTICE)),
            1e18
        )
    {}

    function deeds() external pure override returns (string[] memory names) {
        names = new string[](uint256(type(Did).max) + 1);
        for (uint256 i = 0; i < names.length; ++i) names[i] = string.concat("action ", vm.toString(i));
    }
}

/// @notice Entries of the registry, and everybody who would change them.
contract EntriesTest is HubCampaign {
    function setUp() external {
        _actors = new EntriesActors();
        _numbers = [11];
        _selectors = [
            Registrants.pass.selector,
            Registrants.propose.selector,
            Registrants.accept.selector,
            Registrants.apply_.selector,
            Registrants.own.selector,
            Registrants.meddle.selector
        ];
    }

    function invariant_11_OnlyItsOwnerChangesAnEntryThatIsHeard() external view {
        _requireUnbroken();
    }

    function test_AWalkDoesEverythingThatActorsCanDo() external {
        _walk(1, 256);
    }

    function test_AWalkDoesEverythingOnTheOlderRelease() external {
        _walk(2, 256);
    }
}
