// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAllocationManager} from "../../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {FreeERC20} from "../../../contracts/mocks/FreeERC20.sol";
import {AllocationManagerV1} from "../../../contracts/mocks/eigenlayer/AllocationManagerV1.sol";
import {AllocationManagerV2} from "../../../contracts/mocks/eigenlayer/AllocationManagerV2.sol";
import {DelegationManager} from "../../../contracts/mocks/eigenlayer/DelegationManager.sol";
import {KeyRegistrar} from "../../../contracts/mocks/eigenlayer/KeyRegistrar.sol";
import {StrategyFactory} from "../../../contracts/mocks/eigenlayer/StrategyFactory.sol";
import {StrategyManager} from "../../../contracts/mocks/eigenlayer/StrategyManager.sol";
import {StrategyManagerDelayed} from "../../../contracts/mocks/eigenlayer/StrategyManagerDelayed.sol";
import {Nonces} from "./Nonces.sol";

/// @notice Our own EigenLayer, as release 1.5 or 1.13 behaves, with two strategies that ascend.
contract EigenLayer {
    uint32 public constant CONFIGURATION_DELAY = 10;
    uint32 public constant RESOLUTION_DELAY = 60;

    IAllocationManager public immutable ALLOCATIONS;
    DelegationManager public immutable DELEGATION;
    StrategyManager public immutable DEPOSITS;
    KeyRegistrar public immutable KEY_REGISTRAR;

    /// @notice Whether it is 1.13: sets have slashers, slashes are resolved later.
    bool public immutable isDelayed;

    address[2] public strategies;
    FreeERC20[2] public tokens;

    /// @param delay In blocks, of deallocations and of withdrawals.
    constructor(bool isDelayed_, uint32 delay) {
        isDelayed = isDelayed_;
        IAllocationManager allocations = IAllocationManager(Nonces.at(address(this), 1));
        DelegationManager delegation = DelegationManager(Nonces.at(address(this), 2));
        StrategyManager deposits = StrategyManager(Nonces.at(address(this), 3));
        address factory = Nonces.at(address(this), 5);
        if (isDelayed_) new AllocationManagerV2(delegation, delay, CONFIGURATION_DELAY, CONFIGURATION_DELAY);
        else new AllocationManagerV1(delegation, delay, CONFIGURATION_DELAY);
        new DelegationManager(allocations, deposits, delay);
        if (isDelayed_) new StrategyManagerDelayed(allocations, delegation, factory, RESOLUTION_DELAY);
        else new StrategyManager(allocations, delegation, factory);
        KEY_REGISTRAR = new KeyRegistrar(allocations);
        new StrategyFactory(deposits);
        (ALLOCATIONS, DELEGATION, DEPOSITS) = (allocations, delegation, deposits);
        for (uint256 i = 0; i < 2; ++i) {
            tokens[i] = new FreeERC20();
            strategies[i] = StrategyFactory(factory).deployNewStrategy(address(tokens[i]));
        }
        if (strategies[0] > strategies[1]) {
            (strategies[0], strategies[1]) = (strategies[1], strategies[0]);
            (tokens[0], tokens[1]) = (tokens[1], tokens[0]);
        }
    }
}
