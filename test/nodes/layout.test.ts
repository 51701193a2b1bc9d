import { readFile } from "node:fs/promises";

import { expect } from "chai";
import { artifacts } from "hardhat";
import { z } from "zod";

import { GATEWAY_SLOTS } from "#chain/layout.ts";

const CONTRACT = "contracts/rollup/Gateway.sol";
const buildSchema = z.object({
  output: z.object({
    contracts: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          storageLayout: z
            .object({ storage: z.array(z.object({ label: z.string(), slot: z.string(), offset: z.number() })) })
            .optional(),
        }),
      ),
    ),
  }),
});

describe("The slots that are read by proof", function () {
  it("are where the compiler put them", async function () {
    const id = await artifacts.getBuildInfoId(`${CONTRACT}:Gateway`);
    const path = id === undefined ? undefined : await artifacts.getBuildInfoOutputPath(id);
    const build = buildSchema.parse(JSON.parse(await readFile(path ?? "", "utf8")));
    const storage = build.output.contracts[`project/${CONTRACT}`]?.Gateway?.storageLayout?.storage ?? [];

    for (const [label, slot] of Object.entries(GATEWAY_SLOTS)) {
      const found = storage.find((variable) => variable.label === label);
      expect(found, label).to.deep.include({ slot: String(slot), offset: 0 });
    }
  });
});
