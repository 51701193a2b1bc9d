// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Strategy} from "./Strategy.sol";
import {StrategyManager} from "./StrategyManager.sol";

/// @title StrategyFactory
/// @notice Gives every token a strategy, at anyone's wish.
contract StrategyFactory {
    StrategyManager private immutable STRATEGY_MANAGER;

    /// @notice The token's strategy; zero for none.
    mapping(address token => address strategy) public deployedStrategies;

    /// @notice A token has one strategy.
    error StrategyAlreadyExists();

    constructor(StrategyManager strategyManager) {
        STRATEGY_MANAGER = strategyManager;
    }

    /// @notice Makes a token's strategy, into which can be deposited from now on. Anyone may call.
    function deployNewStrategy(address token) external returns (address strategy) {
        require(deployedStrategies[token] == address(0), StrategyAlreadyExists());
        strategy = address(new Strategy(address(STRATEGY_MANAGER), token));
        deployedStrategies[token] = strategy;
        STRATEGY_MANAGER.whitelist(strategy);
    }
}
