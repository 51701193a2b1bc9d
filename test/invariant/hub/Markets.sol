// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    CreateSetParams,
    IAllocationManager,
    OperatorSet,
    SlashingParams
} from "../../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {
    CreateSetParamsV2,
    IAllocationManagerV2
} from "../../../contracts/interfaces/eigenlayer/IAllocationManagerV2.sol";
import {IServiceManager, IServiceManagerShaper} from "../../../contracts/interfaces/IServiceManager.sol";
import {BareService} from "../../../contracts/mocks/BareService.sol";
import {Signers} from "./Signers.sol";
import {Hub} from "./Hub.sol";

/// @notice Everybody who moves stake: operators that allocate, leave and come back, stakers, another service that slashes what
/// is allocated to it, and the shaper, who changes what counts.
abstract contract Markets is Signers {
    /// @notice What must have happened in each run.
    enum Did {
        AllocateMore,
        AllocateLess,
        AllocateElsewhere,
        Leave,
        Join,
        Deposit,
        Queue,
        Undelegate,
        Delegate,
        SlashElsewhere,
        Shape,
        KeepStrategy,
        DropStrategy,
        Begin,
        Complete,
        LetLapse,
        Probe,
        ProbeLastBlock,
        Install,
        Verify,
        RefuseExpired,
        RefuseOutside,
        Confirm,
        Deliverable,
        SleepForEver
    }

    uint256 internal constant OPERATORS = 4;
    uint256 internal constant STAKERS = 3;

    mapping(Hub hub => BareService) private _others;
    uint256 private _turns;
    bool private _isDropped;

    function _prepare() internal override {
        BareService other = new BareService(_eigenLayer.ALLOCATIONS());
        _others[_hub] = other;
        _createElsewhere(other, _eigenLayer.isDelayed());
        for (uint256 i = 0; i < OPERATORS; ++i) {
            _enlist(_operator(i), 1 << i, [uint256(100 + 50 * i) * 1e18, i % 2 == 0 ? 0 : 80e18], 6e17);
            _join(_operator(i), _elsewhere());
        }
        for (uint256 i = 0; i < STAKERS; ++i) {
            _deposit(_staker(i), i % 2, 300e18);
            _delegate(_staker(i), _operator(i));
        }
    }

    /// @dev One move of an operator, a staker or another service.
    function _move(uint256 seed) internal {
        uint256 turn = _turns++;
        if (turn % 2 == 0) _operate(turn / 2, seed);
        else if (turn % 6 != 5) _stake(turn / 2, seed);
        else _slashElsewhere(seed);
    }

    /// @dev The shaper stops counting a strategy, anybody drops it once that is possible, and it counts again.
    function _shape(uint256 turn, uint256 seed) internal {
        address second = _eigenLayer.strategies(1);
        if (_isDropped || (_multipliers[1] == 0 && seed % 16 == 0)) {
            (_isDropped, _multipliers[1]) = (false, 5e17);
            _asShaper(abi.encodeCall(IServiceManagerShaper.shapeSet, (SET, _parameters(_multipliers))));
            return;
        }
        if (_multipliers[1] != 0) {
            _multipliers = [uint96(1e18 + (seed % 1e18)), turn % 2 == 0 ? uint96(0) : uint96(5e17 + (seed % 1e17))];
            _asShaper(abi.encodeCall(IServiceManagerShaper.shapeSet, (SET, _parameters(_multipliers))));
            _happened(uint256(Did.Shape));
            return;
        }
        if (turn % 3 == 0) _passTo(_hub.TABLES().slashableUntil(SET) + (seed % 2));
        bytes memory drop = abi.encodeCall(IServiceManager.dropStrategy, (SET, second));
        (bool isDropped, ) = _try(address(0xd409), address(_hub.SERVICE()), drop);
        _isDropped = _isDropped || isDropped;
        _happened(uint256(isDropped ? Did.DropStrategy : Did.KeepStrategy));
    }

    function _operate(uint256 turn, uint256 seed) private {
        address operator = _mover(seed);
        uint256 s = (seed >> 8) % 2;
        if (turn % 5 < 2) {
            uint64 present = _eigenLayer
                .ALLOCATIONS()
                .getAllocation(operator, _set(), _eigenLayer.strategies(s))
                .currentMagnitude;
            uint64 wanted = (seed >> 9) % 4 == 0 ? 0 : uint64((seed >> 16) % ONE);
            if (!_allocate(operator, _set(), s, wanted)) return;
            _happened(uint256(wanted > present ? Did.AllocateMore : Did.AllocateLess));
        } else if (turn % 5 == 2) {
            if (_allocate(operator, _elsewhere(), s, uint64((seed >> 16) % (ONE / 2)))) {
                _happened(uint256(Did.AllocateElsewhere));
            }
        } else if (turn % 5 == 3) {
            if (_hub.SERVICE().seats(SET).length > 2 && _leave(operator)) _happened(uint256(Did.Leave));
        } else {
            for (uint256 i = 0; i < OPERATORS; ++i) {
                if (_join(_operator(i), _set())) _happened(uint256(Did.Join));
            }
        }
    }

    function _stake(uint256 turn, uint256 seed) private {
        address staker = (seed >> 8) % 2 == 0 ? _staker((seed >> 16) % STAKERS) : _mover(seed >> 16);
        if (turn % 4 == 0) {
            if (_deposit(staker, (seed >> 24) % 2, 1e18 + (seed % 100e18))) _happened(uint256(Did.Deposit));
        } else if (turn % 4 == 1) {
            if (_queue(staker, (seed >> 24) % 2, (seed >> 32) % 60e18)) _happened(uint256(Did.Queue));
        } else if (turn % 4 == 2) {
            if (_undelegate(_staker(seed % STAKERS))) _happened(uint256(Did.Undelegate));
        } else {
            for (uint256 i = 0; i < STAKERS; ++i) {
                if (_delegate(_staker(i), _operator((seed >> (24 + i)) % OPERATORS))) _happened(uint256(Did.Delegate));
            }
        }
    }

    function _slashElsewhere(uint256 seed) private {
        (address[] memory strategies, uint256[] memory wads) = (new address[](2), new uint256[](2));
        for (uint256 s = 0; s < 2; ++s) {
            strategies[s] = _eigenLayer.strategies(s);
            wads[s] = 1 + ((seed >> (8 + 64 * s)) % ONE);
        }
        SlashingParams memory params = SlashingParams(_operator(seed % OPERATORS), 1, strategies, wads, "");
        (bool success, bytes memory result) = _try(
            address(this),
            address(_others[_hub]),
            abi.encodeCall(BareService.slash, (params))
        );
        if (!success) return;
        (, uint256[] memory shares) = abi.decode(result, (uint256, uint256[]));
        if (shares[0] + shares[1] != 0) _happened(uint256(Did.SlashElsewhere));
    }

    function _createElsewhere(BareService other, bool isNew) private {
        address[] memory strategies = new address[](2);
        (strategies[0], strategies[1]) = (_eigenLayer.strategies(0), _eigenLayer.strategies(1));
        address[] memory recipients = new address[](1);
        recipients[0] = address(other);
        IAllocationManager allocations = _eigenLayer.ALLOCATIONS();
        other.execute(
            address(allocations),
            abi.encodeCall(IAllocationManager.updateAVSMetadataURI, (address(other), ""))
        );
        bytes memory call;
        if (isNew) {
            CreateSetParamsV2[] memory params = new CreateSetParamsV2[](1);
            params[0] = CreateSetParamsV2(1, strategies, address(other));
            call = abi.encodeCall(
                IAllocationManagerV2.createRedistributingOperatorSets,
                (address(other), params, recipients)
            );
        } else {
            CreateSetParams[] memory params = new CreateSetParams[](1);
            params[0] = CreateSetParams(1, strategies);
            call = abi.encodeCall(
                IAllocationManager.createRedistributingOperatorSets,
                (address(other), params, recipients)
            );
        }
        other.execute(address(allocations), call);
    }

    function _elsewhere() private view returns (OperatorSet memory) {
        return OperatorSet(address(_others[_hub]), 1);
    }

    /// @dev Any operator but the first, without whom there might be no table at all.
    function _mover(uint256 seed) private pure returns (address) {
        return _operator(1 + (seed % (OPERATORS - 1)));
    }

    function _staker(uint256 number) private pure returns (address) {
        return address(uint160(0x57a4e0 + number));
    }
}
