// The house rules for TypeScript: strict types, no cycles, and the import table of CONTRIBUTING.md.
import { defineConfig, globalIgnores } from "eslint/config";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const ROLES = ["operator", "aggregator", "relayer", "watcher"];

/** Room → the rooms of ours it must not import. `except` names what is allowed inside a forbidden folder. */
const zones = [
  room("./scripts/protocol", ["./scripts", "./tasks", "./types", "./test"], { except: ["./protocol"] }),
  room("./scripts/chain", ["./scripts", "./tasks", "./test"], { except: ["./protocol", "./chain"] }),
  room("./scripts/nodes/shared", ["./scripts", "./tasks", "./test"], {
    except: ["./protocol", "./chain", "./nodes/shared"],
  }),
  ...ROLES.map((role) =>
    room(`./scripts/nodes/${role}`, ["./scripts", "./tasks", "./test"], {
      except: ["./protocol", "./chain", "./nodes/shared", `./nodes/${role}`],
    }),
  ),
  room("./scripts/deploy", ["./scripts", "./tasks", "./test"], { except: ["./protocol", "./chain", "./deploy"] }),
  room("./scripts/devnet", ["./scripts/checks", "./tasks", "./test"]),
  // The vectors are computed by the protocol; all other checks read files and build output only.
  room("./scripts/checks", ["./scripts", "./tasks", "./types", "./test"], { except: ["./checks", "./protocol"] }),
  room("./scripts/library", ["./scripts", "./tasks", "./types", "./test"], { except: ["./library"] }),
  room("./tasks", ["./test"]),
].flat();

function room(target, forbidden, { except = [] } = {}) {
  return forbidden.map((from) => ({
    target,
    from,
    ...(from === "./scripts" ? { except } : {}),
    message: `${target.slice(2)} must not import this; see the import table in CONTRIBUTING.md.`,
  }));
}

const noHardhat = {
  regex: "^(hardhat(/|$)|@nomicfoundation/)",
  message: "Only scripts/deploy, scripts/devnet, tasks and tests know Hardhat.",
};

export default defineConfig(
  globalIgnores(["artifacts", "cache", "coverage", "types", "deployments"]),
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      "import-x/extensions": [".ts", ".js"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".js", ".mjs", ".json"] })],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/no-cycle": "error",
      "import-x/no-duplicates": "error",
      "import-x/first": "error",
      "import-x/order": [
        "error",
        { "newlines-between": "always", groups: ["builtin", "external", "internal", ["parent", "sibling", "index"]] },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/array-type": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off", // brands are such parameters
      "@typescript-eslint/require-await": "off", // an interface may be asynchronous where one implementation is not
      eqeqeq: "error",
      "no-constant-binary-expression": "error",
    },
  },
  {
    // Pure: no clock, network, disk or environment, and no library that has one.
    files: ["scripts/protocol/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(?!(\\.{1,2}/|#protocol/|@noble/|(ethers|mcl-wasm|zod|@openzeppelin/merkle-tree)$))",
              message:
                "scripts/protocol uses ethers' utilities, @noble, mcl-wasm, zod and @openzeppelin/merkle-tree only.",
            },
            {
              regex: "^ethers$",
              importNamePattern: "Provider|Signer|Wallet|Contract|Fetch|^ethers$",
              message: "scripts/protocol does not talk to chains.",
            },
          ],
        },
      ],
      "no-restricted-globals": [
        "error",
        ...["process", "fetch", "setTimeout", "setInterval", "performance", "crypto", "console"],
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Randomness is handed in." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "Identifier[name='Date']", message: "Time is handed in." },
        { selector: "ImportExpression", message: "scripts/protocol imports statically." },
      ],
    },
  },
  {
    files: ["chain", "nodes", "checks", "library"].map((name) => `scripts/${name}/**/*.ts`),
    rules: { "no-restricted-imports": ["error", { patterns: [noHardhat] }] },
  },
  {
    // Only main.ts reads the environment.
    files: ["scripts/nodes/**/*.ts"],
    ignores: ["scripts/nodes/**/main.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only main.ts reads the environment." },
      ],
    },
  },
  {
    // Commands: they speak on the terminal, and read whatever build output they find.
    files: ["scripts/checks/**/*.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // chai's properties are assertions.
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
);
