// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICanonicalReceiver} from "../interfaces/ICanonicalReceiver.sol";
import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {IGateway, IGatewayBooks} from "../interfaces/IGateway.sol";
import {IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {IPolicy} from "../interfaces/IPolicy.sol";
import {Acceptance, Source, SourcePolicy} from "../libraries/Acceptance.sol";
import {Epoch} from "../libraries/Epochs.sol";
import {Rollup, Statements} from "../libraries/Statements.sol";
import {Status} from "../libraries/Status.sol";
import {Inbox} from "./Inbox.sol";
import {Outbox} from "./Outbox.sol";

/// @title Gateway
/// @notice The one contract of Parley on a rollup that applications know: Outbox (step 1 of 5) and Inbox (step 5 of 5) at
/// one address, an ERC-7786 gateway. Its books, Directory, OperatorTables and Policy, keep what it must know.
/// @dev Safety rests on the wiring below, which never changes: no owner, no upgrade, no delegatecall. It holds no tokens, no
/// role and no allowance, because anyone may make it call any contract's `receiveMessage`.
contract Gateway is Outbox, Inbox, IGateway {
    using Acceptance for Source;

    /// @inheritdoc IGateway
    uint64 public immutable hubChainId;
    /// @inheritdoc IGateway
    address public immutable serviceManager;
    /// @inheritdoc IGateway
    address public immutable operatorTables;
    /// @inheritdoc IGateway
    address public immutable canonicalReceiver;

    modifier onlyBook(address book) {
        require(msg.sender == book, NotTheBook(msg.sender, book));
        _;
    }

    /// @param hubChainId_ EIP-155 chain id of the hub.
    /// @param serviceManager_ The service manager on the hub.
    /// @param directory_ Names this gateway; its entries are copied here.
    /// @param operatorTables_ Names this gateway; its first epochs are copied here.
    /// @param policy_ Names this gateway.
    /// @param certificateVerifier_ Of the same hub and service manager.
    /// @param canonicalReceiver_ Names this gateway; zero on a rollup without a slow road.
    constructor(
        uint64 hubChainId_,
        address serviceManager_,
        IDirectory directory_,
        IOperatorTables operatorTables_,
        IPolicy policy_,
        ICertificateVerifier certificateVerifier_,
        ICanonicalReceiver canonicalReceiver_
    ) Inbox(directory_, policy_, certificateVerifier_) {
        require(hubChainId_ != 0 && serviceManager_ != address(0), WiringMissing());
        require(
            address(directory_) != address(0) &&
                address(operatorTables_) != address(0) &&
                address(policy_) != address(0) &&
                address(certificateVerifier_) != address(0),
            WiringMissing()
        );
        require(block.chainid <= type(uint64).max, ChainIdTooLarge(block.chainid, type(uint64).max));
        require(directory_.gateway() == address(this), WiringMismatch(address(directory_)));
        require(operatorTables_.gateway() == address(this), WiringMismatch(address(operatorTables_)));
        require(policy_.gateway() == address(this), WiringMismatch(address(policy_)));
        require(directory_.operatorTables() == address(operatorTables_), WiringMismatch(address(directory_)));
        require(
            operatorTables_.certificateVerifier() == address(certificateVerifier_),
            WiringMismatch(address(operatorTables_))
        );
        require(
            certificateVerifier_.domainSeparator() == Statements.domainSeparator(hubChainId_, serviceManager_),
            WiringMismatch(address(certificateVerifier_))
        );
        require(
            address(canonicalReceiver_) == address(0) || canonicalReceiver_.gateway() == address(this),
            WiringMismatch(address(canonicalReceiver_))
        );
        hubChainId = hubChainId_;
        serviceManager = serviceManager_;
        operatorTables = address(operatorTables_);
        canonicalReceiver = address(canonicalReceiver_);

        uint64[] memory chainIds = directory_.chainIds();
        for (uint256 i = 0; i < chainIds.length; ++i) {
            Rollup memory entry = directory_.entry(chainIds[i]);
            _copyEntry(entry.chainId, entry.gateway, entry.operatorSetId, entry.status, entry.refutable);
        }
        _setOpen(chainIds);
        uint32[2][] memory epochs = operatorTables_.firstEpochs();
        for (uint256 i = 0; i < epochs.length; ++i) {
            (uint32 operatorSetId, uint32 number) = (epochs[i][0], epochs[i][1]);
            _epochs[operatorSetId][number] = operatorTables_.epoch(operatorSetId, number);
        }
    }

    /// @inheritdoc IGatewayBooks
    function copyEntry(
        uint64 chainId,
        address gateway,
        uint32 operatorSetId,
        uint8 status,
        bool refutable
    ) external onlyBook(address(DIRECTORY)) {
        _copyEntry(chainId, gateway, operatorSetId, status, refutable);
        if (chainId == block.chainid) _setOpen(DIRECTORY.chainIds());
    }

    /// @inheritdoc IGatewayBooks
    function copyPolicy(
        uint64 chainId,
        SourcePolicy calldata sourcePolicy,
        bool isHalted
    ) external onlyBook(address(POLICY)) {
        Source memory copied = _sources[chainId];
        copied.demand(sourcePolicy, isHalted);
        _sources[chainId] = copied;
    }

    /// @inheritdoc IGatewayBooks
    function copyEpoch(uint32 operatorSetId, uint32 number, Epoch calldata epoch_) external onlyBook(operatorTables) {
        _epochs[operatorSetId][number] = epoch_;
    }

    /// @inheritdoc IGateway
    function directory() external view returns (address) {
        return address(DIRECTORY);
    }

    /// @inheritdoc IGateway
    function policy() external view returns (address) {
        return address(POLICY);
    }

    /// @inheritdoc IGateway
    function certificateVerifier() external view returns (address) {
        return address(CERTIFICATE_VERIFIER);
    }

    /// @inheritdoc IGateway
    function source(uint64 chainId) external view returns (Source memory) {
        return _sources[chainId];
    }

    /// @inheritdoc IGateway
    function epoch(uint32 operatorSetId, uint32 number) external view returns (Epoch memory) {
        return _epochs[operatorSetId][number];
    }

    /// @dev Both hot slots of a chain. The policy's part is there from the moment the chain appears.
    function _copyEntry(uint64 chainId, address gateway, uint32 operatorSetId, uint8 status, bool refutable) private {
        _setPeer(chainId, gateway, status);
        Source memory copied;
        copied.gateway = Status.isHeard(status) ? gateway : address(0);
        copied.operatorSetId = operatorSetId;
        copied.flags = refutable ? 0 : Acceptance.IRREFUTABLE;
        // A halt outlives a change of the entry.
        copied.demand(POLICY.adopt(chainId), _sources[chainId].flags & Acceptance.HALTED != 0);
        _sources[chainId] = copied;
    }
}
