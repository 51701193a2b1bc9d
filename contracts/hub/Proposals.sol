// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRollupRegistry, Proposal} from "../interfaces/IRollupRegistry.sol";

/// @title Proposals
/// @notice What is proposed, by whom, and the bond behind it. Every wei of a bond belongs to its proposer: while the proposal is
/// open it is locked, then it can be claimed.
abstract contract Proposals is IRollupRegistry {
    /// @notice A proposal with its bond.
    struct Bonded {
        Proposal proposal;
        address proposer;
        uint256 bondedAt;
    }

    uint256 private immutable BOND;

    mapping(uint256 proposalId => Bonded bonded) private _proposals;
    mapping(address proposer => uint256 amount) private _claimable;
    uint256 private _proposalCount;

    constructor(uint256 bond) {
        BOND = bond;
    }

    /// @inheritdoc IRollupRegistry
    function claimBonds(address recipient) external returns (uint256 amount) {
        amount = _claimable[msg.sender];
        require(amount != 0, NoBond(msg.sender));
        delete _claimable[msg.sender];
        emit BondsClaimed(msg.sender, recipient, amount);
        (bool success, ) = recipient.call{value: amount}("");
        require(success, BondNotSent(recipient));
    }

    /// @inheritdoc IRollupRegistry
    function proposalOf(uint256 proposalId) external view returns (Proposal memory proposal, address proposer) {
        Bonded storage bonded = _proposals[proposalId];
        return (bonded.proposal, bonded.proposer);
    }

    function _propose(Proposal calldata proposal) internal returns (uint256 proposalId) {
        require(msg.value == BOND, BondMismatch(msg.value, BOND));
        proposalId = uint256(keccak256(abi.encode(++_proposalCount, msg.sender, proposal)));
        _proposals[proposalId] = Bonded(proposal, msg.sender, block.timestamp);
        emit Proposed(proposalId, msg.sender, proposal);
    }

    /// @dev Its bond can be claimed from now on.
    function _close(uint256 proposalId) internal {
        _claimable[_proposals[proposalId].proposer] += BOND;
        delete _proposals[proposalId];
    }

    function _open(uint256 proposalId) internal view returns (Bonded storage bonded) {
        bonded = _proposals[proposalId];
        require(bonded.proposer != address(0), ProposalNotOpen(proposalId));
    }
}
