// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EntryNews, EpochNews} from "../libraries/CanonicalNews.sol";
import {Refutation} from "../libraries/Refutations.sol";
import {ICanonicalReceiver} from "./ICanonicalReceiver.sol";
import {IRollupRegistry} from "./IRollupRegistry.sol";
import {ISlasher} from "./ISlasher.sol";
import {ITableBuilder} from "./ITableBuilder.sol";

/// @notice What every hub's end is built with, whatever the stack. The two addresses on the rollup are known before they have code.
/// @dev `slasher` says which epochs are revoked. `rollupGas` is what a message may use on the rollup; mainnet: 2 000 000, which
/// silences 64 epochs at once. It need not be the dearest there can be: what runs out of it is tried again there, by anybody and
/// with more. Neither delay counts how long somebody takes to carry what may be carried.
struct HubEndConfig {
    ITableBuilder tableBuilder;
    ISlasher slasher;
    IRollupRegistry registry;
    uint64 rollupChainId;
    address gateway;
    address rollupEnd;
    uint32 rollupGas;
    uint32 uncontestedDelaySeconds;
    uint32 contestedDelaySeconds;
}

/// @title IHubEnd
/// @notice The hub's end of one rollup's canonical bridge: what the hub says goes down, what the rollup's gateway says about its own
/// lanes comes up. Evidence never travels through the accused.
interface IHubEnd {
    /// @notice What the hub has now of an epoch is on its way.
    event EpochSent(uint32 indexed operatorSetId, uint32 indexed epoch, EpochNews news);

    /// @notice What the hub has now of a chain is on its way.
    event EntrySent(uint64 indexed chainId, EntryNews news);

    /// @notice The rollup's gateway has spoken.
    event Refuted(bytes32 indexed refutationHash, Refutation refutation);

    /// @notice Another than the rollup's end spoke over the bridge, or nobody did.
    error NotTheRollupEnd(address found, address required);

    /// @notice A gateway speaks about its own lanes only.
    error NotOfThisGateway(uint64 chainId, address gateway);

    /// @notice The other end, or the gateway that it speaks for, is missing.
    error OtherEndMissing();

    /// @notice A message that may use no gas does nothing.
    error RollupGasMissing();

    /// @notice Contesting makes nothing quicker.
    error DelaysOutOfOrder(uint256 uncontestedSeconds, uint256 contestedSeconds);

    /// @notice The value is not what the stack takes: exactly this where it takes none, else at least this.
    error FeeMismatch(uint256 found, uint256 required);

    /// @notice Sends what the hub has now of an epoch. Anyone may call, any number of times; the stack's fee comes as value. Emits
    /// `EpochSent`.
    function sendEpoch(uint32 operatorSetId, uint32 epoch) external payable;

    /// @notice Sends what the hub has now of a chain. Anyone may call. Emits `EntrySent`.
    function sendEntry(uint64 chainId) external payable;

    /// @notice Takes what the rollup's gateway says. Only over the bridge, from the rollup's end. Emits `Refuted`.
    function receiveRefutation(Refutation calldata refutation) external;

    /// @notice Whether the rollup's gateway has said this.
    function isRefuted(bytes32 refutationHash) external view returns (bool);

    /// @notice How many news of a subject (`CanonicalNews`) were sent, which is the last one's sequence number.
    function sequenceOf(bytes32 subject) external view returns (uint64);

    /// @notice Most gas that a message may use on the rollup.
    function rollupGas() external view returns (uint32);

    /// @notice The rollup's end.
    function rollupEnd() external view returns (address);

    /// @notice The rollup.
    function rollupChainId() external view returns (uint64);

    /// @notice The rollup's gateway.
    function gateway() external view returns (address);

    /// @notice Seconds that a refutation takes when nobody contests the stack's own proofs.
    function uncontestedDelaySeconds() external view returns (uint32);

    /// @notice Seconds that a refutation takes when somebody contests them as long as the stack allows.
    function contestedDelaySeconds() external view returns (uint32);
}

/// @title IRollupEnd
/// @notice The rollup's end of its canonical bridge.
interface IRollupEnd is ICanonicalReceiver {
    /// @notice Older news were replaced by later ones before they arrived.
    event NewsIgnored(bytes32 indexed subject, uint64 sequence, uint64 known);

    /// @notice A lane's count and head were remembered, for whoever wants to tell what its pages held.
    event LanePinned(
        uint64 indexed destinationChainId,
        address indexed destinationGateway,
        uint64 count,
        bytes32 chainHead
    );

    /// @notice The gateway's word is on its way to the hub.
    event RefutationSent(bytes32 indexed refutationHash, Refutation refutation);

    /// @notice Another than the hub's end spoke over the bridge, or nobody did.
    error NotTheHubEnd(address found, address required);

    /// @notice The other end, or the gateway that this one speaks for, is missing.
    error OtherEndMissing();

    /// @notice The value is not what the stack takes.
    error FeeMismatch(uint256 found, uint256 required);

    /// @notice The lane has not that many messages on the page, or the list ends where no head is known.
    error EndNotKnown(uint64 pageIndex, uint256 found);

    /// @notice The messages are not those of the page.
    error HeadMismatch(bytes32 found, bytes32 required);

    /// @notice The page had fewer messages than the count.
    error CountBeyondPage(uint16 count, uint256 limit);

    /// @notice Takes what the hub has of an epoch. Only over the bridge, from the hub's end.
    function receiveEpoch(EpochNews calldata news) external;

    /// @notice Takes what the hub has of a chain. Only over the bridge, from the hub's end.
    function receiveEntry(EntryNews calldata news) external;

    /// @notice Remembers a lane's present count and head, so that new messages do not come between somebody and a refutation. Anyone
    /// may call. Emits `LanePinned`.
    function pin(uint64 destinationChainId, address destinationGateway) external;

    /// @notice Sends what a page truly was at `count`. Anyone may call; the stack's fee comes as value. Emits `RefutationSent`.
    /// @param leaves All message ids of the page from its beginning to its end, to a pinned count, or to the present one.
    function refuteDiffers(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex,
        uint16 count,
        bytes32[] calldata leaves
    ) external payable;

    /// @notice Sends how many messages a page holds now. Anyone may call. Emits `RefutationSent`.
    function refuteNotYet(uint64 destinationChainId, address destinationGateway, uint64 pageIndex) external payable;

    /// @notice What `refuteDiffers` would send.
    function differs(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex,
        uint16 count,
        bytes32[] calldata leaves
    ) external view returns (Refutation memory);

    /// @notice What `refuteNotYet` would send.
    function notYet(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 pageIndex
    ) external view returns (Refutation memory);

    /// @notice Sequence number of the latest news of a subject (`CanonicalNews`); zero for none.
    function sequenceOf(bytes32 subject) external view returns (uint64);

    /// @notice A lane's head after `count` messages, as it was pinned; zero where nobody did.
    function pinnedHead(
        uint64 destinationChainId,
        address destinationGateway,
        uint64 count
    ) external view returns (bytes32);

    /// @notice The hub's end.
    function hubEnd() external view returns (address);
}
