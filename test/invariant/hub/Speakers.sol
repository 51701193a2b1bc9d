// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRollupRegistry, IRollupRegistryRegistrar, Proposal} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {Speech} from "../../../contracts/interfaces/ISlasher.sol";
import {Acceptance} from "../../../contracts/libraries/Acceptance.sol";
import {Messages} from "../../../contracts/libraries/Messages.sol";
import {Page, Rollup, Table} from "../../../contracts/libraries/Statements.sol";
import {Pages} from "../Pages.sol";
import {Signers} from "./Signers.sol";

/// @notice A source with two lanes, what operators said of them and of the hub, and how that becomes evidence.
/// @dev Operators 0 and 1 never say what is not so, or say it as less than final; 2 and 3 lie.
abstract contract Speakers is Signers {
    enum Kind {
        Page,
        Table,
        Entry
    }

    /// @notice A statement in a batch of its own. `isTrue` also of pages that are not final and that the source took back.
    struct Told {
        Kind kind;
        bool isTrue;
        uint32 epoch;
        uint64 issuedAt;
        /// @dev Bit i: row i of the epoch signed.
        uint256 signers;
        Page page;
        /// @dev The page's place that holds another message than the lane, plus one; zero for none. And which one.
        uint256 forkedAt;
        bytes32 forged;
        Table table;
        Rollup entry;
    }

    uint64 internal constant SOURCE = 11;
    uint64 internal constant DESTINATION = 12;
    address internal constant GATEWAY = address(0x6a7e);
    address internal constant ENTRY_OWNER = address(0x0e7e);
    uint256 internal constant OPERATORS = 4;
    uint256 internal constant FIRST_LIAR = 2;
    uint256 internal constant PAGE_SIZE = 256;

    Told[] internal _told;
    bytes32[][2] private _ids;
    bytes32[][2] private _heads;

    /// @dev More messages in a lane.
    function _send(uint256 lane, uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            uint256 nonce = _ids[lane].length;
            bytes32 before = nonce == 0 ? bytes32(lane) : _heads[lane][nonce - 1];
            _ids[lane].push(word(nonce, lane));
            _heads[lane].push(keccak256(abi.encode(Messages.LANE_STEP, before, _ids[lane][nonce])));
        }
    }

    /// @dev Operators of the newest epoch say something now.
    function _say(Told memory told, uint256 signers) internal returns (uint256 which) {
        (told.epoch, told.issuedAt, told.signers) = (_newest(), uint64(_now), signers);
        _told.push(told);
        return _told.length - 1;
    }

    /// @dev Both chains are registered and active, and everybody agrees.
    function _register() internal {
        _registerChain(SOURCE, GATEWAY);
        _registerChain(DESTINATION, address(0xd0));
    }

    /// @dev A page of a lane, as it was when it had so many messages.
    function _pageAt(uint256 lane, uint256 pageIndex, uint256 count, uint256 seed) internal view returns (Page memory) {
        Told memory told;
        told.page = Page({
            sourceChainId: SOURCE,
            sourceGateway: GATEWAY,
            destinationChainId: DESTINATION,
            destinationGateway: _laneEnd(lane),
            pageIndex: uint64(pageIndex),
            count: uint16(count),
            root: 0,
            chainHead: _heads[lane][pageIndex * PAGE_SIZE + count - 1],
            // Whichever block said so: no content.
            blockNumber: uint64(seed),
            sourceTimestamp: uint64(_now - (seed % 1 hours)),
            finality: Acceptance.FINAL
        });
        told.page.root = Pages.root(_levels(told));
        return told.page;
    }

    /// @dev The page with another message at one place, and therefore another root and head.
    function _fork(Told memory told, uint256 at, bytes32 forged) internal view {
        (told.forkedAt, told.forged) = (at + 1, forged);
        told.page.chainHead = word(uint256(forged), at);
        told.page.root = Pages.root(_levels(told));
    }

    function _levels(Told memory told) internal view returns (Pages.Levels memory) {
        bytes32[] storage ids = _ids[_laneOf(told.page)];
        uint256 first = told.page.pageIndex * PAGE_SIZE;
        bytes32[] memory leaves = new bytes32[](told.page.count);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = ids[first + i];
        if (told.forkedAt != 0) leaves[told.forkedAt - 1] = told.forged;
        return Pages.build(leaves);
    }

    /// @dev What was said, as evidence.
    function _evidence(uint256 which) internal view returns (Speech memory speech) {
        Told memory told = _told[which];
        bytes32 leaf =
            told.kind == Kind.Page
                ? _leaf(told.page)
                : told.kind == Kind.Table
                    ? _leaf(told.table)
                    : _leaf(told.entry);
        bytes32 sibling = word(which, uint256(leaf));
        speech.certificate = _certificate(told.epoch, told.issuedAt, _root(leaf, sibling), told.signers);
        speech.batchProof = _proof(sibling);
    }

    /// @dev The rows of the newest epoch that honest operators have; of liars' rows those that `seed` names.
    function _rows(uint256 seed) internal view returns (uint256 honest, uint256 liars) {
        address[] storage operators = _epochs[_newest()].operators;
        for (uint256 row = 0; row < operators.length; ++row) {
            if (!_isLiar(operators[row])) honest |= 1 << row;
            else if ((seed >> row) & 1 == 1) liars |= 1 << row;
        }
    }

    /// @dev Who carries a source's word, and what it takes, final and not. Here nobody does.
    function _wordOf(uint64) internal view virtual returns (address bridge, uint64 refuteWad, uint64 softWad) {}

    function _sent(uint256 lane) internal view returns (uint256) {
        return _ids[lane].length;
    }

    function _isLiar(address operator) internal pure returns (bool) {
        return operator >= _operator(FIRST_LIAR);
    }

    function _laneEnd(uint256 lane) internal pure returns (address) {
        return address(uint160(0xd0 + lane));
    }

    function _laneOf(Page memory page) internal pure returns (uint256) {
        return uint160(page.destinationGateway) - 0xd0;
    }

    function _registerChain(uint64 chainId, address gateway) private {
        address registry = address(_hub.REGISTRY());
        Proposal memory proposal;
        (proposal.chainId, proposal.gateway, proposal.operatorSetId) = (chainId, gateway, SET);
        proposal.finality = Acceptance.FINAL;
        (proposal.bridge, proposal.refuteWad, proposal.softWad) = _wordOf(chainId);
        proposal.refutable = proposal.bridge != address(0);
        bytes memory propose = abi.encodeCall(IRollupRegistry.propose, (proposal));
        vm.deal(ENTRY_OWNER, 1 ether);
        vm.prank(ENTRY_OWNER);
        (bool success, bytes memory result) = registry.call{value: 1 ether}(propose);
        isTrue(success, "a proposal");
        uint256 proposalId = abi.decode(result, (uint256));
        _must(_hub.REGISTRAR(), registry, abi.encodeCall(IRollupRegistryRegistrar.accept, (proposalId)));
        for (uint256 i = 0; i < OPERATORS; ++i) {
            _must(
                _operator(i),
                registry,
                abi.encodeCall(IRollupRegistry.optIn, (chainId, gateway, proposal.bridge, true))
            );
        }
        _pass(1 minutes, 0);
        _must(ENTRY_OWNER, registry, abi.encodeCall(IRollupRegistry.applyAccepted, (chainId)));
    }
}
