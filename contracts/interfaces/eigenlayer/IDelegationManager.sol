// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICommonErrors} from "./ICommonErrors.sol";

/// @notice An approver's consent to a delegation; empty where the operator asks for none.
struct ApproverSignature {
    bytes signature;
    uint256 expiry;
}

/// @notice Shares that a staker wants back; `unused` is ignored.
struct WithdrawalRequest {
    address[] strategies;
    uint256[] depositShares;
    address unused;
}

/// @title IDelegationManager
/// @notice EigenLayer 1.5 and later: operators, whom stakers delegate to, and withdrawals.
interface IDelegationManager is ICommonErrors {
    /// @notice The operator was slashed to nothing in this strategy, and can never hold stake of it again.
    error FullySlashed();

    /// @notice The staker has delegated already, as operators have to themselves.
    error ActivelyDelegated();

    /// @notice The account is no operator.
    error OperatorNotRegistered();

    /// @notice Becomes an operator, for ever.
    /// @param delegationApprover Who has to consent to delegations; zero for nobody.
    /// @param allocationDelay Blocks that allocations wait; in effect after `ALLOCATION_CONFIGURATION_DELAY` before 1.9, at
    /// once since.
    function registerAsOperator(
        address delegationApprover,
        uint32 allocationDelay,
        string calldata metadataURI
    ) external;

    /// @notice Delegates all of the caller's stake, present and future.
    function delegateTo(address operator, ApproverSignature calldata approverSignature, bytes32 approverSalt) external;

    /// @notice Takes stake out; it stays slashable for `minWithdrawalDelayBlocks`.
    function queueWithdrawals(WithdrawalRequest[] calldata requests) external returns (bytes32[] memory);

    /// @notice Ends a delegation and takes all of the stake out. Only for the staker, its operator or the approver.
    function undelegate(address staker) external returns (bytes32[] memory);

    /// @notice Whether the account is an operator.
    function isOperator(address account) external view returns (bool);

    /// @notice Whom a staker has delegated to; zero for nobody.
    function delegatedTo(address staker) external view returns (address);

    /// @notice Shares that are delegated, by operator and strategy.
    function getOperatorsShares(
        address[] calldata operators,
        address[] calldata strategies
    ) external view returns (uint256[][] memory);

    /// @notice Shares on their way out that are still slashable.
    function getSlashableSharesInQueue(address operator, address strategy) external view returns (uint256);

    /// @notice Blocks for which a withdrawal stays slashable, the last included.
    function minWithdrawalDelayBlocks() external view returns (uint32);
}
