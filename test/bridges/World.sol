// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

import {OpStackHubEnd} from "../../contracts/bridges/OpStackHubEnd.sol";
import {OpStackRollupEnd} from "../../contracts/bridges/OpStackRollupEnd.sol";
import {HubEndConfig, IRollupEnd} from "../../contracts/interfaces/ICanonicalBridge.sol";
import {FirstTable} from "../../contracts/interfaces/IOperatorTables.sol";
import {IRollupRegistry} from "../../contracts/interfaces/IRollupRegistry.sol";
import {ISlasher} from "../../contracts/interfaces/ISlasher.sol";
import {ITableBuilder} from "../../contracts/interfaces/ITableBuilder.sol";
import {Acceptance, SourcePolicy} from "../../contracts/libraries/Acceptance.sol";
import {CanonicalNews, EntryNews, EpochNews} from "../../contracts/libraries/CanonicalNews.sol";
import {Certificate} from "../../contracts/libraries/Certificates.sol";
import {Batch, Rollup, Statements, Table} from "../../contracts/libraries/Statements.sol";
import {Status} from "../../contracts/libraries/Status.sol";
import {IdealVerifier} from "../../contracts/mocks/IdealVerifier.sol";
import {DelayedMessenger} from "../../contracts/mocks/bridges/DelayedMessenger.sol";
import {PaperHub} from "../../contracts/mocks/bridges/PaperHub.sol";
import {Directory} from "../../contracts/rollup/Directory.sol";
import {Gateway} from "../../contracts/rollup/Gateway.sol";
import {OperatorTables} from "../../contracts/rollup/OperatorTables.sol";
import {Policy} from "../../contracts/rollup/Policy.sol";
import {IdealCommittee} from "../invariant/Committees.sol";
import {PlainPage} from "../libraries/PageTree.t.sol";

