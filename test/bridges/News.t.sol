// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OpStackHubEnd} from "../../contracts/bridges/OpStackHubEnd.sol";
import {OpStackRollupEnd} from "../../contracts/bridges/OpStackRollupEnd.sol";
import {HubEndConfig, IHubEnd, IRollupEnd} from "../../contracts/interfaces/ICanonicalBridge.sol";
import {CanonicalNews} from "../../contracts/libraries/CanonicalNews.sol";
import {Certificate} from "../../contracts/libraries/Certificates.sol";
import {Epochs} from "../../contracts/libraries/Epochs.sol";
import {Rollup, Statements, Table} from "../../contracts/libraries/Statements.sol";
import {Status} from "../../contracts/libraries/Status.sol";
import {DelayedMessenger} from "../../contracts/mocks/bridges/DelayedMessenger.sol";
import {IdealCommittee} from "../invariant/Committees.sol";
import {World} from "./World.sol";

/// @notice What the hub says goes down, and overrides what certificates brought.
contract NewsTest is World {
    function setUp() external {
        vm.chainId(HERE);
        vm.warp(START);
    }

    function test_InstallsATableThatNobodyCertified() external {
        Table memory table = _table(2, COMMITTEE.packed());
        HUB.write(table);
        isTrue(_carry(MESSENGER, _sendEpoch(2)), "relayed");
        TABLES.installBrought(SET, 2, COMMITTEE.packed());
        equal(TABLES.newestEpoch(SET), 2, "newest");
        equal(GATEWAY.epoch(SET, 2).table, TABLES.epoch(SET, 2).table, "the gateway's copy");
    }

    function test_ReplacesACapturedTable() external {
        bytes memory captured = new IdealCommittee(VERIFIER, 1).packed();
        Table memory lie = _table(2, captured);
        _certify(lie, captured);
        Table memory table = _table(2, COMMITTEE.packed());
        HUB.write(table);
        isTrue(_carry(MESSENGER, _sendEpoch(2)), "relayed");
        equal(GATEWAY.epoch(SET, 2).status, Epochs.REVOKED, "the captured table's status");
        TABLES.installBrought(SET, 2, COMMITTEE.packed());
        equal(GATEWAY.epoch(SET, 2).status, Epochs.SPEAKING, "the true table's status");
        equal(GATEWAY.epoch(SET, 2).table, TABLES.epoch(SET, 2).table, "the gateway's copy");
    }

    function test_SilencesEpochsThatTheHubDoesNotHave() external {
        _certify(_table(2, COMMITTEE.packed()), COMMITTEE.packed());
        vm.warp(START + 1);
        isTrue(_carry(MESSENGER, _sendEpoch(1)), "relayed");
        equal(GATEWAY.epoch(SET, 2).status, Epochs.REVOKED, "status");
        equal(TABLES.newestEpoch(SET), 1, "newest");
    }

    function test_ARevokedEpochLosesItsVoteAtOnce() external {
        Certificate memory certificate = _certificate(bytes32("anything"));
        TABLES.requireHubQuorum(certificate);
        HUB.revoke(SET, 1);
        isTrue(_carry(MESSENGER, _sendEpoch(1)), "relayed");
        equal(GATEWAY.epoch(SET, 1).status, Epochs.REVOKED, "status");
        vm.expectRevert(abi.encodeWithSelector(Epochs.EpochSilenced.selector, SET, 1, Epochs.REVOKED));
        TABLES.requireHubQuorum(certificate);
    }

    function test_RevokesSixtyFourEpochsWithinItsGas() external {
        for (uint32 number = 2; number <= 64; ++number) {
            _certify(_table(number, COMMITTEE.packed()), COMMITTEE.packed());
        }
        vm.warp(START + 1);
        HUB.revoke(SET, 1);
        Letter memory letter = _sendEpoch(1);
        MESSENGER.prove(_hashOf(letter));
        vm.warp(START + 1 + DELAY);
        uint256 before = gasleft();
        bool success = MESSENGER.relayMessage{gas: ROLLUP_GAS + 100_000}(
            letter.nonce,
            letter.sender,
            letter.target,
            letter.gasLimit,
            letter.message
        );
        isTrue(success, "relayed");
        before -= gasleft();
        // All slots are warm here: elsewhere each of an epoch's three costs up to 4 900 more.
        isTrue(before + 64 * 3 * 4_900 < ROLLUP_GAS, vm.toString(before));
        for (uint32 number = 1; number <= 64; ++number) {
            equal(GATEWAY.epoch(SET, number).status, Epochs.REVOKED, "status");
        }
    }

    function test_BringsAnEntryAndItsRetirement() external {
        Rollup memory entry = _entry(PEER, address(0xbeef), 2);
        HUB.record(entry);
        isTrue(_carry(MESSENGER, _sendEntry(PEER)), "relayed");
        equal(DIRECTORY.entry(PEER).gateway, address(0xbeef), "the directory's gateway");
        equal(GATEWAY.source(PEER).gateway, address(0xbeef), "the gateway's copy");
        (entry.status, entry.version) = (Status.RETIRED, 3);
        HUB.record(entry);
        isTrue(_carry(MESSENGER, _sendEntry(PEER)), "relayed");
        equal(DIRECTORY.entry(PEER).status, Status.RETIRED, "the directory's status");
        (, , , uint8 status) = GATEWAY.lane(PEER);
        equal(status, Status.RETIRED, "the lane's status");
    }

    function test_ReplacesACapturedEntryOfAHigherVersion() external {
        Rollup memory lie = _entry(PEER, PEER_GATEWAY, 60);
        lie.status = Status.RETIRED;
        DIRECTORY.update(_certificate(Statements.leaf(lie)), lie, new bytes32[](0));
        equal(DIRECTORY.entry(PEER).status, Status.RETIRED, "the captured status");
        vm.warp(START + 1);
        isTrue(_carry(MESSENGER, _sendEntry(PEER)), "relayed");
        equal(DIRECTORY.entry(PEER).version, 1, "version");
        equal(DIRECTORY.entry(PEER).status, Status.ACTIVE, "status");
    }

    function test_RetiresAChainThatTheHubDoesNotKnow() external {
        Rollup memory lie = _entry(77, address(0x77), 1);
        DIRECTORY.update(_certificate(Statements.leaf(lie)), lie, new bytes32[](0));
        vm.warp(START + 1);
        isTrue(_carry(MESSENGER, _sendEntry(77)), "relayed");
        equal(DIRECTORY.entry(77).status, Status.RETIRED, "status");
    }

    function test_OlderNewsAreIgnoredAndNeverRevert() external {
        Rollup[3] memory versions = [
            _entry(PEER, address(1), 2),
            _entry(PEER, address(2), 3),
            _entry(PEER, address(3), 4)
        ];
        Letter[3] memory letters;
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(START + i);
            HUB.record(versions[i]);
            letters[i] = _sendEntry(PEER);
            MESSENGER.prove(_hashOf(letters[i]));
        }
        vm.warp(START + 2 * DELAY);
        uint8[6] memory order = [1, 0, 1, 2, 0, 1];
        address[6] memory expected = [address(2), address(2), address(2), address(3), address(3), address(3)];
        for (uint256 i = 0; i < order.length; ++i) {
            isTrue(_relay(MESSENGER, letters[order[i]]), "relayed");
            equal(DIRECTORY.entry(PEER).gateway, expected[i], "gateway");
        }
        equal(END.sequenceOf(CanonicalNews.entrySubject(PEER)), 3, "sequence");
    }

    function test_ALateRevocationIsNotUndoneByEarlierNews() external {
        Letter memory calm = _sendEpoch(1);
        HUB.revoke(SET, 1);
        isTrue(_carry(MESSENGER, _sendEpoch(1)), "relayed");
        isTrue(_carry(MESSENGER, calm), "relayed");
        equal(GATEWAY.epoch(SET, 1).status, Epochs.REVOKED, "status");
    }

    function test_SubjectsAreNumberedApart() external {
        _sendEpoch(1);
        _sendEpoch(1);
        isTrue(_carry(MESSENGER, _sendEpoch(1)), "relayed");
        isTrue(_carry(MESSENGER, _sendEntry(PEER)), "relayed");
        isTrue(_carry(MESSENGER, _sendEpoch(2)), "relayed");
        equal(END.sequenceOf(CanonicalNews.epochSubject(SET, 1)), 3, "of epoch 1");
        equal(END.sequenceOf(CanonicalNews.epochSubject(SET, 2)), 1, "of epoch 2");
        equal(END.sequenceOf(CanonicalNews.entrySubject(PEER)), 1, "of the chain");
    }

    function test_NewsThatRanOutOfGasAreRelayedAgain() external {
        Rollup memory entry = _entry(PEER, address(0xbeef), 2);
        HUB.record(entry);
        Letter memory letter = _sendEntry(PEER);
        letter.gasLimit = 30_000;
        isTrue(!_carryWith(letter, 120_000), "relayed with too little gas");
        equal(END.sequenceOf(CanonicalNews.entrySubject(PEER)), 0, "sequence");
        isTrue(_relay(MESSENGER, letter), "relayed");
        equal(DIRECTORY.entry(PEER).gateway, address(0xbeef), "gateway");
    }

    function test_TheDoubleRelaysOnlyWhatIsProvenAndAfterTheDelay() external {
        Letter memory letter = _sendEpoch(1);
        bytes32 messageHash = _hashOf(letter);
        vm.expectRevert(abi.encodeWithSelector(DelayedMessenger.MessageNotProven.selector, messageHash));
        _relay(MESSENGER, letter);
        vm.expectRevert(abi.encodeWithSelector(DelayedMessenger.NotTheCarrier.selector, address(0xbad), address(this)));
        vm.prank(address(0xbad));
        MESSENGER.prove(messageHash);
        MESSENGER.prove(messageHash);
        vm.warp(START + DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(DelayedMessenger.RelayedTooEarly.selector, START + DELAY - 1, START + DELAY)
        );
        _relay(MESSENGER, letter);
        vm.warp(START + DELAY);
        isTrue(_relay(MESSENGER, letter), "relayed");
    }

    function test_ABridgeWithoutASecondEndIsNotBuilt() external {
        HubEndConfig memory config = _config(address(GATEWAY), address(END));
        config.rollupEnd = address(0);
        vm.expectRevert(IHubEnd.OtherEndMissing.selector);
        new OpStackHubEnd(config, HUB_MESSENGER);
        config = _config(address(0), address(END));
        vm.expectRevert(IHubEnd.OtherEndMissing.selector);
        new OpStackHubEnd(config, HUB_MESSENGER);
        config = _config(address(GATEWAY), address(END));
        config.rollupGas = 0;
        vm.expectRevert(IHubEnd.RollupGasMissing.selector);
        new OpStackHubEnd(config, HUB_MESSENGER);
        config = _config(address(GATEWAY), address(END));
        config.uncontestedDelaySeconds = config.contestedDelaySeconds + 1;
        vm.expectRevert(abi.encodeWithSelector(IHubEnd.DelaysOutOfOrder.selector, 12 days + 1, 12 days));
        new OpStackHubEnd(config, HUB_MESSENGER);
    }

    function test_ARollupsEndWithoutASecondEndIsNotBuilt() external {
        vm.expectRevert(IRollupEnd.OtherEndMissing.selector);
        new OpStackRollupEnd(address(0), address(HUB_END), MESSENGER);
        vm.expectRevert(IRollupEnd.OtherEndMissing.selector);
        new OpStackRollupEnd(address(GATEWAY), address(0), MESSENGER);
    }

    function _carryWith(Letter memory letter, uint256 gas) private returns (bool) {
        MESSENGER.prove(_hashOf(letter));
        vm.warp(block.timestamp + DELAY);
        return
            MESSENGER.relayMessage{gas: gas}(
                letter.nonce,
                letter.sender,
                letter.target,
                letter.gasLimit,
                letter.message
            );
    }
}
