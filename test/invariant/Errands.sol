// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Run} from "../../contracts/interfaces/IInbox.sol";
import {Acceptance} from "../../contracts/libraries/Acceptance.sol";
import {Batch, Page, Statements} from "../../contracts/libraries/Statements.sol";
import {Committee} from "./Committees.sol";
import {Pages} from "./Pages.sol";
import {Stage} from "./Stage.sol";

/// @notice Runs with the batches behind them, as honest nodes build them, and what the rules say of them.
abstract contract Errands is Stage {
    /// @notice One run and the batch behind it, before anybody signs.
    struct Errand {
        uint256 lane;
        /// @dev Nonce of the first message.
        uint256 first;
        uint256 width;
        Page page;
        bytes32 sibling;
        bytes32[] rangeProof;
        Batch batch;
        uint256 nonSigners;
    }

    uint256 private constant MOST_WIDTH = 6;

    /// @dev A run of a lane's page, as the page was at some time after the run's last message was sent, and a batch of
    /// `speaker` that holds it.
    function _errand(
        uint256 lane,
        uint256 speaker,
        uint256 first,
        uint256 width,
        uint256 age
    ) internal view returns (Errand memory errand) {
        uint256 length = _lanes[lane].length;
        // Mostly among the last messages.
        errand.first = first % 4 != 0 && length > 12 ? length - 1 - (first % 12) : (first / 4) % length;
        uint256 pageEnd = errand.first - (errand.first % 256) + 256;
        uint256 room = (pageEnd < length ? pageEnd : length) - errand.first;
        uint256 most = room < MOST_WIDTH ? room : MOST_WIDTH;
        errand.width = width % 4 == 0 ? 1 : within(width, (most + 1) / 2, most);
        errand.lane = lane;
        _fillPage(errand, errand.width + (age % (room - errand.width + 1)));

        Validity memory epoch = _epochs[speaker][_epochs[speaker].length - 1];
        uint256 issuedAt = _now - (age % 1 hours);
        if (issuedAt < epoch.from) issuedAt = epoch.from;
        errand.page.blockNumber = uint64(age);
        errand.page.sourceTimestamp = uint64(issuedAt);
        errand.sibling = word(age, uint256(errand.page.root));
        errand.batch = Batch(uint32(speaker + 1), uint32(_epochs[speaker].length - 1), uint64(issuedAt), 0);
        errand.batch.statementsRoot = _statementsRoot(errand.page, errand.sibling);
    }

    /// @dev The page when `width` messages from the run's first on were sent.
    function _fillPage(Errand memory errand, uint256 width) private view {
        uint256 index = errand.first % 256;
        uint256 pageStart = errand.first - index;
        bytes32[] memory leaves = _idsOf(errand.lane, pageStart, index + width);
        Pages.Levels memory levels = Pages.build(leaves);
        errand.rangeProof = Pages.proof(levels, index, errand.width);

        Page memory page = errand.page;
        (page.sourceChainId, ) = _source(errand.lane % 2);
        page.sourceGateway = address(_sources[errand.lane % 2].gateway);
        page.destinationChainId = GAMMA;
        page.destinationGateway = _destination(errand.lane);
        page.pageIndex = uint64(pageStart / 256);
        page.count = uint16(leaves.length);
        page.root = Pages.root(levels);
        page.chainHead = _lanes[errand.lane][pageStart + leaves.length - 1].head;
        page.finality = Acceptance.FINAL;
    }

    /// @dev A run of the first plain message of a run, which a neighbour delivers from within; the run itself if it has none.
    function _neighbour(Errand memory errand) internal view returns (Run[] memory) {
        bool isTried = false;
        uint256 plain = errand.width;
        for (uint256 i = 0; i < errand.width; ++i) {
            uint8 kind = _lanes[errand.lane][errand.first + i].kind;
            isTried = isTried || _redelivers(kind);
            if (kind < REDELIVERING && plain == errand.width) plain = i;
        }
        if (!isTried || plain == errand.width) return _runs(errand, 0);
        uint256 index = (errand.first + plain) % 256;
        Errand memory alone;
        (alone.lane, alone.first, alone.width) = (errand.lane, errand.first + plain, 1);
        (alone.page, alone.sibling) = (errand.page, errand.sibling);
        bytes32[] memory leaves = _idsOf(errand.lane, alone.first - index, errand.page.count);
        alone.rangeProof = Pages.proof(Pages.build(leaves), index, 1);
        return _runs(alone, 0);
    }

    function _runs(Errand memory errand, uint32 gasPerMessage) internal view returns (Run[] memory runs) {
        runs = new Run[](1);
        runs[0].page = errand.page;
        runs[0].batchProof = new bytes32[](1);
        runs[0].batchProof[0] = errand.sibling;
        runs[0].firstIndex = uint16(errand.first % 256);
        runs[0].gasPerMessage = gasPerMessage;
        runs[0].rangeProof = errand.rangeProof;
        for (uint256 i = 0; i < errand.width; ++i) {
            Sent memory sent = _lanes[errand.lane][errand.first + i];
            runs[0].messages = abi.encodePacked(
                runs[0].messages,
                sent.sender,
                _recipients[sent.kind],
                sent.gasLimit,
                sent.deliverBefore,
                uint24(sent.payload.length),
                sent.payload
            );
        }
    }

    /// @dev Rule 1, as the protocol's page states it.
    function _isUsable(Errand memory errand) internal view returns (bool) {
        Batch memory batch = errand.batch;
        Validity memory epoch = _epochs[batch.operatorSetId - 1][batch.tableEpoch];
        return
            epoch.from <= batch.issuedAt &&
            batch.issuedAt <= epoch.until &&
            batch.issuedAt <= _now + 15 minutes &&
            _now <= epoch.until + FACTORY.GRACE();
    }

    /// @dev Rules 1 and 2 for a true page: the right set, the quorum of now, the age.
    function _isAcceptable(Errand memory errand) internal view returns (bool) {
        uint256 s = errand.lane % 2;
        return
            errand.lane < 2 &&
            errand.batch.operatorSetId == s + 1 &&
            _isUsable(errand) &&
            _signedBps(errand) >= _quorumBps[s] &&
            errand.page.sourceTimestamp <= errand.batch.issuedAt &&
            _now <= uint256(errand.batch.issuedAt) + FACTORY.MAX_AGE();
    }

    function _signedBps(Errand memory errand) internal view returns (uint256) {
        Committee committee = _committees[errand.batch.operatorSetId - 1];
        return (committee.weightWithout(errand.nonSigners) * 10_000) / committee.totalWeight();
    }

    function _statementsRoot(Page memory page, bytes32 sibling) internal pure returns (bytes32) {
        bytes32 leaf = keccak256(abi.encodePacked(keccak256(abi.encode(Statements.PAGE_TYPEHASH, page))));
        return leaf < sibling ? keccak256(abi.encode(leaf, sibling)) : keccak256(abi.encode(sibling, leaf));
    }
}
