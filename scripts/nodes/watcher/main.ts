import { runNode } from "#nodes/shared/process.ts";

import { watcherConfigSchema } from "./config.ts";
import { startWatcher } from "./start.ts";

await runNode(
  { name: "watcher", schema: watcherConfigSchema, secrets: { privateKey: "WATCHER_PRIVATE_KEY" }, start: startWatcher },
  process,
);
