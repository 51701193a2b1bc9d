// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICompensationVault, Taken} from "../../../contracts/interfaces/ICompensationVault.sol";
import {IStrategyManager} from "../../../contracts/interfaces/eigenlayer/IStrategyManager.sol";
import {Framers} from "./Framers.sol";

/// @notice Everybody who brings tokens to the vault, with or without a word, and what its books must say.
abstract contract Collectors is Framers {
    /// @dev What came of each slash by each strategy, and of each token.
    mapping(uint256 slashId => mapping(uint256 s => uint256)) private _shares;
    mapping(uint256 slashId => mapping(uint256 s => bool)) private _isCollected;
    mapping(uint256 slashId => mapping(uint256 s => bool)) private _isCleared;
    uint256[2] private _pending;
    uint256[2] private _booked;
    uint256 private _slashes;
    uint256 private _collections;

    /// @notice Somebody collects, clears without a word, or gives tokens away.
    function collect(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _collections++;
        uint256 s = (seed >> 8) % 2;
        if (turn % 8 == 0) _pass((_eigenLayer.RESOLUTION_DELAY() + 1) * SECONDS_PER_BLOCK, 0);
        if (turn % 8 == 6) _eigenLayer.tokens(s).mint(address(_hub.VAULT()), seed % 1e20);
        if (turn % 8 == 7) _eigenLayer.tokens(s).mint(_eigenLayer.strategies(s), seed % 1e24);
        if (turn % 8 == 5) _bookSurplus(s);
        if (_slashes != 0) {
            uint256 slashId = _slashes - ((seed >> 16) % _slashes);
            // What was cleared is collected later, when prices may have changed.
            if (turn % 4 == 0) {
                _clear(slashId, 0);
                _clear(_slashes, 0);
            } else {
                _collect(slashId, 0);
                _collect(slashId, 1);
            }
        }
        _audit();
    }

    /// @notice At the end of a run everything that was taken is collected, and nothing remains beside the books.
    function settle() external {
        _pass((_eigenLayer.RESOLUTION_DELAY() + 1) * SECONDS_PER_BLOCK, 0);
        for (uint256 s = 0; s < 2; ++s) {
            uint256 shares = 0;
            uint256 taken = 0;
            uint256 tokens = 0;
            for (uint256 slashId = 1; slashId <= _slashes; ++slashId) {
                if (!_isCollected[slashId][s]) _collect(slashId, s);
                Taken memory known = _hub.VAULT().takenOf(SET, slashId, _eigenLayer.strategies(s));
                (shares, taken, tokens) = (shares + _shares[slashId][s], taken + known.shares, tokens + known.tokens);
                if (known.isCollected != (known.shares != 0)) BOOK.breach(15, "a slash cannot be collected");
            }
            if (shares != taken) BOOK.breach(15, "what is recorded is not what was taken");
            if (tokens > _booked[s]) BOOK.breach(15, "what is collected is more than what is booked");
            _bookSurplus(s);
            if (_hub.VAULT().bookedOf(_token(s)) != _eigenLayer.tokens(s).balanceOf(address(_hub.VAULT()))) {
                BOOK.breach(15, "tokens are lost beside the books");
            }
        }
        _audit();
    }

    /// @dev What EigenLayer took, the vault has recorded.
    function _onSlash(uint256 slashId) internal override {
        _slashes = slashId;
        for (uint256 s = 0; s < 2; ++s) {
            uint256 shares = _eigenLayer.DEPOSITS().getBurnOrRedistributableShares(
                _set(),
                slashId,
                _eigenLayer.strategies(s)
            );
            _shares[slashId][s] = shares;
            if (shares != 0) ++_pending[s];
            Taken memory known = _hub.VAULT().takenOf(SET, slashId, _eigenLayer.strategies(s));
            if (known.shares != shares || known.isCollected) BOOK.breach(15, "a slash is recorded otherwise");
        }
        if (_shares[slashId][0] + _shares[slashId][1] == 0) BOOK.breach(13, "a slash took no shares");
    }

    /// @dev Per token: what was recorded is collected or pending, and the books never exceed the balance.
    function _audit() internal override {
        for (uint256 s = 0; s < 2; ++s) {
            if (_hub.VAULT().pendingOf(_token(s)) != _pending[s]) {
                BOOK.breach(15, "what was recorded is neither collected nor pending");
            }
            uint256 booked = _hub.VAULT().bookedOf(_token(s));
            if (booked != _booked[s]) BOOK.breach(15, "something was booked that nobody collected");
            if (booked > _eigenLayer.tokens(s).balanceOf(address(_hub.VAULT()))) {
                BOOK.breach(15, "the books exceed the balance");
            }
        }
    }

    function _collect(uint256 slashId, uint256 s) private {
        uint256 before = _eigenLayer.tokens(s).balanceOf(address(_hub.VAULT()));
        (bool success, bytes memory result) = _try(
            address(0xc011),
            address(_hub.VAULT()),
            abi.encodeCall(ICompensationVault.collect, (SET, slashId, _eigenLayer.strategies(s)))
        );
        if (!success) {
            if (_isCollected[slashId][s]) _happened(uint256(Did.CollectTwice));
            return;
        }
        if (_isCollected[slashId][s]) BOOK.breach(15, "a slash was collected twice");
        uint256 tokens = abi.decode(result, (uint256));
        uint256 came = _eigenLayer.tokens(s).balanceOf(address(_hub.VAULT())) - before;
        if (!_isCleared[slashId][s] && tokens != came) BOOK.breach(15, "other tokens were booked than came");
        _isCollected[slashId][s] = true;
        --_pending[s];
        _booked[s] += tokens;
        _happened(uint256(_isCleared[slashId][s] ? Did.CollectCleared : Did.Collect));
    }

    function _clear(uint256 slashId, uint256 s) private {
        (bool success, bytes memory result) = _try(
            address(0xc1ea4),
            address(_eigenLayer.DEPOSITS()),
            abi.encodeCall(
                IStrategyManager.clearBurnOrRedistributableSharesByStrategy,
                (_set(), slashId, _eigenLayer.strategies(s))
            )
        );
        if (success && abi.decode(result, (uint256)) != 0) _isCleared[slashId][s] = true;
    }

    function _bookSurplus(uint256 s) private {
        (bool success, bytes memory result) = _try(
            address(0xc011),
            address(_hub.VAULT()),
            abi.encodeCall(ICompensationVault.bookSurplus, (_token(s)))
        );
        if (success != (_pending[s] == 0)) BOOK.breach(15, "surplus is booked while something is pending, or never");
        if (!success) return;
        _booked[s] += abi.decode(result, (uint256));
        _happened(uint256(Did.BookSurplus));
    }

    function _token(uint256 s) private view returns (address) {
        return address(_eigenLayer.tokens(s));
    }
}
