// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICanonicalReceiver} from "../interfaces/ICanonicalReceiver.sol";

/// @title NamingReceiver
/// @notice Rollup end of a canonical bridge that names a gateway and does nothing else.
contract NamingReceiver is ICanonicalReceiver {
    /// @inheritdoc ICanonicalReceiver
    address public immutable gateway;

    /// @param gateway_ The gateway it names.
    constructor(address gateway_) {
        gateway = gateway_;
    }
}
