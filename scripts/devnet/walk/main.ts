import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { accountAt } from "../accounts.ts";
import { ACCOUNTS, FIRST_OPERATOR, FIRST_STAKER } from "../accountNumbers.ts";
import { TESTNETS } from "../testnets/names.ts";
import { Transcript } from "./transcript.ts";

// Walks through the life of a network on local testnets, with nothing but the commands that the documents show, and writes down what
// they print. Whatever does not end as it must ends the walk.

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs/reports/testnets.md" },
    // Seconds between two blocks of the hub, and how many times as long everything waits there.
    "hub-seconds": { type: "string", default: "2" },
  },
});

const CONFIG = "testnets.config.mjs";
const BOOK = `deployments/${TESTNETS}.json`;
const FOLDER = "nodes";
const STAKES = ["40", "35", "25"] as const;
const HUB_SECONDS = values["hub-seconds"];
/** Where everything listens: beside a devnet's ports. */
const PORT = 9_600;
const OWNER = ACCOUNTS.rollupOwner;

const networks = `--networks ${CONFIG}`;
const on = `--deployment ${BOOK}`;
const aggregator = `http://127.0.0.1:${PORT}`;
const operators = STAKES.map((tokens, index) => ({
  tokens,
  name: `operator-${index + 1}`,
  account: FIRST_OPERATOR + index,
  staker: FIRST_STAKER + index,
  port: PORT + 10 + index,
}));
const ROLES = ["aggregator", "relayer", "watcher"] as const;
const walk = new Transcript(FOLDER);

