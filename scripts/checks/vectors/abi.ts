import { AbiCoder, ParamType } from "ethers";

import type { Certificate } from "#protocol/certificates.ts";
import type { Run } from "#protocol/runs.ts";
import { hex, type Hex } from "#protocol/types.ts";

// The structs as the contracts declare them. Solidity decodes a vector with `abi.decode(bytes, (Certificate))`.
const CERTIFICATE = ParamType.from(
  "tuple(tuple(uint32 operatorSetId,uint32 tableEpoch,uint64 issuedAt,bytes32 statementsRoot) batch,uint256 nonSigners," +
    "tuple(uint256 x,uint256 y) signature,tuple(uint256[2] x,uint256[2] y) aggregateKey," +
    "tuple(uint256 fourthRoot,uint256[] nonResidueRoots) hint)",
);
const RUN = ParamType.from(
  "tuple(tuple(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway," +
    "uint64 pageIndex,uint16 count,bytes32 root,bytes32 chainHead,uint64 blockNumber,uint64 sourceTimestamp," +
    "uint8 finality) page,bytes32[] batchProof,uint16 firstIndex,uint32 gasPerMessage,bytes32[] rangeProof,bytes messages)",
);

export function encodeCertificate(certificate: Certificate): Hex {
  return hex(AbiCoder.defaultAbiCoder().encode([CERTIFICATE], [certificate]));
}

export function encodeRun(run: Run): Hex {
  return hex(AbiCoder.defaultAbiCoder().encode([RUN], [run]));
}
