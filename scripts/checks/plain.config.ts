// The build without optimizer, kept beside the everyday one; its contracts may be larger than what a chain takes:
// hardhat --config scripts/checks/plain.config.ts --no-typechain test --build-profile plain
import config from "../../hardhat.config.ts";

// Turns one of the checks off that `npm run mutate -- --checks` makes switchable.
const { PAID_BY_BLOCKS: coinbase } = process.env;
const paid = coinbase === undefined ? {} : { coinbase };

export default {
  ...config,
  networks: {
    ...config.networks,
    default: { ...config.networks?.default, allowUnlimitedContractSize: true, ...paid },
  },
  // No test fails for being slow.
  test: {
    ...config.test,
    mocha: { ...config.test?.mocha, timeout: 0 },
    solidity: { ...config.test?.solidity, ...paid },
  },
  paths: { ...config.paths, artifacts: "cache/plain/artifacts", cache: "cache/plain" },
};
