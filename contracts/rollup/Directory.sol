// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {IGateway, IGatewayBooks} from "../interfaces/IGateway.sol";
import {IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {Acceptance} from "../libraries/Acceptance.sol";
import {EntryNews} from "../libraries/CanonicalNews.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Rollup, Statements} from "../libraries/Statements.sol";
import {Status} from "../libraries/Status.sol";

/// @title Directory
/// @notice Copy of the hub's registry: who may send here, through which gateway, under which operator set.
/// @dev Safety rests on a quorum of the directory set, and on the day between an announced change and its effect.
contract Directory is IDirectory {
    /// @dev How far above the known version of a chain's entry the next one may be.
    uint64 private constant VERSION_REACH = 64;

    /// @dev Most chains: what the gateway's loop over them can always do in one transaction (5 000 gas each).
    uint256 private constant MAX_CHAINS = 1_024;

    /// @dev How long a change of a known chain's gateway or set waits.
    uint256 private constant ANNOUNCEMENT = 1 days;

    /// @dev How long a replaced gateway is still heard.
    uint256 private constant DRAINING = 90 days;

    /// @inheritdoc IDirectory
    address public immutable gateway;

    /// @inheritdoc IDirectory
    uint32 public immutable directorySetId;

    /// @inheritdoc IDirectory
    address public immutable operatorTables;

    mapping(uint64 chainId => Rollup entry) private _entries;
    mapping(uint64 chainId => Rollup entry) private _announced;
    mapping(uint64 chainId => uint256 timestamp) private _effectiveAt;
    mapping(uint64 chainId => uint64 timestamp) private _announcedAt;
    uint64[] private _chainIds;

    /// @inheritdoc IDirectory
    mapping(uint64 chainId => uint64 timestamp) public saidAt;

    /// @inheritdoc IDirectory
    mapping(uint64 chainId => uint64 timestamp) public newsAt;

    /// @inheritdoc IDirectory
    mapping(uint64 chainId => mapping(address gateway => uint256)) public drainingUntil;

    /// @param gateway_ The gateway's computed address; its constructor copies the first entries.
    /// @param operatorTables_ Says whether a certificate may carry facts of the hub.
    /// @param directorySetId_ The one set that speaks about entries here.
    /// @param firstEntries The registry as it is at deployment, this chain's own entry included.
    constructor(
        address gateway_,
        IOperatorTables operatorTables_,
        uint32 directorySetId_,
        Rollup[] memory firstEntries
    ) {
        gateway = gateway_;
        operatorTables = address(operatorTables_);
        directorySetId = directorySetId_;
        for (uint256 i = 0; i < firstEntries.length; ++i) {
            require(!_isKnown(firstEntries[i].chainId), ChainRepeated(firstEntries[i].chainId));
            _requireWellFormed(firstEntries[i]);
            // News from before this are older than what the deployer saw.
            saidAt[firstEntries[i].chainId] = uint64(block.timestamp);
            _record(firstEntries[i]);
        }
    }

    /// @inheritdoc IDirectory
    function update(Certificate calldata certificate, Rollup calldata next, bytes32[] calldata batchProof) external {
        uint32 operatorSetId = certificate.batch.operatorSetId;
        require(operatorSetId == directorySetId, NotTheDirectorySet(operatorSetId, directorySetId));
        IOperatorTables(operatorTables).requireHubQuorum(certificate);
        Statements.requireInBatch(Statements.leaf(next), batchProof, certificate.batch.statementsRoot);
        _requireWellFormed(next);

        uint64 issuedAt = certificate.batch.issuedAt;
        uint64 newsTime = newsAt[next.chainId];
        Rollup memory present = _entries[next.chainId];
        Rollup memory announced = _announced[next.chainId];
        bool known = present.version != 0;
        // Else what the bridge has overridden could be said again with the very same certificate.
        require(issuedAt > newsTime, OlderThanNews(next.chainId, issuedAt, newsTime));
        if (known) {
            uint64 newest = announced.version > present.version ? announced.version : present.version;
            require(
                next.version > newest && next.version - newest <= VERSION_REACH,
                VersionOutOfReach(next.version, newest, VERSION_REACH)
            );
        }
        if (!known || _sameSpeaker(next, present)) {
            delete _announced[next.chainId];
            delete _effectiveAt[next.chainId];
            saidAt[next.chainId] = issuedAt;
            _apply(next);
        } else {
            // Another version of a change that waits already need not wait again.
            uint256 effectiveAt = _effectiveAt[next.chainId];
            if (!_sameSpeaker(next, announced)) {
                effectiveAt = block.timestamp + ANNOUNCEMENT;
                // When it was said first: else it could be kept from the bridge by saying it again and again.
                _announcedAt[next.chainId] = issuedAt;
            }
            _announced[next.chainId] = next;
            _effectiveAt[next.chainId] = effectiveAt;
            emit EntryAnnounced(next.chainId, next.version, next.gateway, next.operatorSetId, effectiveAt);
        }
    }

    /// @inheritdoc IDirectory
    function bring(EntryNews calldata news) external {
        address bringer = IGateway(gateway).canonicalReceiver();
        if (bringer == address(0)) bringer = IGateway(gateway).policy();
        require(msg.sender == bringer, NotTheBringer(msg.sender, bringer));
        uint64 chainId = news.entry.chainId;
        // Later news are there already.
        if (news.hubTime < newsAt[chainId]) return;
        newsAt[chainId] = news.hubTime;
        if (_effectiveAt[chainId] != 0 && _announcedAt[chainId] <= news.hubTime) {
            delete _announced[chainId];
            delete _effectiveAt[chainId];
        }
        Rollup memory present = _entries[chainId];
        // What was certified later knows more.
        if (saidAt[chainId] > news.hubTime && present.version > news.entry.version) return;
        saidAt[chainId] = news.hubTime;
        if (news.entry.version != 0) {
            _requireWellFormed(news.entry);
            _apply(news.entry);
        } else if (present.gateway != address(0)) {
            // The hub has no such chain: whoever made it up is heard no more, and any version may follow.
            (present.status, present.version) = (Status.RETIRED, 0);
            _apply(present);
        }
    }

    /// @inheritdoc IDirectory
    function applyAnnounced(uint64 chainId) external {
        Rollup memory announced = _announced[chainId];
        uint256 effectiveAt = _effectiveAt[chainId];
        require(announced.version != 0, NothingAnnounced(chainId));
        require(block.timestamp >= effectiveAt, NotEffectiveYet(block.timestamp, effectiveAt));
        delete _announced[chainId];
        delete _effectiveAt[chainId];
        saidAt[chainId] = _announcedAt[chainId];
        _apply(announced);
    }

    /// @inheritdoc IDirectory
    function entry(uint64 chainId) external view returns (Rollup memory) {
        return _entries[chainId];
    }

    /// @inheritdoc IDirectory
    function announcedEntry(uint64 chainId) external view returns (Rollup memory announced, uint256 effectiveAt) {
        return (_announced[chainId], _effectiveAt[chainId]);
    }

    /// @inheritdoc IDirectory
    function chainIds() external view returns (uint64[] memory) {
        return _chainIds;
    }

    /// @dev Records the entry, and copies it into the gateway.
    function _apply(Rollup memory next) private {
        Rollup memory present = _entries[next.chainId];
        if (present.gateway != next.gateway) {
            // A version that does not follow was never the hub's, or not with this content: its gateway is not heard on.
            // Nor is one whose lies nobody can prove, where those of its successor can be: policies may have refused it.
            if (
                Status.isHeard(present.status) &&
                next.version > present.version &&
                (present.refutable || !next.refutable)
            ) {
                uint256 lastSecond = block.timestamp + DRAINING;
                drainingUntil[next.chainId][present.gateway] = lastSecond;
                emit GatewayDraining(next.chainId, present.gateway, lastSecond);
            } else {
                // What was not heard while it was named is not heard because it is replaced, nor for what it was before.
                delete drainingUntil[next.chainId][present.gateway];
            }
        }
        _record(next);
        IGatewayBooks(gateway).copyEntry(next.chainId, next.gateway, next.operatorSetId, next.status, next.refutable);
    }

    function _record(Rollup memory next) private {
        if (!_isKnown(next.chainId)) {
            require(_chainIds.length < MAX_CHAINS, DirectoryFull(next.chainId, MAX_CHAINS));
            _chainIds.push(next.chainId);
        }
        _entries[next.chainId] = next;
        emit EntryApplied(
            next.chainId,
            next.version,
            next.gateway,
            next.operatorSetId,
            next.status,
            next.finality,
            next.refutable
        );
    }

    function _isKnown(uint64 chainId) private view returns (bool) {
        return _entries[chainId].gateway != address(0);
    }

    function _sameSpeaker(Rollup memory a, Rollup memory b) private pure returns (bool) {
        return a.gateway == b.gateway && a.operatorSetId == b.operatorSetId;
    }

    function _requireWellFormed(Rollup memory next) private pure {
        require(
            next.chainId != 0 &&
                next.gateway != address(0) &&
                next.version != 0 &&
                next.status >= Status.PROPOSED &&
                next.status <= Status.RETIRED &&
                next.finality != 0 &&
                next.finality <= Acceptance.FINAL,
            EntryMalformed(next)
        );
    }
}
