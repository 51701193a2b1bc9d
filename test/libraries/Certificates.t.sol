// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CertificatesHarness} from "../../contracts/mocks/CertificatesHarness.sol";
import {BN254, G1Point, G2Point} from "../../contracts/libraries/BN254.sol";
import {Certificate, Certificates, HashHint} from "../../contracts/libraries/Certificates.sol";
import {OperatorTable} from "../../contracts/libraries/OperatorTable.sol";
import {CertificateVerifier} from "../../contracts/rollup/CertificateVerifier.sol";
import {Assertions} from "../support/Assertions.sol";

contract CertificatesTest is Assertions {
    struct HashCase {
        bytes32 digest;
        uint256 fourthRoot;
        uint256[] nonResidueRoots;
        uint256[] point;
    }

    uint256 private constant TABLES = 5;
    uint256 private constant ROOT_EXPONENT = (BN254.P + 1) / 4;

    CertificatesHarness private immutable harness = new CertificatesHarness();
    CertificateVerifier private _verifier;
    address[TABLES] private _tables;

    function setUp() external {
        string memory json = vectors("tables.json");
        for (uint256 i = 0; i < TABLES; ++i) {
            _tables[i] = harness.store(vm.parseJsonBytes(json, path("cases", i, "packed")));
        }
        json = vectors("certificates.json");
        _verifier = new CertificateVerifier(
            uint64(vm.parseJsonUint(json, ".hubChainId")),
            vm.parseJsonAddress(json, ".serviceManager")
        );
    }

    function test_VerifiesEveryHonestCertificateOfTheVectors() external view {
        string memory json = vectors("certificates.json");
        uint256 count = vm.parseJsonUint(json, ".casesCount");
        isTrue(count != 0, "cases");
        for (uint256 i = 0; i < count; ++i) {
            Certificate memory certificate = _certificate(json, "cases", i);
            (uint16 signedBps, uint128 totalWeight) = _verifier.verify(_table(json, "cases", i), certificate);
            equal(signedBps, vm.parseJsonUint(json, path("cases", i, "signedBps")), "signed bps");
            (, Certificates.Vote memory vote) = _verify(json, i, certificate);
            equal(vote.signedWeight, vm.parseJsonUint(json, path("cases", i, "signedWeight")), "signed weight");
            equal(vote.totalWeight, totalWeight, "total weight");
        }
    }

    function test_DigestPointKeyAndChallengeAreThoseOfTheVectors() external view {
        string memory json = vectors("certificates.json");
        for (uint256 i = 0; i < vm.parseJsonUint(json, ".casesCount"); ++i) {
            Certificate memory certificate = _certificate(json, "cases", i);
            bytes32 digest = harness.digest(_verifier.domainSeparator(), certificate.batch);
            equal(digest, vm.parseJsonBytes32(json, path("cases", i, "digest")), "digest");
            G1Point memory point = harness.hashToPoint(digest, certificate.hint);
            _same(point, _point(json, path("cases", i, "messagePoint")));
            G1Point memory signersKey = _point(json, path("cases", i, "signersKey"));
            _same(harness.signersKey(_table(json, "cases", i), certificate.nonSigners), signersKey);
            uint256 gamma = Certificates.challenge(
                digest,
                point,
                signersKey,
                certificate.aggregateKey,
                certificate.signature
            );
            equal(gamma, vm.parseJsonUint(json, path("cases", i, "gamma")), "challenge");
        }
    }

    function test_RefusesEveryCorruptedCertificateOfTheVectors() external {
        string memory json = vectors("certificates.json");
        uint256 count = vm.parseJsonUint(json, ".refusedCount");
        isTrue(count != 0, "refused");
        for (uint256 i = 0; i < count; ++i) {
            string memory name = vm.parseJsonString(json, path("refused", i, "name"));
            string memory code = vm.parseJsonString(json, path("refused", i, "error"));
            bytes memory call = abi.encodeCall(
                _verifier.verify,
                (_table(json, "refused", i), _certificate(json, "refused", i))
            );
            if (keccak256(bytes(code)) == keccak256("QuorumNotReached")) {
                // The quorum is whoever's asks: the verifier says how much signed.
                (, bytes memory answer) = address(_verifier).staticcall(call);
                (uint256 signedBps, ) = abi.decode(answer, (uint256, uint256));
                isTrue(signedBps < vm.parseJsonUint(json, path("refused", i, "quorumBps")), name);
                continue;
            }
            bytes4 found = bytes4(revertDataOf(address(_verifier), call));
            isTrue(_isErrorFor(code, found), name);
        }
    }

    function test_RefusesSignersWhoseKeysCancelEachOtherOut() external {
        G1Point memory key = G1Point(BN254.G1_X, BN254.G1_Y);
        G1Point memory twice = BN254.add(key, key);
        bytes memory pair = abi.encodePacked(key.x, key.y, uint96(1), key.x, BN254.P - key.y, uint96(1));
        address table = harness.store(abi.encodePacked(pair, twice.x, twice.y, uint96(1)));
        Certificate memory certificate = _certificate(vectors("certificates.json"), "cases", 0);
        certificate.nonSigners = 1 << 2;
        vm.expectRevert(abi.encodeWithSelector(BN254.PointAtInfinity.selector));
        _verifier.verify(table, certificate);
    }

    function test_WitnessedPointsAreThoseOfTheVectors() external view {
        HashCase[] memory cases = _hashCases();
        for (uint256 i = 0; i < cases.length; ++i) {
            HashCase memory given = cases[i];
            G1Point memory required = G1Point(given.point[0], given.point[1]);
            HashHint memory hint = HashHint(given.fourthRoot, given.nonResidueRoots);
            equal(hint.nonResidueRoots.length, i, "rejected candidates");
            _same(harness.hashToPoint(given.digest, hint), required);
            (G1Point memory plain, ) = _tryAndIncrement(given.digest);
            _same(plain, required);
        }
    }

    function test_WitnessedPointsAreEigenLayersOwn() external view {
        string memory json = vectors("bn254.json");
        for (uint256 i = 0; i < 6; ++i) {
            bytes32 digest = vm.parseJsonBytes32(json, path("cases", i, "msgHex"));
            (G1Point memory plain, HashHint memory hint) = _tryAndIncrement(digest);
            equal(hint.nonResidueRoots.length, vm.parseJsonUint(json, path("cases", i, "increments")), "increments");
            G1Point memory required = _point(json, path("cases", i, "hashPoint"));
            _same(plain, required);
            _same(harness.hashToPoint(digest, hint), required);
        }
    }

    /// hardhat-config: fuzz.runs = 1000
    function testFuzz_TheWitnessedPointIsTheOneOfTryAndIncrement(bytes32 digest) external view {
        (G1Point memory required, HashHint memory hint) = _tryAndIncrement(digest);
        _same(harness.hashToPoint(digest, hint), required);
        // Any root of the same sign leads there; the negative of the point has no fourth root and is out of reach.
        hint.fourthRoot = BN254.P - hint.fourthRoot;
        _same(harness.hashToPoint(digest, hint), required);
        for (uint256 i = 0; i < hint.nonResidueRoots.length; ++i) {
            hint.nonResidueRoots[i] = BN254.P - hint.nonResidueRoots[i];
        }
        _same(harness.hashToPoint(digest, hint), required);
    }

    /// hardhat-config: fuzz.runs = 1000
    function testFuzz_NoOtherWitnessLeadsAnywhere(bytes32 digest, uint256 change, uint256 place) external {
        (, HashHint memory honest) = _tryAndIncrement(digest);
        HashHint memory hint = honest;
        uint256 rejected = hint.nonResidueRoots.length;
        change = within(change, 1, BN254.P - 1);

        uint256 wrong = addmod(hint.fourthRoot, change, BN254.P);
        if (wrong != BN254.P - hint.fourthRoot) {
            // A root of the other sign squares to y times a root of −1, which no field with p ≡ 3 (mod 4) has.
            vm.expectRevert(abi.encodeWithSelector(Certificates.NotAFourthRoot.selector, wrong));
            harness.hashToPoint(digest, HashHint(wrong, hint.nonResidueRoots));
        }
        // One witness too many: nothing shows that the accepted candidate has no point.
        uint256[] memory longer = new uint256[](rejected + 1);
        for (uint256 i = 0; i < rejected; ++i) longer[i] = hint.nonResidueRoots[i];
        longer[rejected] = change;
        vm.expectRevert(abi.encodeWithSelector(Certificates.NotANonResidueRoot.selector, rejected, change));
        harness.hashToPoint(digest, HashHint(hint.fourthRoot, longer));
        if (rejected == 0) return;

        // One witness too few: the last rejected candidate has no fourth root.
        uint256[] memory shorter = new uint256[](rejected - 1);
        for (uint256 i = 0; i < rejected - 1; ++i) shorter[i] = hint.nonResidueRoots[i];
        vm.expectRevert(abi.encodeWithSelector(Certificates.NotAFourthRoot.selector, change));
        harness.hashToPoint(digest, HashHint(change, shorter));

        place = place % rejected;
        uint256 honestRoot = hint.nonResidueRoots[place];
        wrong = addmod(honestRoot, change, BN254.P);
        if (wrong == BN254.P - honestRoot) return;
        hint.nonResidueRoots[place] = wrong;
        vm.expectRevert(abi.encodeWithSelector(Certificates.NotANonResidueRoot.selector, place, wrong));
        harness.hashToPoint(digest, hint);
    }

    function test_RefusesWitnessesThatAreNotReduced() external {
        HashCase memory given = _hashCases()[3];
        uint256 unreduced = given.fourthRoot + BN254.P;
        vm.expectRevert(abi.encodeWithSelector(BN254.CoordinateTooLarge.selector, unreduced, BN254.P));
        harness.hashToPoint(given.digest, HashHint(unreduced, given.nonResidueRoots));
        given.nonResidueRoots[1] += BN254.P;
        vm.expectRevert(abi.encodeWithSelector(BN254.CoordinateTooLarge.selector, given.nonResidueRoots[1], BN254.P));
        harness.hashToPoint(given.digest, HashHint(given.fourthRoot, given.nonResidueRoots));
    }

    function test_Refuses256CandidatesBeforeLookingAtThem() external {
        vm.expectRevert(abi.encodeWithSelector(Certificates.TooManyCandidates.selector, 256, 255));
        harness.hashToPoint(bytes32(0), HashHint(0, new uint256[](256)));
        // 255 are looked at, and the first is wrong.
        vm.expectRevert(abi.encodeWithSelector(Certificates.NotANonResidueRoot.selector, 0, 0));
        harness.hashToPoint(bytes32(0), HashHint(0, new uint256[](255)));
    }

    function testFuzz_TheChallengeIsTheHashOfAllTwelveWords(
        bytes32 digest,
        G1Point memory messagePoint,
        G1Point memory signersKey,
        G2Point memory aggregateKey,
        G1Point memory signature
    ) external pure {
        bytes memory words = bytes.concat(
            abi.encodePacked(keccak256("ParleyGamma"), digest, messagePoint.x, messagePoint.y),
            abi.encodePacked(signersKey.x, signersKey.y, aggregateKey.x[0], aggregateKey.x[1]),
            abi.encodePacked(aggregateKey.y[0], aggregateKey.y[1], signature.x, signature.y)
        );
        uint256 found = Certificates.challenge(digest, messagePoint, signersKey, aggregateKey, signature);
        equal(found, uint256(keccak256(words)) % BN254.R, "challenge");
    }

    function testFuzz_TheChallengeIsReducedAndNeverZero(uint256 hash, uint8 multiple) external {
        if (hash % BN254.R != 0) equal(harness.reduceChallenge(bytes32(hash)), hash % BN254.R, "reduced");
        // The multiples of r that fit a word: 0 to 5.
        vm.expectRevert(Certificates.ChallengeZero.selector);
        harness.reduceChallenge(bytes32(BN254.R * (multiple % 6)));
    }

    /// @dev EigenLayer's hash-to-curve, with exponentiations, and the witness of what it found: the plain twin.
    function _tryAndIncrement(bytes32 digest) private view returns (G1Point memory point, HashHint memory hint) {
        uint256[] memory roots = new uint256[](256);
        uint256 rejected = 0;
        uint256 x = uint256(digest) % BN254.P;
        while (true) {
            uint256 beta = addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
            uint256 y = _root(beta);
            if (mulmod(y, y, BN254.P) == beta) {
                (point, hint.fourthRoot) = (G1Point(x, y), _root(y));
                break;
            }
            roots[rejected++] = _root(BN254.P - beta);
            x = addmod(x, 1, BN254.P);
        }
        hint.nonResidueRoots = new uint256[](rejected);
        for (uint256 i = 0; i < rejected; ++i) hint.nonResidueRoots[i] = roots[i];
    }

    function _root(uint256 square) private view returns (uint256) {
        (, bytes memory root) = address(5).staticcall(
            abi.encode(uint256(32), uint256(32), uint256(32), square, ROOT_EXPONENT, BN254.P)
        );
        return abi.decode(root, (uint256));
    }

    function _verify(
        string memory json,
        uint256 i,
        Certificate memory certificate
    ) private view returns (bytes32 digest, Certificates.Vote memory vote) {
        digest = vm.parseJsonBytes32(json, path("cases", i, "digest"));
        vote = harness.verify(digest, _table(json, "cases", i), certificate);
    }

    function _table(string memory json, string memory list, uint256 i) private view returns (address) {
        return _tables[vm.parseJsonUint(json, path(list, i, "table"))];
    }

    function _hashCases() private view returns (HashCase[] memory cases) {
        string memory json = vectors("certificates.json");
        bytes memory encoded = vm.parseJsonTypeArray(
            json,
            ".hashes",
            "HashCase(bytes32 digest,uint256 fourthRoot,uint256[] nonResidueRoots,uint256[] point)"
        );
        cases = abi.decode(encoded, (HashCase[]));
        equal(cases.length, vm.parseJsonUint(json, ".hashesCount"), "hashes");
    }

    function _certificate(string memory json, string memory list, uint256 i) private pure returns (Certificate memory) {
        return abi.decode(vm.parseJsonBytes(json, path(list, i, "certificate")), (Certificate));
    }

    function _point(string memory json, string memory at) private pure returns (G1Point memory) {
        uint256[] memory coordinates = vm.parseJsonUintArray(json, at);
        return G1Point(coordinates[0], coordinates[1]);
    }

    /// @dev Whether `found` is the contracts' error for a code of `scripts/protocol/errors.ts`.
    function _isErrorFor(string memory code, bytes4 found) private pure returns (bool) {
        bytes32 hash = keccak256(bytes(code));
        if (hash == keccak256("CoordinateOutOfRange")) return found == BN254.CoordinateTooLarge.selector;
        if (hash == keccak256("PointAtInfinity")) return found == BN254.PointAtInfinity.selector;
        if (hash == keccak256("PointNotInSubgroup")) return found == BN254.PointNotInGroup.selector;
        if (hash == keccak256("PointNotOnCurve")) {
            // A signature is added before it is paired, a key is only paired.
            return found == BN254.PointNotOnCurve.selector || found == BN254.PointNotInGroup.selector;
        }
        if (hash == keccak256("AbsenteeBeyondTable")) return found == OperatorTable.AbsenteeBeyondTable.selector;
        if (hash == keccak256("NoSigners")) return found == Certificates.NoSigners.selector;
        if (hash == keccak256("InvalidSignature")) return found == Certificates.SignatureInvalid.selector;
        require(hash == keccak256("WrongHashHint"), code);
        return found == Certificates.NotAFourthRoot.selector || found == Certificates.NotANonResidueRoot.selector;
    }

    function _same(G1Point memory found, G1Point memory required) private pure {
        equal(found.x, required.x, "x");
        equal(found.y, required.y, "y");
    }
}
