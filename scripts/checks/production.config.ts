// The build that is deployed, kept beside the everyday one so that neither throws the other away:
// hardhat --config scripts/checks/production.config.ts build --build-profile production --no-tests
import config from "../../hardhat.config.ts";
import { PRODUCTION_ARTIFACTS } from "./support/build-output.ts";

export default {
  ...config,
  paths: { ...config.paths, artifacts: PRODUCTION_ARTIFACTS, cache: "cache/production" },
};
