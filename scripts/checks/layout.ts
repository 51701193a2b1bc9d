// Storage layouts of what is deployed: ordinary variables and ERC-7201 structs, each a line of the baseline.
import { findAll } from "solidity-ast/utils.js";

import { compareWithBaseline } from "./support/baseline.ts";
import { buildOutputs, isDeployed, ownPath, sourceTrees, type StorageLayout } from "./support/build-output.ts";
import { report } from "./support/report.ts";

const layouts: Record<string, string[]> = {};

for (const output of buildOutputs()) {
  for (const [sourceName, contracts] of Object.entries(output.contracts)) {
    const path = ownPath(sourceName);
    if (path === undefined || !isDeployed(path)) continue;
    for (const [name, { storageLayout }] of Object.entries(contracts)) {
      if (storageLayout !== undefined) layouts[`${path}:${name}`] = describe(storageLayout);
    }
  }
}

// The compiler's layout leaves out structs that live at a slot of their own; their members in order are their layout, and
// those of every struct inside.
const structs = new Map<string, string[]>();
const placed: { readonly path: string; readonly name: string; readonly place: string }[] = [];
for (const [path, tree] of sourceTrees()) {
  for (const struct of findAll("StructDefinition", tree)) {
    const name = struct.canonicalName;
    const members = struct.members.map((member) => `${member.name}: ${member.typeDescriptions.typeString ?? "?"}`);
    const known = structs.get(name);
    // Two structs of one name in tests are nobody's layout.
    if (known === undefined || path.startsWith("contracts/")) structs.set(name, members);
    const place = /@custom:storage-location\s+(\S+)/.exec(documentation(struct.documentation))?.[1];
    if (place === undefined || !(isDeployed(path) || path.startsWith("contracts/libraries/"))) continue;
    placed.push({ path, name, place });
  }
}
for (const { path, name, place } of placed) layouts[`${path}:${name} at ${place}`] = withInner(name);

report("layout", `${Object.keys(layouts).length} layouts`, compareWithBaseline("layouts", layouts));

/** Members of a struct, then those of each struct inside, by its name. */
function withInner(name: string): string[] {
  const inner = new Set<string>();
  const collect = (members: readonly string[]): void => {
    for (const [, found] of members.join(" ").matchAll(/\bstruct ([\w.]+)/g)) {
      if (found === undefined || inner.has(found)) continue;
      inner.add(found);
      collect(structs.get(found) ?? []);
    }
  };
  const own = structs.get(name) ?? [];
  collect(own);
  const below = [...inner].sort().map((found) => (structs.get(found) ?? ["?"]).map((member) => `${found}.${member}`));
  return [...own, ...below.flat()];
}

/** One line per variable, members of structs below it, without the compiler's numbers, which change with any edit. */
function describe(layout: StorageLayout): string[] {
  const types = layout.types ?? {};
  const seen = new Set<string>();
  const lines = layout.storage.map(({ label, offset, slot, type }) => {
    collect(type);
    return `slot ${slot} + ${offset}: ${label}: ${types[type]?.label ?? type}`;
  });
  return [...lines, ...[...seen].sort()];

  function collect(type: string): void {
    const known = types[type];
    if (known === undefined) return;
    for (const part of ["base", "key", "value"]) {
      const inner = known[part];
      if (typeof inner === "string") collect(inner);
    }
    const members: unknown = known.members;
    if (!Array.isArray(members)) return;
    for (const member of members as StorageLayout["storage"]) {
      const line = `${known.label} slot ${member.slot} + ${member.offset}: ${member.label}: ${types[member.type]?.label ?? member.type}`;
      if (seen.has(line)) continue;
      seen.add(line);
      collect(member.type);
    }
  }
}

function documentation(node: unknown): string {
  if (typeof node === "string") return node;
  return typeof node === "object" && node !== null && "text" in node ? String(node.text) : "";
}
