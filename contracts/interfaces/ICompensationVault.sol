// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What the vault knows of one strategy of one slash. `shares` were taken; `isCollected` says whether their tokens are
/// booked, and `tokens` how many they were. `token` is the strategy's when the shares were taken; zero until they are collected
/// where the strategy did not answer.
struct Taken {
    uint256 shares;
    uint256 tokens;
    address token;
    bool isCollected;
}

/// @title ICompensationVaultClaims
/// @notice The only way out: a claims contract, which is appointed once, for ever, through a timelock that everyone can watch. By which
/// criterion it pays whom is its own affair, and to be read in its code before the timelock's time is over.
interface ICompensationVaultClaims {
    /// @notice The contract that may pay what is booked.
    event ClaimsAppointed(address indexed claims);

    /// @notice Booked tokens went to the claims contract.
    event TokensReleased(address indexed token, address indexed claims, uint256 amount);

    /// @notice Who pays must be announced, and that takes time.
    error ClaimsDelayMissing();

    /// @notice Only the timelock appoints who pays.
    error NotTheClaimsTimelock(address caller, address required);

    /// @notice Who pays was appointed already, for ever.
    error ClaimsAppointedAlready(address claims);

    /// @notice The timelock does not wait as long as it must, so nothing that it says counts.
    error ClaimsTooFast(uint256 foundSeconds, uint256 requiredSeconds);

    /// @notice An account without code has no criterion.
    error ClaimsWithoutCode(address found);

    /// @notice Only the claims contract has tokens released.
    error NotTheClaims(address caller, address required);

    /// @notice No more than what is booked is released.
    error NotBooked(address token, uint256 amount, uint256 booked);

    /// @notice Appoints the contract that pays. Only the claims timelock, while its delay is long enough, and only once. Emits
    /// `ClaimsAppointed`.
    function appointClaims(address appointed) external;

    /// @notice Sends booked tokens to the claims contract, which is the only one to ask for them. Emits `TokensReleased`.
    function release(address token, uint256 amount) external;
}

/// @title ICompensationVault
/// @notice Receives the stake of those who lied, and keeps the books of it: which slash, which strategy, how much.
interface ICompensationVault is ICompensationVaultClaims {
    /// @notice A slash took shares; their tokens come later.
    event SharesTaken(uint32 indexed operatorSetId, uint256 indexed slashId, address indexed strategy, uint256 shares);

    /// @notice The tokens of a slash's strategy are booked.
    event TokensCollected(
        uint32 indexed operatorSetId,
        uint256 indexed slashId,
        address indexed strategy,
        address token,
        uint256 tokens
    );

    /// @notice Tokens that no slash can be told of any more, or that somebody gave, are booked.
    event SurplusBooked(address indexed token, uint256 tokens);

    /// @notice Only the slasher records what was taken.
    error NotTheSlasher(address caller, address required);

    /// @notice The slash is recorded already.
    error RecordedAlready(uint32 operatorSetId, uint256 slashId);

    /// @notice Nothing was recorded of the slash's strategy.
    error NothingTaken(uint32 operatorSetId, uint256 slashId, address strategy);

    /// @notice The tokens are booked already.
    error CollectedAlready(uint32 operatorSetId, uint256 slashId, address strategy);

    /// @notice EigenLayer cleared the slash's strategy without a word, and left shares of it.
    error NotCleared(uint32 operatorSetId, uint256 slashId, address strategy, uint256 shares);

    /// @notice Slashes of the token are not collected yet, so nobody knows what is surplus.
    error SharesPending(address token, uint256 pending);

    /// @notice The call holds less gas than a question to a strategy may take, so nothing was asked.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice Records the shares that a slash took, in its transaction. Only the slasher. Emits `SharesTaken`.
    function record(
        uint32 operatorSetId,
        uint256 slashId,
        address[] calldata strategies,
        uint256[] calldata shares
    ) external;

    /// @notice Clears one strategy of a slash in EigenLayer, unless somebody did, and books its tokens. Anyone may call, once
    /// EigenLayer lets a slash be cleared (1.13: after its resolution block). Emits `TokensCollected`.
    /// @dev If somebody did, and the strategy does not say what shares are worth, none are booked for the slash: `bookSurplus` does.
    /// @return tokens How many arrived.
    function collect(uint32 operatorSetId, uint256 slashId, address strategy) external returns (uint256 tokens);

    /// @notice Books what the vault holds of a token beyond its books, once nothing of the token is pending. Anyone may call. Emits
    /// `SurplusBooked`.
    function bookSurplus(address token) external returns (uint256 tokens);

    /// @notice What is known of one strategy of a slash.
    function takenOf(uint32 operatorSetId, uint256 slashId, address strategy) external view returns (Taken memory);

    /// @notice Tokens that are booked and not released; the vault holds as many or more, unless the token takes some from everybody.
    function bookedOf(address token) external view returns (uint256);

    /// @notice Who may have booked tokens released; zero as long as nobody was appointed.
    function claims() external view returns (address);

    /// @notice Strategies of slashes that were recorded for the token and are not collected.
    function pendingOf(address token) external view returns (uint256);
}
