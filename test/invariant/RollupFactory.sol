// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

import {ICertificateVerifier} from "../../contracts/interfaces/ICertificateVerifier.sol";
import {ICanonicalReceiver} from "../../contracts/interfaces/ICanonicalReceiver.sol";
import {FirstTable} from "../../contracts/interfaces/IOperatorTables.sol";
import {Acceptance, SourcePolicy} from "../../contracts/libraries/Acceptance.sol";
import {Rollup} from "../../contracts/libraries/Statements.sol";
import {Status} from "../../contracts/libraries/Status.sol";
import {Directory} from "../../contracts/rollup/Directory.sol";
import {Gateway} from "../../contracts/rollup/Gateway.sol";
import {OperatorTables} from "../../contracts/rollup/OperatorTables.sol";
import {Policy} from "../../contracts/rollup/Policy.sol";

/// @notice Deploys the contracts of rollups, whose gateways have addresses that are known before.
contract RollupFactory {
    struct Contracts {
        Gateway gateway;
        Directory directory;
        OperatorTables tables;
        Policy policy;
    }

    uint64 public constant HUB = 1;
    uint16 public constant QUORUM_BPS = 6_667;
    uint24 public constant MAX_AGE = 1 days;

    address public immutable SERVICE_MANAGER;
    uint256 public immutable GRACE;
    uint256 public immutable VALIDITY;

    constructor(address serviceManager, uint256 grace, uint256 validity) {
        SERVICE_MANAGER = serviceManager;
        GRACE = grace;
        VALIDITY = validity;
    }

    /// @dev The chain's id must be set by the caller.
    function deploy(
        uint64 chainId,
        ICertificateVerifier verifier,
        Rollup[] calldata entries,
        FirstTable[] calldata tables
    ) external returns (Contracts memory deployed) {
        address gateway = gatewayOf(chainId);
        deployed.tables = new OperatorTables(gateway, verifier, GRACE, VALIDITY, tables);
        deployed.directory = new Directory(gateway, deployed.tables, 1, entries);
        deployed.policy = new Policy(gateway, msg.sender, 8 days, 7 days, 3_334, policy(QUORUM_BPS));
        bytes memory arguments = abi.encode(
            HUB,
            SERVICE_MANAGER,
            deployed.directory,
            deployed.tables,
            deployed.policy,
            verifier,
            ICanonicalReceiver(address(0))
        );
        bytes memory code = bytes.concat(type(Gateway).creationCode, arguments);
        deployed.gateway = Gateway(Create3.deploy(0, bytes32(uint256(chainId)), code));
    }

    function gatewayOf(uint64 chainId) public view returns (address) {
        return Create3.computeAddress(bytes32(uint256(chainId)));
    }

    function entryOf(uint64 chainId, uint32 operatorSetId) external view returns (Rollup memory) {
        return Rollup(chainId, gatewayOf(chainId), operatorSetId, Status.ACTIVE, Acceptance.FINAL, true, 1);
    }

    function policy(uint16 quorumBps) public pure returns (SourcePolicy memory) {
        return SourcePolicy(MAX_AGE, quorumBps, Acceptance.FINAL, 0, false, false, Acceptance.NO_LIMIT);
    }
}
