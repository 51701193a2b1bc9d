import { runNode } from "#nodes/shared/process.ts";

import { aggregatorConfigSchema } from "./config.ts";
import { startAggregator } from "./start.ts";

await runNode({ name: "aggregator", schema: aggregatorConfigSchema, secrets: {}, start: startAggregator }, process);
