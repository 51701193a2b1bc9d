import { runNode } from "#nodes/shared/process.ts";

import { operatorConfigSchema } from "./config.ts";
import { startOperator } from "./start.ts";

await runNode(
  {
    name: "operator",
    schema: operatorConfigSchema,
    secrets: { secretKey: "OPERATOR_SECRET_KEY" },
    start: startOperator,
  },
  process,
);