await main().then(
  () => {
    writeFileSync(values.out, `${HEAD()}${walk.text}`);
    process.stderr.write(`written to ${values.out}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`${walk.text}\n${String(error)}\n`);
    process.exitCode = 1;
  },
);

function HEAD(): string {
  return [
    "# A walk over local testnets",
    "",
    "What one sees who deploys Parley, wires four rollups, runs it and lets one rollup go, with the commands of",
    "[deployments.md](../deployments.md) and [operations.md](../operations.md) and nothing else. Five chains serve JSON-RPC on loopback, each",
    "with an id of its own, with blocks by the clock; one answers slowly, and one is gone for a while in the middle of its deployment.",
    "What is deployed is the production build, with two confirmations. `npm run walk` typed all this, and wrote it down; long outputs are",
    "shortened where a line says so, and warnings of npm and the compiler left out.",
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  if (existsSync(FOLDER)) rmSync(FOLDER, { recursive: true });
  mkdirSync(FOLDER);
  writeFileSync(`${FOLDER}/password`, "worthless, like everything here\n", { mode: 0o600 });
  try {
    await startChains();
    await deployHub();
    await gatherOperators();
    await deployRollups();
    await startNodes();
    await activate();
    const recipient = await greet();
    await followMessage(recipient);
    await explainStuck(recipient);
    await joinFourth();
    await retireThird(recipient);
    await lookBack();
  } finally {
    await walk.stopAll();
  }
}

async function startChains(): Promise<void> {
  walk.title("Chains");
  walk.say(
    "They stay until Ctrl-C, so they have a terminal of their own. On real testnets this is somebody else's business.",
  );
  const start = `npx hardhat testnets run --slow three --hub-seconds ${HUB_SECONDS} --forget`;
  await walk.leaveRunning("chains", start, "describes them as network");
  walk.show("chains");
}

async function deployHub(): Promise<void> {
  walk.title("The hub");
  walk.say("What would be sent? No account is needed for that, and exit code 2 says that something is missing.");
  await walk.type(`npx hardhat deploy plan ${TESTNETS} ${networks}`, { ends: 2, shows: [24, 6] });
  await walk.type(`npx hardhat deploy apply ${TESTNETS} ${networks} --yes`, { ends: 2, shows: [12, 60] });
  walk.say("The operator set is announced, and waits for the shaper's delay. Then anybody carries it out.");
  await walk.type(`npx hardhat deploy apply ${TESTNETS} ${networks} --yes`, {
    ...{ ends: 2, withinSeconds: 600, lacks: /hub\/set-1/, shows: [4, 24] },
  });
}

async function gatherOperators(): Promise<void> {
  walk.title("Three operators");
  for (const { name, account, staker, port, tokens } of operators) {
    const keystore = `${FOLDER}/${name}.keystore.json`;
    const join = `npx hardhat operator join --keystore ${keystore} --password-file ${FOLDER}/password --endpoint http://127.0.0.1:${port} --account ${account} ${on}`;
    await walk.type(`npx hardhat operator keys new ${keystore} --password-file ${FOLDER}/password`);
    walk.say("Without stake it becomes EigenLayer's operator, and no more:");
    await walk.type(join, { ends: 1 });
    await walk.type(`npx hardhat testnets stake ${accountAt(account).address} --account ${staker} --tokens ${tokens}`);
    await walk.type(join, { withinSeconds: 60 });
  }
  await walk.type(`npx hardhat operator list ${on}`);
}

async function deployRollups(): Promise<void> {
  walk.title("Three rollups, one of which goes away meanwhile");
  walk.say("Every rollup begins with a table of the set, so one is built first.");
  await walk.type(`npx hardhat table build ${on}`);
  walk.say("While they are deployed, somebody restarts `two`:");
  const apply = `npx hardhat deploy apply ${TESTNETS} ${networks} --yes`;
  const [, interrupted] = await Promise.all([restartLater(), walk.type(apply, { ends: 1, shows: [12, 6] })]);
  if (interrupted.exitCode !== 1) throw new Error("nothing was interrupted");
  walk.say(
    "The same command goes on where it was, as soon as `two` answers. What was sent is not sent again. Should the table's epoch be over by then, anybody builds the next one.",
  );
  const lacks = /table of operator set|to be sent by/;
  await walk.type(apply, {
    ends: 2,
    withinSeconds: 600,
    lacks,
    before: `npx hardhat table build ${on}`,
    shows: [4, 48],
  });
}

async function restartLater(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  await walk.type(`npx hardhat testnets restart two --seconds 20 ${networks}`);
}

async function startNodes(): Promise<void> {
  walk.title("Nodes");
  walk.say("Each is told everything that the address book knows, in a file without secrets, and stays until Ctrl-C.");
  await configureNodes("");
  await runNodes();
}

async function configureNodes(again: "" | " --replace"): Promise<void> {
  for (const { name, port } of operators) {
    const key = `--keystore ${FOLDER}/${name}.keystore.json --password-file ${FOLDER}/password`;
    const history = again === "" ? " --new-history" : "";
    await walk.type(
      `npx hardhat nodes config operator --out ${FOLDER}/${name}.json ${key} --port ${port} --min-agreeing 1${history}${again} ${on}`,
    );
  }
  for (const [index, role] of ROLES.entries()) {
    const from = role === "aggregator" ? "" : ` --aggregator ${aggregator}`;
    const pays = role === "relayer" ? " --builds-tables" : "";
    await walk.type(
      `npx hardhat nodes config ${role} --out ${FOLDER}/${role}.json --port ${PORT + index} --min-agreeing 1${from}${pays}${again} ${on}`,
    );
  }
}

async function runNodes(): Promise<void> {
  const secrets = {
    RELAYER_PRIVATE_KEY: accountAt(ACCOUNTS.relayer).privateKey,
    WATCHER_PRIVATE_KEY: accountAt(ACCOUNTS.watcher).privateKey,
  };
  const names = [
    ...operators.map(({ name }) => [name, "operator"] as const),
    ...ROLES.map((role) => [role, role] as const),
  ];
  for (const [name, role] of names) {
    await walk.leaveRunning(name, `npx node scripts/nodes/${role}/main.ts ${FOLDER}/${name}.json`, "listens", secrets);
  }
}

async function optIn(...rollups: readonly string[]): Promise<void> {
  for (const { account } of operators) {
    const each = rollups.map((rollup) => `npx hardhat operator optin ${rollup} --account ${account} ${on}`);
    await walk.type(each.join(" && "));
  }
}

async function activate(): Promise<void> {
  walk.title("Active");
  walk.say(
    "Operators say that they sign for the rollups; the registry's notice passes; anybody applies what was accepted.",
  );
  await optIn("one", "two", "three");
  await walk.type(`npx hardhat deploy apply ${TESTNETS} ${networks} --yes`, { withinSeconds: 300, shows: [20, 4] });
  await walk.type(`npx hardhat deploy check ${TESTNETS} ${networks}`, { withinSeconds: 120 });
  await walk.type(`npx hardhat doctor ${on}`);
}

async function greet(): Promise<string> {
  walk.title("A first message each way");
  walk.say(
    "Nobody has an app yet, so the command that has a rollup join is asked to finish what it would do at the end.",
  );
  const join = `npx hardhat rollup join ${TESTNETS} two --peer one ${networks} --aggregator ${aggregator} --wait 240 --yes`;
  const { stdout } = await walk.type(`${join} 2>&1`);
  const recipient = /has somebody to greet: (0x[0-9a-fA-F]{40})/.exec(stdout)?.[1];
  if (recipient === undefined) throw new Error("nobody was greeted");
  return recipient;
}

async function followMessage(recipient: string): Promise<void> {
  walk.title("A message, stage by stage");
  const id = await send("one", "two", recipient, "hello");
  await walk.type(`npx hardhat message trace ${id} --aggregator ${aggregator} ${on}`, { withinSeconds: 180 });
  await walk.type(`npx hardhat status --aggregator ${aggregator} ${on}`, { withinSeconds: 60 });
}

async function send(from: string, to: string, recipient: string, text: string): Promise<string> {
  const { stdout } = await walk.type(
    `npx hardhat message send --from ${from} --to ${to} --recipient ${recipient} --text "${text}" --account ${ACCOUNTS.user} ${on}`,
  );
  const id = /^0x[0-9a-f]{64}$/m.exec(stdout)?.[0];
  if (id === undefined) throw new Error("nothing was sent");
  return id;
}

async function explainStuck(recipient: string): Promise<void> {
  walk.title("A message that is stuck, and a policy that loosens");
  walk.say("The owner of `two` refuses `one`. To tighten takes effect at once.");
  await walk.type(`npx hardhat policy set two one --refused true --account ${OWNER} ${on} --yes`);
  const id = await send("one", "two", recipient, "is anybody there?");
  const why = `npx hardhat message why ${id} --aggregator ${aggregator} ${on}`;
  walk.say("It does not arrive. Why?");
  await walk.type(why, { ends: 2 });
  walk.say("To loosen is announced first, so that users can leave.");
  await walk.type(`npx hardhat policy set two one --refused false --account ${OWNER} ${on} --yes`, { ends: 2 });
  await walk.type(`npx hardhat policy set two one --apply --account ${OWNER} ${on} --yes`, { withinSeconds: 180 });
  walk.say("A relayer that was refused tries again after a while. Whoever does not want to wait delivers by hand.");
  await walk.type(`npx hardhat message deliver ${id} --aggregator ${aggregator} --account ${ACCOUNTS.user} ${on}`, {
    withinSeconds: 180,
  });
  await walk.type(why);
}

async function joinFourth(): Promise<void> {
  walk.title("A fourth rollup");
  walk.say("It is listed in the description, where it waited behind two slashes.");
  await walk.type(`sed -i 's|// four,.*|four,|' ${CONFIG}`);
  await walk.type(`npx hardhat rollup join ${TESTNETS} four ${networks} --dry-run`, { ends: 2 });
  const join = `npx hardhat rollup join ${TESTNETS} four ${networks} --aggregator ${aggregator} --yes`;
  await walk.type(join, { ends: 2, withinSeconds: 300, shows: [60, 12] });
  walk.say("Operators opt in, and all nodes are told about it.");
  await optIn("four");
  for (const role of [...ROLES].reverse()) await walk.stop(role);
  for (const { name } of operators) await walk.stop(name);
  await configureNodes(" --replace");
  await runNodes();
  await walk.type(`${join} --wait 420`, { shows: [40, 12] });
}

async function retireThird(recipient: string): Promise<void> {
  walk.title("A rollup that leaves");
  await walk.type(`npx hardhat rollup drain three --account ${OWNER} --yes ${on}`);
  walk.say("What it has sent still arrives; nobody sends to it any more, as soon as the others have heard.");
  await walk.type(
    `npx hardhat message send --from one --to three --recipient ${recipient} --text late --account ${ACCOUNTS.user} ${on}`,
    { ends: 1, withinSeconds: 180 },
  );
  await walk.type(`npx hardhat rollup retire three --account ${OWNER} --yes ${on}`, { withinSeconds: 240 });
  await walk.type(`npx hardhat rollup list ${on}`);
  walk.say("What is retired is not described any more.");
  await walk.type(`sed -i '/^  three,$/d' ${CONFIG}`);
}

async function lookBack(): Promise<void> {
  walk.title("In the end");
  await walk.type(`npx hardhat message list --since 2h ${on}`);
  await walk.type(`npx hardhat deploy plan ${TESTNETS} ${networks}`);
  await walk.type(`npx hardhat deploy check ${TESTNETS} ${networks}`, { withinSeconds: 120 });
}
