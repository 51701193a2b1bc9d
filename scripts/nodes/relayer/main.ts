import { runNode } from "#nodes/shared/process.ts";

import { relayerConfigSchema } from "./config.ts";
import { startRelayer } from "./start.ts";

await runNode(
  { name: "relayer", schema: relayerConfigSchema, secrets: { privateKey: "RELAYER_PRIVATE_KEY" }, start: startRelayer },
  process,
);