/// @notice A rollup's real books and gateway, and both ends of its bridge, in one EVM. The messengers are doubles.
abstract contract World is PlainPage {
    /// @notice A message that is on its way.
    struct Letter {
        uint256 nonce;
        address sender;
        address target;
        uint256 gasLimit;
        bytes message;
    }

    uint64 internal constant HERE = 13;
    uint64 internal constant PEER = 11;
    address internal constant PEER_GATEWAY = address(0x9a7e);
    uint32 internal constant SET = 1;
    uint32 internal constant ROLLUP_GAS = 2_000_000;
    uint32 internal constant HUB_GAS = 200_000;
    uint256 internal constant DELAY = 1 hours;
    uint256 internal constant START = 1_800_000_000;

    PaperHub internal immutable HUB = new PaperHub();
    IdealVerifier internal immutable VERIFIER = new IdealVerifier(1, address(0x5e41ce));
    IdealCommittee internal immutable COMMITTEE;
    DelayedMessenger internal immutable HUB_MESSENGER = new DelayedMessenger(address(this), DELAY);
    DelayedMessenger internal immutable MESSENGER = new DelayedMessenger(address(this), DELAY);
    OperatorTables internal immutable TABLES;
    Directory internal immutable DIRECTORY;
    Gateway internal immutable GATEWAY;
    OpStackHubEnd internal immutable HUB_END;
    OpStackRollupEnd internal immutable END;

    constructor() {
        vm.chainId(HERE);
        vm.warp(START);
        COMMITTEE = new IdealCommittee(VERIFIER, 0);
        address gateway = Create3.computeAddress("gateway");
        END = new OpStackRollupEnd(gateway, Create3.computeAddress("hub end"), MESSENGER);
        FirstTable[] memory tables = new FirstTable[](1);
        tables[0] = FirstTable(_table(1, COMMITTEE.packed()), COMMITTEE.packed());
        Rollup[] memory entries = new Rollup[](2);
        entries[0] = _entry(HERE, gateway, 1);
        entries[1] = _entry(PEER, PEER_GATEWAY, 1);
        TABLES = new OperatorTables(gateway, VERIFIER, 6 hours, 36 hours, tables);
        DIRECTORY = new Directory(gateway, TABLES, SET, entries);
        SourcePolicy memory policy = SourcePolicy(1 days, 6_667, 3, 0, false, false, Acceptance.NO_LIMIT);
        Policy owned = new Policy(gateway, address(this), 8 days, 7 days, 3_334, policy);
        bytes memory arguments = abi.encode(1, address(0x5e41ce), DIRECTORY, TABLES, owned, VERIFIER, END);
        GATEWAY = Gateway(Create3.deploy(0, "gateway", bytes.concat(type(Gateway).creationCode, arguments)));
        arguments = abi.encode(_config(gateway, address(END)), HUB_MESSENGER);
        HUB_END = OpStackHubEnd(
            Create3.deploy(0, "hub end", bytes.concat(type(OpStackHubEnd).creationCode, arguments))
        );
        HUB.write(tables[0].table);
        for (uint256 i = 0; i < 2; ++i) HUB.record(entries[i]);
    }

    /// @dev Sends an epoch's news, and says what went off.
    function _sendEpoch(uint32 number) internal returns (Letter memory) {
        uint256 nonce = HUB_MESSENGER.messageNonce();
        HUB_END.sendEpoch(SET, number);
        return _down(nonce, abi.encodeCall(IRollupEnd.receiveEpoch, (_epochNews(number))));
    }

    /// @dev Sends a chain's news, and says what went off.
    function _sendEntry(uint64 chainId) internal returns (Letter memory) {
        uint256 nonce = HUB_MESSENGER.messageNonce();
        HUB_END.sendEntry(chainId);
        Rollup memory entry = HUB.rollupAt(chainId, HUB.entryOf(chainId).version);
        entry.chainId = chainId;
        uint64 sequence = HUB_END.sequenceOf(CanonicalNews.entrySubject(chainId));
        EntryNews memory news = EntryNews(sequence, uint64(block.timestamp), entry);
        return _down(nonce, abi.encodeCall(IRollupEnd.receiveEntry, (news)));
    }

    /// @dev Proves and relays at once, after the delay.
    function _carry(DelayedMessenger messenger, Letter memory letter) internal returns (bool) {
        if (messenger.relayableAt(_hashOf(letter)) == 0) messenger.prove(_hashOf(letter));
        vm.warp(block.timestamp + DELAY);
        return _relay(messenger, letter);
    }

    function _relay(DelayedMessenger messenger, Letter memory letter) internal returns (bool) {
        return messenger.relayMessage(letter.nonce, letter.sender, letter.target, letter.gasLimit, letter.message);
    }

    /// @dev Installs a table that the committee certified.
    function _certify(Table memory table, bytes memory rows) internal {
        TABLES.install(_certificate(Statements.leaf(table)), table, new bytes32[](0), rows);
    }

    function _certificate(bytes32 leaf) internal returns (Certificate memory) {
        return COMMITTEE.certify(Batch(SET, 1, uint64(block.timestamp), leaf), 0, 0);
    }

    function _config(address gateway, address rollupEnd) internal view returns (HubEndConfig memory) {
        address hub = address(HUB);
        return
            HubEndConfig({
                tableBuilder: ITableBuilder(hub),
                slasher: ISlasher(hub),
                registry: IRollupRegistry(hub),
                rollupChainId: HERE,
                gateway: gateway,
                rollupEnd: rollupEnd,
                rollupGas: ROLLUP_GAS,
                uncontestedDelaySeconds: 7 days,
                contestedDelaySeconds: 12 days
            });
    }

    function _epochNews(uint32 number) internal view returns (EpochNews memory) {
        Table memory table = Table(
            SET,
            number,
            HUB.epoch(SET, number).tableHash,
            HUB.epoch(SET, number).validFrom,
            HUB.epoch(SET, number).validUntil
        );
        uint64 sequence = HUB_END.sequenceOf(CanonicalNews.epochSubject(SET, number));
        return EpochNews(sequence, uint64(block.timestamp), HUB.newestEpoch(SET), HUB.isRevoked(SET, number), table);
    }

    function _down(uint256 nonce, bytes memory message) internal view returns (Letter memory letter) {
        letter = Letter(nonce, address(HUB_END), address(END), ROLLUP_GAS, message);
        isTrue(HUB_MESSENGER.isSent(_hashOf(letter)), "the hub sent another message");
    }

    function _hashOf(Letter memory letter) internal view returns (bytes32) {
        return MESSENGER.hashOf(letter.nonce, letter.sender, letter.target, letter.gasLimit, letter.message);
    }

    function _table(uint32 number, bytes memory rows) internal view returns (Table memory) {
        uint64 from = uint64(block.timestamp);
        return Table(SET, number, keccak256(rows), from, from + 1 days);
    }

    function _entry(uint64 chainId, address gateway, uint64 version) internal pure returns (Rollup memory) {
        return Rollup(chainId, gateway, SET, Status.ACTIVE, Acceptance.FINAL, true, version);
    }
}
