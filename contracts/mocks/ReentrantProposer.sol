// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRollupRegistry, Proposal} from "../interfaces/IRollupRegistry.sol";

/// @title ReentrantProposer
/// @notice Proposes, and asks for its bonds again while they are being paid out. Takes them, or does not.
contract ReentrantProposer {
    /// @notice What the registry answered the second time.
    bytes public answer;

    IRollupRegistry private immutable REGISTRY;
    bool private immutable TAKES;

    /// @param registry Holds the bonds.
    /// @param takes Whether payments are taken.
    constructor(IRollupRegistry registry, bool takes) {
        REGISTRY = registry;
        TAKES = takes;
    }

    receive() external payable {
        require(TAKES);
        (, answer) = address(REGISTRY).call(abi.encodeCall(IRollupRegistry.claimBonds, (address(this))));
    }

    /// @notice Proposes with the value of the call as the bond.
    function propose(Proposal calldata proposal) external payable returns (uint256 proposalId) {
        return REGISTRY.propose{value: msg.value}(proposal);
    }

    /// @notice Withdraws a proposal.
    function withdraw(uint256 proposalId) external {
        REGISTRY.withdrawProposal(proposalId);
    }

    /// @notice Claims its bonds.
    function claim(address recipient) external returns (uint256 amount) {
        return REGISTRY.claimBonds(recipient);
    }
}
