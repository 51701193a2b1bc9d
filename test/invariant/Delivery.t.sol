// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../../contracts/interfaces/ICertificateVerifier.sol";
import {IdealVerifier} from "../../contracts/mocks/IdealVerifier.sol";
import {CertificateVerifier} from "../../contracts/rollup/CertificateVerifier.sol";
import {Actors} from "./Actors.sol";
import {Campaign} from "./Campaign.sol";
import {BlsCommittee, Committee, IdealCommittee} from "./Committees.sol";
import {Stage} from "./Stage.sol";

/// @dev Campaigns only know contracts of the test's own file.
contract DeliveryActors is Actors {
    constructor(ICertificateVerifier verifier, Committee[2] memory committees) Stage(verifier, committees) {}
}

/// @notice Real gateways and books; signatures stand in the book of a double that nobody can fool.
contract DeliveryTest is Campaign {
    function setUp() external {
        IdealVerifier verifier = new IdealVerifier(1, address(0x5e41ce));
        Committee[2] memory committees = [Committee(new IdealCommittee(verifier, 0)), new IdealCommittee(verifier, 1)];
        _actors = new DeliveryActors(verifier, committees);
    }

    function invariant_1_NoMessageExecutesTwice() external view holds(1) {}

    function invariant_2_6_NothingExecutesThatWasNotSentAndLanesFoldWhatWas() external view holds(2) holds(6) {}

    function invariant_3_WhatExecutesIsBitForBitWhatWasSent() external view holds(3) {}

    function invariant_4_7_NoRecipientHarmsItsNeighboursAndNoGatewayHoldsEther() external view holds(4) holds(7) {}

    function test_AWalkDoesEverythingThatActorsCanDo() external {
        _walk(256);
        _requireAllDone();
    }
}

/// @notice The same with nothing replaced: committees sign with their keys and the real verifier pairs.
contract PairingTest is Campaign {
    function setUp() external {
        CertificateVerifier verifier = new CertificateVerifier(1, address(0x5e41ce));
        bytes32 domain = verifier.domainSeparator();
        Committee[2] memory committees = [Committee(new BlsCommittee(domain, 0)), new BlsCommittee(domain, 1)];
        _actors = new DeliveryActors(verifier, committees);
    }

    function invariant_5_AcceptedMeansAQuorumOfTheRightSet() external view holds(5) {}
}
