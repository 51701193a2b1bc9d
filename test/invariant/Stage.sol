// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../../contracts/interfaces/ICertificateVerifier.sol";
import {FirstTable} from "../../contracts/interfaces/IOperatorTables.sol";
import {Messages} from "../../contracts/libraries/Messages.sol";
import {Rollup, Table} from "../../contracts/libraries/Statements.sol";
import {GasEaterRecipient} from "../../contracts/mocks/GasEaterRecipient.sol";
import {ReturnBombRecipient} from "../../contracts/mocks/ReturnBombRecipient.sol";
import {Gateway} from "../../contracts/rollup/Gateway.sol";
import {Assertions} from "../support/Assertions.sol";
import {Book} from "./Book.sol";
import {Committee} from "./Committees.sol";
import {FickleRecipient, RedeliveringRecipient, TurncoatRecipient, WitnessRecipient} from "./Recipients.sol";
import {RollupFactory} from "./RollupFactory.sol";

/// @notice Two sources, each with its own committee, that send to one destination, all in one EVM whose chain id changes.
/// Lanes 0 and 1 lead from source 0 and 1 to the destination's gateway, lanes 2 and 3 to a decoy that replaces it at times.
abstract contract Stage is Assertions {
    /// @notice What campaigns must have done, each with success; a refusal is a success where it is what must happen.
    enum Did {
        Send,
        CrossPage,
        Pass,
        SendValue,
        Repoint,
        Turn,
        Renew,
        Tighten,
        Deliver,
        DeliverWithAbsentees,
        DeliverTwiceInOneCall,
        DeliverBesideFailure,
        RefuseUnderQuorum,
        SkipDelivered,
        SkipExpired,
        Confirm,
        ConfirmOverRival,
        RefuseRival,
        DeliverConfirmed,
        RefuseConfirmed,
        Replay,
        RefuseReentry,
        Lie
    }

    /// @notice A message as its source knows it. `head` is the lane's after it.
    struct Sent {
        bytes32 id;
        bytes32 head;
        address sender;
        uint8 kind;
        uint32 gasLimit;
        uint64 deliverBefore;
        bytes payload;
    }

    /// @notice An epoch as the committee knows it.
    struct Validity {
        uint64 from;
        uint64 until;
    }

    uint64 internal constant GAMMA = 13;
    address internal constant DECOY = address(0xdec0);
    uint256 internal constant KINDS = 9;
    /// @dev Kinds 0 and 1 are plain, 2 and 3 deliver again from within, 4 refuses at times, the others always fail.
    uint8 internal constant REDELIVERING = 2;
    uint8 internal constant FICKLE = 4;

    RollupFactory internal immutable FACTORY = new RollupFactory(address(0x5e41ce), 6 hours, 36 hours);
    Book public immutable BOOK = new Book();
    ICertificateVerifier internal immutable VERIFIER;

    Committee[2] internal _committees;
    RollupFactory.Contracts[2] internal _sources;
    RollupFactory.Contracts internal _gamma;
    address[KINDS] internal _recipients;

    Sent[][4] internal _lanes;
    bytes32[][4] internal _ids;
    bool[2] internal _pointsToDecoy;
    uint16[2] internal _quorumBps;
    Validity[][2] internal _epochs;
    uint256 internal _now = 1_800_000_000;

    /// @dev How often each action really happened.
    mapping(Did => uint256) internal _did;

    modifier onGamma() {
        vm.warp(_now);
        vm.chainId(GAMMA);
        _;
    }

    constructor(ICertificateVerifier verifier, Committee[2] memory committees) {
        VERIFIER = verifier;
        _committees = committees;
        vm.warp(_now);
        Rollup[] memory entries = new Rollup[](3);
        for (uint64 chain = 0; chain < 3; ++chain) entries[chain] = FACTORY.entryOf(11 + chain, chain == 1 ? 2 : 1);
        FirstTable[] memory tables = new FirstTable[](2);
        for (uint32 s = 0; s < 2; ++s) {
            _epochs[s].push();
            tables[s] = FirstTable(_nextTable(s), committees[s].packed());
            _quorumBps[s] = FACTORY.QUORUM_BPS();
        }
        for (uint64 s = 0; s < 2; ++s) {
            vm.chainId(11 + s);
            _sources[s] = FACTORY.deploy(11 + s, verifier, entries, tables);
        }
        vm.chainId(GAMMA);
        _gamma = FACTORY.deploy(GAMMA, verifier, entries, tables);
        _recipients = [
            address(new WitnessRecipient(BOOK)),
            address(new WitnessRecipient(BOOK)),
            address(new RedeliveringRecipient(BOOK)),
            address(new RedeliveringRecipient(BOOK)),
            address(new FickleRecipient(BOOK)),
            address(new GasEaterRecipient()),
            address(new ReturnBombRecipient(true)),
            address(new TurncoatRecipient(BOOK)),
            address(0xe0a)
        ];
    }

    /// @notice How often an action happened.
    function did(Did what) public view returns (uint256) {
        return what == Did.RefuseReentry ? BOOK.reentryRefused() : _did[what];
    }

    /// @dev What the source's gateway says of a lane is what its senders know of it.
    function _checkLane(uint256 lane) internal {
        (uint64 chain, Gateway gateway) = _source(lane % 2);
        vm.chainId(chain);
        (uint256 count, bytes32 head) = gateway.laneOf(GAMMA, _destination(lane));
        vm.chainId(GAMMA);
        uint256 known = _lanes[lane].length;
        if (count != known) BOOK.breach(6, "a lane's count is not the number of its messages");
        if (head != _lanes[lane][known - 1].head) BOOK.breach(6, "a lane's head is not the fold of its messages");
    }

    /// @dev No recipient answers through the destination's gateway with success, and no gateway holds ether.
    function _checkTraces() internal {
        for (uint64 chain = 11; chain < 13; ++chain) {
            (, uint64 count, , ) = _gamma.gateway.lane(chain);
            if (count != 0) BOOK.breach(4, "a failed recipient's answer was sent");
            if (address(_sources[chain - 11].gateway).balance != 0) BOOK.breach(7, "a source's gateway holds ether");
        }
        if (address(_gamma.gateway).balance != 0) BOOK.breach(7, "the destination's gateway holds ether");
    }

    function _redelivers(uint8 kind) internal pure returns (bool) {
        return kind == REDELIVERING || kind == REDELIVERING + 1;
    }

    function _source(uint256 s) internal view returns (uint64 chainId, Gateway gateway) {
        return (uint64(11 + s), _sources[s].gateway);
    }

    function _destination(uint256 lane) internal view returns (address) {
        return lane < 2 ? address(_gamma.gateway) : DECOY;
    }

    function _nextHead(uint256 lane, bytes32 id) internal view returns (bytes32) {
        uint256 count = _lanes[lane].length;
        (uint64 chain, Gateway gateway) = _source(lane % 2);
        bytes32 head =
            count == 0
                ? keccak256(abi.encode(Messages.LANE_TYPEHASH, chain, gateway, GAMMA, _destination(lane)))
                : _lanes[lane][count - 1].head;
        return keccak256(abi.encode(Messages.LANE_STEP, head, id));
    }

    /// @dev Of messages that were sent; in assembly because campaigns need full pages many thousands of times.
    function _idsOf(uint256 lane, uint256 first, uint256 count) internal view returns (bytes32[] memory ids) {
        bytes32[] storage all = _ids[lane];
        ids = new bytes32[](count);
        assembly ("memory-safe") {
            mstore(0, all.slot)
            let from := add(keccak256(0, 0x20), first)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                mstore(add(add(ids, 0x20), shl(5, i)), sload(add(from, i)))
            }
        }
    }

    /// @dev The table of the committee's next epoch, from now on; remembers its validity.
    function _nextTable(uint256 s) internal returns (Table memory table) {
        table.operatorSetId = uint32(s + 1);
        table.epoch = uint32(_epochs[s].length);
        table.tableHash = keccak256(_committees[s].packed());
        table.validFrom = uint64(_now);
        table.validUntil = uint64(_now + FACTORY.VALIDITY());
        _epochs[s].push(Validity(table.validFrom, table.validUntil));
    }
}
