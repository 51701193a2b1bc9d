// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {OperatorSet} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IStrategy} from "../interfaces/eigenlayer/IStrategy.sol";
import {IStrategyManager} from "../interfaces/eigenlayer/IStrategyManager.sol";
import {ICompensationVault, ICompensationVaultClaims, Taken} from "../interfaces/ICompensationVault.sol";

/// @title CompensationVault
/// @notice The recipient of everything that is slashed, in every set, for ever.
/// @dev EigenLayer sends tokens without a word, when anybody clears a slash. So tokens are booked by balance: what a clearing here
/// brought, or, if somebody was first, what the shares are worth, as far as the balance goes. Nothing is booked twice, because
/// only the balance beyond the books is ever booked; nothing is lost, because the rest is surplus.
contract CompensationVault is ICompensationVault, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Ten times what a strategy behind a beacon takes: five cold accounts and slots, and for a worth a rebasing token's balance.
    uint256 private constant TOKEN_GAS = 150_000;
    uint256 private constant WORTH_GAS = 750_000;

    address private immutable SLASHER;
    address private immutable SERVICE_MANAGER;
    IStrategyManager private immutable STRATEGY_MANAGER;
    TimelockController private immutable CLAIMS_TIMELOCK;
    uint256 private immutable CLAIMS_DELAY;

    mapping(uint32 operatorSetId => mapping(uint256 slashId => mapping(address strategy => Taken))) private _taken;
    mapping(uint32 operatorSetId => mapping(uint256 slashId => bool)) private _isRecorded;

    /// @inheritdoc ICompensationVault
    mapping(address token => uint256 tokens) public bookedOf;

    /// @inheritdoc ICompensationVault
    mapping(address token => uint256 slashes) public pendingOf;

    /// @inheritdoc ICompensationVault
    address public claims;

    /// @param slasher Records what it took.
    /// @param serviceManager The AVS whose sets these are.
    /// @param strategyManager EigenLayer's.
    /// @param claimsTimelock Appoints who may pay, once.
    /// @param claimsDelaySeconds How long that must have waited, at least; mainnet 30 d.
    constructor(
        address slasher,
        address serviceManager,
        IStrategyManager strategyManager,
        TimelockController claimsTimelock,
        uint256 claimsDelaySeconds
    ) {
        require(claimsDelaySeconds != 0, ClaimsDelayMissing());
        SLASHER = slasher;
        SERVICE_MANAGER = serviceManager;
        STRATEGY_MANAGER = strategyManager;
        CLAIMS_TIMELOCK = claimsTimelock;
        CLAIMS_DELAY = claimsDelaySeconds;
    }

    /// @inheritdoc ICompensationVault
    function record(
        uint32 operatorSetId,
        uint256 slashId,
        address[] calldata strategies,
        uint256[] calldata shares
    ) external {
        require(msg.sender == SLASHER, NotTheSlasher(msg.sender, SLASHER));
        require(!_isRecorded[operatorSetId][slashId], RecordedAlready(operatorSetId, slashId));
        _isRecorded[operatorSetId][slashId] = true;
        for (uint256 i = 0; i < strategies.length; ++i) {
            if (shares[i] == 0) continue;
            address token = _tokenOf(strategies[i]);
            _taken[operatorSetId][slashId][strategies[i]] = Taken(shares[i], 0, token, false);
            ++pendingOf[token];
            emit SharesTaken(operatorSetId, slashId, strategies[i], shares[i]);
        }
    }

    /// @inheritdoc ICompensationVault
    function collect(
        uint32 operatorSetId,
        uint256 slashId,
        address strategy
    ) external nonReentrant returns (uint256 tokens) {
        Taken storage taken = _taken[operatorSetId][slashId][strategy];
        require(taken.shares != 0, NothingTaken(operatorSetId, slashId, strategy));
        require(!taken.isCollected, CollectedAlready(operatorSetId, slashId, strategy));
        taken.isCollected = true;
        --pendingOf[taken.token];
        if (taken.token == address(0)) taken.token = IStrategy(strategy).underlyingToken();

        address token = taken.token;
        OperatorSet memory set = OperatorSet(SERVICE_MANAGER, operatorSetId);
        bool isPending = STRATEGY_MANAGER.getBurnOrRedistributableShares(set, slashId, strategy) != 0;
        uint256 before = IERC20(token).balanceOf(address(this));
        if (isPending) {
            STRATEGY_MANAGER.clearBurnOrRedistributableSharesByStrategy(set, slashId, strategy);
            uint256 left = STRATEGY_MANAGER.getBurnOrRedistributableShares(set, slashId, strategy);
            require(left == 0, NotCleared(operatorSetId, slashId, strategy, left));
            tokens = IERC20(token).balanceOf(address(this)) - before;
        } else {
            // Nothing for a strategy that cannot be asked, so that nothing of the token stays pending: the tokens are surplus then.
            bytes memory question = abi.encodeCall(IStrategy.sharesToUnderlyingView, (taken.shares));
            uint256 worth = _ask(strategy, question, WORTH_GAS);
            tokens = Math.min(Math.saturatingSub(before, bookedOf[token]), worth);
        }
        taken.tokens = tokens;
        bookedOf[token] += tokens;
        emit TokensCollected(operatorSetId, slashId, strategy, token, tokens);
    }

    /// @inheritdoc ICompensationVault
    function bookSurplus(address token) external nonReentrant returns (uint256 tokens) {
        uint256 pending = pendingOf[token];
        require(pending == 0, SharesPending(token, pending));
        tokens = Math.saturatingSub(IERC20(token).balanceOf(address(this)), bookedOf[token]);
        bookedOf[token] += tokens;
        emit SurplusBooked(token, tokens);
    }

    /// @inheritdoc ICompensationVaultClaims
    function appointClaims(address appointed) external {
        require(msg.sender == address(CLAIMS_TIMELOCK), NotTheClaimsTimelock(msg.sender, address(CLAIMS_TIMELOCK)));
        require(claims == address(0), ClaimsAppointedAlready(claims));
        // A timelock says itself how long it waits, and most can be talked into less.
        uint256 found = CLAIMS_TIMELOCK.getMinDelay();
        require(found >= CLAIMS_DELAY, ClaimsTooFast(found, CLAIMS_DELAY));
        require(appointed.code.length != 0, ClaimsWithoutCode(appointed));
        claims = appointed;
        emit ClaimsAppointed(appointed);
    }

    /// @inheritdoc ICompensationVaultClaims
    function release(address token, uint256 amount) external nonReentrant {
        require(msg.sender == claims, NotTheClaims(msg.sender, claims));
        uint256 booked = bookedOf[token];
        require(amount <= booked, NotBooked(token, amount, booked));
        bookedOf[token] = booked - amount;
        emit TokensReleased(token, msg.sender, amount);
        IERC20(token).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc ICompensationVault
    function takenOf(uint32 operatorSetId, uint256 slashId, address strategy) external view returns (Taken memory) {
        return _taken[operatorSetId][slashId][strategy];
    }

    /// @dev Zero for a strategy that does not answer, because a strategy has no say in whether somebody is slashed.
    function _tokenOf(address strategy) private view returns (address) {
        uint256 word = _ask(strategy, abi.encodeCall(IStrategy.underlyingToken, ()), TOKEN_GAS);
        return word > type(uint160).max ? address(0) : address(uint160(word));
    }

    /// @dev Asks with exactly `gasBound`, so that nobody makes a strategy look mute by giving little gas. Zero for an answer that
    /// is not one word.
    function _ask(address strategy, bytes memory question, uint256 gasBound) private view returns (uint256 word) {
        uint256 found = gasleft();
        // EIP-150 keeps a 64th.
        uint256 required = gasBound + gasBound / 63 + 10_000;
        require(found >= required, InsufficientGas(found, required));
        assembly ("memory-safe") {
            let success := staticcall(gasBound, strategy, add(question, 0x20), mload(question), 0x00, 0x20)
            success := and(success, eq(returndatasize(), 0x20))
            word := mul(success, mload(0x00))
        }
    }
}
