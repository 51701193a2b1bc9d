// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "../../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {Notices} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {CountedStrategy, IServiceManagerShaper, SetParameters} from "../../../contracts/interfaces/IServiceManager.sol";
import {Assertions} from "../../support/Assertions.sol";
import {Breaches} from "../Breaches.sol";
import {EigenLayer} from "./EigenLayer.sol";
import {Hub} from "./Hub.sol";
import {Keys} from "./Keys.sol";

/// @notice Two hubs with one set each, on EigenLayer 1.5 and 1.13. The first call of a run chooses the one that it plays on.
/// @dev Blocks come as fast as the windows allow, or slower: a table's promise is counted in blocks.
abstract contract HubStage is Assertions {
    uint32 internal constant SET = 1;
    uint32 internal constant DEALLOCATION_DELAY = 551;
    uint96 internal constant MINIMUM_WEIGHT = 1e18;
    uint64 internal constant ONE = 1e18;
    uint256 internal constant SECONDS_PER_BLOCK = 12;

    Breaches public immutable BOOK = new Breaches();
    Keys internal immutable KEYS = new Keys();
    uint64 internal immutable FULL_FRACTION;

    Hub[2] private _hubs;
    Hub internal _hub;
    EigenLayer internal _eigenLayer;
    uint256 internal _now = 1_800_000_000;
    uint256 internal _block = 1_000_000;

    uint256 private _calls;

    /// @notice How often each action really happened, by its number.
    mapping(uint256 what => uint256) public did;

    modifier acting(uint256 seed) {
        vm.warp(_now);
        vm.roll(_block);
        if (address(_hub) == address(0)) {
            _enter(seed % 2);
            _open();
        }
        _;
    }

    constructor(Notices memory notices, uint64 fullFraction) {
        FULL_FRACTION = fullFraction;
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(_now);
            vm.roll(_block);
            _hubs[i] = new Hub(new EigenLayer(i == 1, DEALLOCATION_DELAY), notices);
            _enter(i);
            _asShaper(
                abi.encodeCall(IServiceManagerShaper.createSet, (_parameters([uint96(1e18), 5e17]), fullFraction))
            );
            _prepare();
        }
        _hub = Hub(address(0));
    }

    /// @notice The names of what must have happened in each run, by their numbers.
    function deeds() external view virtual returns (string[] memory);

    /// @dev What both hubs have from the beginning.
    function _prepare() internal virtual;

    /// @dev What a run begins with.
    function _open() internal virtual;

    /// @dev Campaigns like small seeds, and the same ones again.
    function _mixed(uint256 seed) internal returns (uint256) {
        return uint256(word(seed, ++_calls));
    }

    function _happened(uint256 what) internal {
        ++did[what];
    }

    /// @dev Seconds pass; of the blocks that they have room for some may be missed.
    function _pass(uint256 duration, uint256 missed) internal {
        uint256 room = duration / SECONDS_PER_BLOCK;
        _now += duration;
        _block += room - (room == 0 ? 0 : missed % room);
        vm.warp(_now);
        vm.roll(_block);
    }

    function _passTo(uint256 timestamp) internal {
        if (timestamp > _now) _pass(timestamp - _now, 0);
    }

    function _try(address who, address target, bytes memory call) internal returns (bool success, bytes memory result) {
        vm.prank(who);
        (success, result) = target.call(call);
    }

    function _must(address who, address target, bytes memory call) internal returns (bytes memory result) {
        bool success;
        (success, result) = _try(who, target, call);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    function _asShaper(bytes memory call) internal {
        _must(address(_hub.SHAPER()), address(_hub.SERVICE()), call);
    }

    /// @dev A multiplier of zero: the strategy does not count.
    function _parameters(uint96[2] memory multipliers) internal view returns (SetParameters memory parameters) {
        parameters.minimumWeight = MINIMUM_WEIGHT;
        parameters.strategies = new CountedStrategy[](multipliers[0] == 0 || multipliers[1] == 0 ? 1 : 2);
        uint256 count = 0;
        for (uint256 s = 0; s < 2; ++s) {
            if (multipliers[s] == 0) continue;
            parameters.strategies[count++] = CountedStrategy(_eigenLayer.strategies(s), multipliers[s]);
        }
    }

    function _set() internal view returns (OperatorSet memory) {
        return OperatorSet(address(_hub.SERVICE()), SET);
    }

    function _operator(uint256 number) internal pure returns (address) {
        return address(uint160(0x0900 + number));
    }

    function _enter(uint256 which) private {
        _hub = _hubs[which];
        _eigenLayer = _hub.EIGEN_LAYER();
    }
}
