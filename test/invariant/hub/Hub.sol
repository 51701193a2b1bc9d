// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";

import {CompensationVault} from "../../../contracts/hub/CompensationVault.sol";
import {RollupRegistry} from "../../../contracts/hub/RollupRegistry.sol";
import {ServiceManager} from "../../../contracts/hub/ServiceManager.sol";
import {Shaper} from "../../../contracts/hub/Shaper.sol";
import {Slasher} from "../../../contracts/hub/Slasher.sol";
import {TableBuilder} from "../../../contracts/hub/TableBuilder.sol";
import {Notices} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {WindowsConfig} from "../../../contracts/libraries/Windows.sol";
import {CertificateVerifier} from "../../../contracts/rollup/CertificateVerifier.sol";
import {EigenLayer} from "./EigenLayer.sol";
import {Nonces} from "./Nonces.sol";

/// @notice The hub's own contracts beside an EigenLayer, wired as `deployHub` wires them.
/// @dev The windows end one block before EigenLayer lets stake go: the least that the contracts take.
contract Hub {
    uint64 public constant CHAIN_ID = 1;
    uint256 public constant SHAPING_SECONDS = 17 days;
    uint256 public constant CLAIMS_SECONDS = 30 days;
    uint32 public constant PROMISED_BLOCKS = 550;
    address public constant OWNER = address(0x0a01);
    address public constant GUARDIAN = address(0x0a02);
    address public constant COURT = address(0x0a05);
    uint64 public constant COURT_SECONDS = 20 minutes;
    address public constant REGISTRAR = address(0x0a03);
    address public constant ANNOUNCER = address(0x0a04);

    EigenLayer public immutable EIGEN_LAYER;
    Shaper public immutable SHAPER;
    Shaper public immutable CLAIMS_TIMELOCK;
    CertificateVerifier public immutable VERIFIER;
    CompensationVault public immutable VAULT;
    TableBuilder public immutable TABLES;
    RollupRegistry public immutable REGISTRY;
    Slasher public immutable SLASHER;
    ServiceManager public immutable SERVICE;

    constructor(EigenLayer eigenLayer, Notices memory notices) {
        EIGEN_LAYER = eigenLayer;
        SERVICE = ServiceManager(Nonces.at(address(this), 9));
        SLASHER = Slasher(Nonces.at(address(this), 7));
        address[] memory announcers = new address[](1);
        announcers[0] = ANNOUNCER;
        SHAPER = new Shaper(SHAPING_SECONDS, announcers, new address[](1));
        CLAIMS_TIMELOCK = new Shaper(CLAIMS_SECONDS, announcers, new address[](1));
        VERIFIER = new CertificateVerifier(CHAIN_ID, address(SERVICE));
        VAULT = new CompensationVault(
            address(SLASHER),
            address(SERVICE),
            eigenLayer.DEPOSITS(),
            CLAIMS_TIMELOCK,
            CLAIMS_SECONDS
        );
        TABLES = new TableBuilder(
            eigenLayer.ALLOCATIONS(),
            eigenLayer.DELEGATION(),
            eigenLayer.KEY_REGISTRAR(),
            SERVICE,
            address(SLASHER),
            windows()
        );
        REGISTRY = new RollupRegistry(REGISTRAR, TABLES, 1 ether, notices);
        new Slasher(
            SERVICE,
            TABLES,
            eigenLayer.ALLOCATIONS(),
            VERIFIER,
            VAULT,
            REGISTRY,
            GUARDIAN,
            COURT,
            COURT_SECONDS
        );
        ServiceManager implementation = new ServiceManager(
            eigenLayer.ALLOCATIONS(),
            eigenLayer.KEY_REGISTRAR(),
            TABLES,
            address(SLASHER),
            address(VAULT),
            SHAPER,
            SHAPING_SECONDS
        );
        bytes memory initialize = abi.encodeCall(ServiceManager.initialize, (OWNER, ""));
        new TransparentUpgradeableProxy(address(implementation), address(SHAPER), initialize);
    }

    function windows() public pure returns (WindowsConfig memory) {
        return
            WindowsConfig({
                lead: 5 minutes,
                validity: 25 minutes,
                grace: 5 minutes,
                evidence: 60 minutes,
                pause: 10 minutes,
                margin: 5 minutes,
                hubFact: 10 minutes,
                secondsPerBlock: 12,
                buildBlocks: 20
            });
    }
}
