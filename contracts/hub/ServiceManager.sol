// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {
    DeregisterParams,
    IAllocationManager,
    OperatorSet,
    SlashingParams
} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IAVSRegistrar} from "../interfaces/eigenlayer/IAVSRegistrar.sol";
import {CurveType, IKeyRegistrar} from "../interfaces/eigenlayer/IKeyRegistrar.sol";
import {
    CountedStrategy,
    IServiceManager,
    IServiceManagerOwner,
    IServiceManagerShaper,
    SetParameters
} from "../interfaces/IServiceManager.sol";
import {ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {Windows, WindowsConfig} from "../libraries/Windows.sol";
import {Seats} from "./Seats.sol";
import {SetCreation} from "./SetCreation.sol";
import {Stake} from "./Stake.sol";

/// @title ServiceManager
/// @notice The AVS that EigenLayer knows. Operators join here; the TableBuilder reads seats and parameters from here; the Slasher
/// takes stake through here.
/// @dev Lives behind a proxy whose admin belongs to the shaper, a timelock. Safety rests on the shaper being watched for its
/// whole delay: whoever controls it shapes later tables. It never appoints anybody in EigenLayer's PermissionController.
contract ServiceManager is Seats, Ownable2StepUpgradeable {
    using Windows for WindowsConfig;

    /// @notice What is kept of an operator set.
    struct OperatorSetState {
        SetParameters parameters;
        uint64 fullFraction;
        mapping(address operator => bool) isAllowed;
        /// @dev Strategies that are not counted any more: from the second after this one on they can be dropped.
        mapping(address strategy => uint256) slashableUntil;
    }

    /// @custom:storage-location erc7201:parley.ServiceManager
    struct State {
        uint32 setCount;
        mapping(uint32 operatorSetId => OperatorSetState) sets;
        mapping(address operator => string) endpoints;
    }

    uint64 private constant WHOLE = 1e18;
    uint256 private constant MOST_STRATEGIES = 8;
    uint256 private constant MOST_ENDPOINT_BYTES = 256;

    /// @dev keccak256(abi.encode(uint256(keccak256("parley.ServiceManager")) - 1)) & ~bytes32(uint256(0xff)), as ERC-7201 says.
    bytes32 private constant STATE = 0x1f44847595487f12f4658eca28bee0186b1f623c0f388e8a0b767cf1dc83f400;

    IAllocationManager private immutable ALLOCATION_MANAGER;
    IKeyRegistrar private immutable KEY_REGISTRAR;
    address private immutable SLASHER;
    address private immutable VAULT;
    TimelockController private immutable SHAPER;
    uint256 private immutable SHAPING_SECONDS;

    modifier onlyShaper() {
        require(msg.sender == address(SHAPER), NotTheShaper(msg.sender, address(SHAPER)));
        uint256 delay = SHAPER.getMinDelay();
        require(delay >= SHAPING_SECONDS, ShapingTooFast(delay, SHAPING_SECONDS));
        _;
    }

    modifier onlyAllocationManager(address avs) {
        require(
            msg.sender == address(ALLOCATION_MANAGER),
            NotTheAllocationManager(msg.sender, address(ALLOCATION_MANAGER))
        );
        require(avs == address(this), NotThisService(avs, address(this)));
        _;
    }

    /// @param allocationManager EigenLayer's.
    /// @param keyRegistrar EigenLayer's.
    /// @param tableBuilder Knows epochs and windows.
    /// @param slasher The only one that takes stake.
    /// @param vault Receives what is taken, in every set, for ever.
    /// @param shaper The timelock through which everything goes that shapes a table.
    /// @param shapingSeconds The least delay that the shaper must have. Mainnet: 17 days.
    constructor(
        IAllocationManager allocationManager,
        IKeyRegistrar keyRegistrar,
        ITableBuilder tableBuilder,
        address slasher,
        address vault,
        TimelockController shaper,
        uint256 shapingSeconds
    ) Seats(tableBuilder) {
        ALLOCATION_MANAGER = allocationManager;
        KEY_REGISTRAR = keyRegistrar;
        SLASHER = slasher;
        VAULT = vault;
        SHAPER = shaper;
        SHAPING_SECONDS = shapingSeconds;
        _disableInitializers();
    }

    /// @notice Introduces the AVS to EigenLayer. Once, by the proxy's constructor.
    /// @param owner_ Ejects few and says where the AVS describes itself.
    /// @param uri Where the AVS describes itself.
    function initialize(address owner_, string calldata uri) external initializer {
        __Ownable_init(owner_);
        // EigenLayer asks a service that named no registrar itself. Naming one would call this contract back, which has no code
        // while its proxy is being constructed.
        ALLOCATION_MANAGER.updateAVSMetadataURI(address(this), uri);
    }

    /// @inheritdoc IServiceManagerShaper
    function createSet(
        SetParameters calldata parameters,
        uint64 fullFraction
    ) external onlyShaper returns (uint32 operatorSetId) {
        _requireWellFormed(parameters);
        require(fullFraction != 0 && fullFraction <= WHOLE, FullFractionOutOfRange(fullFraction, WHOLE));
        operatorSetId = ++_state().setCount;
        _state().sets[operatorSetId].parameters = parameters;
        _state().sets[operatorSetId].fullFraction = fullFraction;
        emit SetCreated(operatorSetId, fullFraction);
        emit SetShaped(operatorSetId, parameters);
        SetCreation.create(ALLOCATION_MANAGER, operatorSetId, _addressesOf(parameters.strategies), VAULT);
        KEY_REGISTRAR.configureOperatorSet(_setOf(operatorSetId), CurveType.BN254);
    }

    /// @inheritdoc IServiceManagerShaper
    function shapeSet(uint32 operatorSetId, SetParameters calldata parameters) external onlyShaper {
        _requireWellFormed(parameters);
        OperatorSetState storage set = _known(operatorSetId);
        CountedStrategy[] memory before = set.parameters.strategies;
        uint256 slashableUntil = TABLE_BUILDER.slashableUntil(operatorSetId);
        for (uint256 i = 0; i < before.length; ++i) {
            address strategy = before[i].strategy;
            // At least now, so that a strategy that is not counted any more is never taken for one that never was.
            if (!_counts(parameters.strategies, strategy)) {
                set.slashableUntil[strategy] = slashableUntil > block.timestamp ? slashableUntil : block.timestamp;
            }
        }
        address[] memory added = new address[](parameters.strategies.length);
        uint256 count = 0;
        for (uint256 i = 0; i < parameters.strategies.length; ++i) {
            address strategy = parameters.strategies[i].strategy;
            bool isInEigenLayer = set.slashableUntil[strategy] != 0 || _counts(before, strategy);
            delete set.slashableUntil[strategy];
            if (!isInEigenLayer) added[count++] = strategy;
        }
        set.parameters = parameters;
        emit SetShaped(operatorSetId, parameters);
        assembly ("memory-safe") {
            mstore(added, count)
        }
        if (count != 0) ALLOCATION_MANAGER.addStrategiesToOperatorSet(address(this), operatorSetId, added);
    }

    /// @inheritdoc IServiceManagerShaper
    function allow(uint32 operatorSetId, address[] calldata operators, bool allowed) external onlyShaper {
        OperatorSetState storage set = _known(operatorSetId);
        for (uint256 i = 0; i < operators.length; ++i) {
            set.isAllowed[operators[i]] = allowed;
            emit OperatorAllowed(operatorSetId, operators[i], allowed);
        }
    }

    /// @inheritdoc IServiceManagerShaper
    function ejectAny(uint32 operatorSetId, address operator) external onlyShaper {
        _eject(operatorSetId, operator);
    }

    /// @inheritdoc IServiceManagerOwner
    function setMetadataURI(string calldata uri) external onlyOwner {
        ALLOCATION_MANAGER.updateAVSMetadataURI(address(this), uri);
    }

    /// @inheritdoc IServiceManagerOwner
    function eject(uint32 operatorSetId, address operator) external onlyOwner {
        _move(operatorSetId, operator, _weightOf(operatorSetId, operator));
        _eject(operatorSetId, operator);
    }

    /// @inheritdoc IAVSRegistrar
    function registerOperator(
        address operator,
        address avs,
        uint32[] calldata operatorSetIds,
        bytes calldata
    ) external onlyAllocationManager(avs) {
        for (uint256 i = 0; i < operatorSetIds.length; ++i) {
            uint32 operatorSetId = operatorSetIds[i];
            OperatorSetState storage set = _known(operatorSetId);
            _requireFit(operatorSetId, set, operator);
            // Told twice is seated once: two rows would count one stake twice.
            if (_hasFreeSeat(operatorSetId) && !isSeated(operatorSetId, operator)) _seat(operatorSetId, operator);
        }
    }

    /// @inheritdoc IAVSRegistrar
    function deregisterOperator(
        address operator,
        address avs,
        uint32[] calldata operatorSetIds
    ) external onlyAllocationManager(avs) {
        for (uint256 i = 0; i < operatorSetIds.length; ++i) _unseat(operatorSetIds[i], operator);
    }

    /// @inheritdoc IServiceManager
    function seat(uint32 operatorSetId, address member, address incumbent) external {
        OperatorSetState storage set = _known(operatorSetId);
        require(
            ALLOCATION_MANAGER.isMemberOfOperatorSet(member, _setOf(operatorSetId)),
            NotAMember(operatorSetId, member)
        );
        require(!isSeated(operatorSetId, member), SeatedAlready(operatorSetId, member));
        uint96 weight = _requireFit(operatorSetId, set, member);
        if (incumbent == address(0)) {
            require(_hasFreeSeat(operatorSetId), SeatsFull(MOST_SEATS));
        } else {
            require(isSeated(operatorSetId, incumbent), NotSeated(operatorSetId, incumbent));
            uint256 held = _weightOf(operatorSetId, incumbent);
            // Half as much again, rounded up.
            uint256 required = held + (held + 1) / 2;
            require(weight >= required, WeightTooLow(weight, required));
            _move(operatorSetId, incumbent, held);
            _unseat(operatorSetId, incumbent);
        }
        _seat(operatorSetId, member);
    }

    /// @inheritdoc IServiceManager
    function setEndpoint(string calldata endpoint) external {
        uint256 size = bytes(endpoint).length;
        require(size <= MOST_ENDPOINT_BYTES, EndpointTooLong(size, MOST_ENDPOINT_BYTES));
        _state().endpoints[msg.sender] = endpoint;
        emit EndpointChanged(msg.sender, endpoint);
    }

    /// @inheritdoc IServiceManager
    function dropStrategy(uint32 operatorSetId, address strategy) external {
        OperatorSetState storage set = _known(operatorSetId);
        require(!_counts(set.parameters.strategies, strategy), StrategyCounted(strategy));
        uint256 lastSecond = set.slashableUntil[strategy];
        require(lastSecond != 0, StrategyUnknown(strategy));
        require(block.timestamp > lastSecond, StrategySlashable(strategy, block.timestamp, lastSecond));
        delete set.slashableUntil[strategy];
        emit StrategyDropped(operatorSetId, strategy);
        address[] memory dropped = new address[](1);
        dropped[0] = strategy;
        ALLOCATION_MANAGER.removeStrategiesFromOperatorSet(address(this), operatorSetId, dropped);
    }

    /// @inheritdoc IServiceManager
    function slash(
        uint32 operatorSetId,
        address operator,
        address[] calldata strategies,
        uint256[] calldata wads,
        string calldata description
    ) external returns (uint256 slashId, uint256[] memory shares) {
        require(msg.sender == SLASHER, NotTheSlasher(msg.sender, SLASHER));
        return
            ALLOCATION_MANAGER.slashOperator(
                address(this),
                SlashingParams(operator, operatorSetId, strategies, wads, description)
            );
    }

    /// @inheritdoc IServiceManager
    function parametersOf(uint32 operatorSetId) external view returns (SetParameters memory) {
        return _state().sets[operatorSetId].parameters;
    }

    /// @inheritdoc IServiceManager
    function fullFractionOf(uint32 operatorSetId) external view returns (uint64) {
        return _state().sets[operatorSetId].fullFraction;
    }

    /// @inheritdoc IServiceManager
    function isAllowed(uint32 operatorSetId, address operator) external view returns (bool) {
        return _state().sets[operatorSetId].isAllowed[operator];
    }

    /// @inheritdoc IServiceManager
    function endpointOf(address operator) external view returns (string memory) {
        return _state().endpoints[operator];
    }

    /// @inheritdoc IServiceManager
    function setCount() external view returns (uint32) {
        return _state().setCount;
    }

    /// @inheritdoc IAVSRegistrar
    function supportsAVS(address avs) external view returns (bool) {
        return avs == address(this);
    }

    function _eject(uint32 operatorSetId, address operator) private {
        emit OperatorEjected(operatorSetId, operator);
        uint32[] memory ids = new uint32[](1);
        ids[0] = operatorSetId;
        ALLOCATION_MANAGER.deregisterFromOperatorSets(DeregisterParams(operator, address(this), ids));
    }

    function _requireFit(
        uint32 operatorSetId,
        OperatorSetState storage set,
        address operator
    ) private view returns (uint96 weight) {
        require(!set.parameters.hasAllowList || set.isAllowed[operator], NotAllowed(operatorSetId, operator));
        require(KEY_REGISTRAR.isRegistered(_setOf(operatorSetId), operator), KeyMissing(operatorSetId, operator));
        weight = _weightOf(operatorSetId, operator);
        require(weight >= set.parameters.minimumWeight, WeightTooLow(weight, set.parameters.minimumWeight));
    }

    /// @dev What the next table would say of an operator, if it were read now.
    function _weightOf(uint32 operatorSetId, address operator) private view returns (uint96) {
        return
            Stake.weightOf(
                ALLOCATION_MANAGER,
                _setOf(operatorSetId),
                operator,
                _state().sets[operatorSetId].parameters.strategies,
                uint32(block.number + TABLE_BUILDER.windows().promisedBlocks())
            );
    }

    function _known(uint32 operatorSetId) private view returns (OperatorSetState storage set) {
        set = _state().sets[operatorSetId];
        require(set.parameters.strategies.length != 0, SetUnknown(operatorSetId));
    }

    function _setOf(uint32 operatorSetId) private view returns (OperatorSet memory) {
        return OperatorSet(address(this), operatorSetId);
    }

    function _requireWellFormed(SetParameters calldata parameters) private pure {
        uint256 count = parameters.strategies.length;
        require(count != 0 && count <= MOST_STRATEGIES, StrategyCount(count, MOST_STRATEGIES));
        require(parameters.minimumWeight != 0, MinimumWeightZero());
        address last = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address strategy = parameters.strategies[i].strategy;
            require(strategy > last, StrategiesNotAscending(strategy, last));
            require(parameters.strategies[i].multiplier != 0, MultiplierZero(strategy));
            last = strategy;
        }
    }

    function _addressesOf(CountedStrategy[] calldata strategies) private pure returns (address[] memory addresses) {
        addresses = new address[](strategies.length);
        for (uint256 i = 0; i < strategies.length; ++i) addresses[i] = strategies[i].strategy;
    }

    function _counts(CountedStrategy[] memory strategies, address strategy) private pure returns (bool) {
        for (uint256 i = 0; i < strategies.length; ++i) if (strategies[i].strategy == strategy) return true;
        return false;
    }

    function _state() private pure returns (State storage state) {
        assembly {
            state.slot := STATE
        }
    }
}
