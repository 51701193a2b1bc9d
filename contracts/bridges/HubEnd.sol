// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {HubEndConfig, IHubEnd, IRollupEnd} from "../interfaces/ICanonicalBridge.sol";
import {IRollupRegistry} from "../interfaces/IRollupRegistry.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {HubEpoch, ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {CanonicalNews, EntryNews, EpochNews} from "../libraries/CanonicalNews.sol";
import {Refutation, Refutations} from "../libraries/Refutations.sol";
import {Rollup, Table} from "../libraries/Statements.sol";

/// @title HubEnd
/// @notice What all stacks have in common: the hub's present state goes down, refutations come up.
/// @dev Safety rests on the hub's contracts and on the rollup's own bridge; there is no owner. What goes down is read here and now, so
/// whoever sends can choose when, and nothing else.
abstract contract HubEnd is IHubEnd {
    using SafeCast for uint256;

    ITableBuilder private immutable TABLE_BUILDER;
    ISlasher private immutable SLASHER;
    IRollupRegistry private immutable REGISTRY;

    /// @inheritdoc IHubEnd
    uint64 public immutable rollupChainId;

    /// @inheritdoc IHubEnd
    address public immutable gateway;

    /// @inheritdoc IHubEnd
    address public immutable rollupEnd;

    /// @inheritdoc IHubEnd
    uint32 public immutable rollupGas;

    /// @inheritdoc IHubEnd
    uint32 public immutable uncontestedDelaySeconds;

    /// @inheritdoc IHubEnd
    uint32 public immutable contestedDelaySeconds;

    /// @inheritdoc IHubEnd
    mapping(bytes32 subject => uint64 sequence) public sequenceOf;

    /// @inheritdoc IHubEnd
    mapping(bytes32 refutationHash => bool isSaid) public isRefuted;

    constructor(HubEndConfig memory config) {
        // Nobody speaks over the bridge as the zero address.
        require(config.rollupEnd != address(0) && config.gateway != address(0), OtherEndMissing());
        require(config.rollupGas != 0, RollupGasMissing());
        require(
            config.uncontestedDelaySeconds <= config.contestedDelaySeconds,
            DelaysOutOfOrder(config.uncontestedDelaySeconds, config.contestedDelaySeconds)
        );
        TABLE_BUILDER = config.tableBuilder;
        SLASHER = config.slasher;
        REGISTRY = config.registry;
        rollupChainId = config.rollupChainId;
        gateway = config.gateway;
        rollupEnd = config.rollupEnd;
        rollupGas = config.rollupGas;
        uncontestedDelaySeconds = config.uncontestedDelaySeconds;
        contestedDelaySeconds = config.contestedDelaySeconds;
    }

    /// @inheritdoc IHubEnd
    function sendEpoch(uint32 operatorSetId, uint32 epoch) external payable {
        HubEpoch memory known = TABLE_BUILDER.epoch(operatorSetId, epoch);
        EpochNews memory news = EpochNews({
            sequence: ++sequenceOf[CanonicalNews.epochSubject(operatorSetId, epoch)],
            hubTime: block.timestamp.toUint64(),
            newestEpoch: TABLE_BUILDER.newestEpoch(operatorSetId),
            isRevoked: SLASHER.isRevoked(operatorSetId, epoch),
            table: Table(operatorSetId, epoch, known.tableHash, known.validFrom, known.validUntil)
        });
        _send(abi.encodeCall(IRollupEnd.receiveEpoch, (news)));
        emit EpochSent(operatorSetId, epoch, news);
    }

    /// @inheritdoc IHubEnd
    function sendEntry(uint64 chainId) external payable {
        Rollup memory entry = REGISTRY.rollupAt(chainId, REGISTRY.entryOf(chainId).version);
        // Also of a chain that the hub does not know.
        entry.chainId = chainId;
        EntryNews memory news = EntryNews({
            sequence: ++sequenceOf[CanonicalNews.entrySubject(chainId)],
            hubTime: block.timestamp.toUint64(),
            entry: entry
        });
        _send(abi.encodeCall(IRollupEnd.receiveEntry, (news)));
        emit EntrySent(chainId, news);
    }

    /// @inheritdoc IHubEnd
    function receiveRefutation(Refutation calldata refutation) external {
        address speaker = _speaker();
        require(speaker == rollupEnd, NotTheRollupEnd(speaker, rollupEnd));
        require(
            refutation.sourceChainId == rollupChainId && refutation.sourceGateway == gateway,
            NotOfThisGateway(refutation.sourceChainId, refutation.sourceGateway)
        );
        bytes32 refutationHash = Refutations.hash(refutation);
        isRefuted[refutationHash] = true;
        emit Refuted(refutationHash, refutation);
    }

    /// @notice Sends a call of the rollup's end over the stack's bridge, with the value that came along.
    function _send(bytes memory call) internal virtual;

    /// @notice Who calls from the rollup, by the stack's own rules; zero when nobody does.
    function _speaker() internal view virtual returns (address);
}
