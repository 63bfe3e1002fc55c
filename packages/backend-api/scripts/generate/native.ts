// Writes packages/native/src/ops: how each backend op is encoded for the addon.

import type { Arg, ArgKind, Family, Op } from "../../ops/schema.js";
import { backendName, banner, capital, choicesName, choicesOf, kinds } from "./kinds.js";

/** Kinds that do not travel as numbers. */
const rawTypes: Partial<Record<ArgKind, string>> = {
  bool: "boolean",
  boolOrNull: "boolean | null",
  floatOrNull: "number | null",
  text: "string",
};
const rawType = (arg: Arg): string => rawTypes[arg.kind] ?? "number";

function encoded(op: Op, arg: Arg): string {
  const { encode } = kinds[arg.kind];
  if (arg.choices) return `${encode}(${choicesName(op, arg)}, ${arg.name})`;
  return encode ? `${encode}(${arg.name})` : arg.name;
}

function raw(family: Family, op: Op): string {
  const params = op.args.map((a) => `${a.name}: ${rawType(a)}`);
  return `${backendName(family, op)}(${[...params, "at: number"].join(", ")}): number;`;
}

function encoder(family: Family, op: Op): string {
  const name = backendName(family, op);
  const call = `addon.${name}(${[...op.args.map((a) => encoded(op, a)), "place(at)"].join(", ")})`;
  const params = [...op.args.map((a) => a.name), "at"].join(", ");
  const tuple = Array.isArray(op.result) ? ` as [${op.result.map(() => "number").join(", ")}]` : "";
  return `${name}: (${params}) => ${op.result ? `results(${call})${tuple}` : call},`;
}

/** The encoders of one family. */
export function nativeFile(family: Family): string {
  const body = family.ops.map((op) => encoder(family, op)).join("\n");
  const encoders = [
    ...new Set(Object.values(kinds).flatMap((k) => (k.encode ? [k.encode] : []))),
    "place",
    "results",
  ]
    .filter((name) => new RegExp(`\\b${name}\\(`).test(body))
    .sort();
  const F = capital(family.name);
  return `${banner(family)}
// How the ops of the family "${family.name}" travel to C++; see ../wire.ts for the encodings.

import type { ${F}Ops } from "@mlx-ts/backend-api";
import { ${encoders.join(", ")} } from "../wire.js";

/** The addon's functions of this family: handles and codes in, handles out. */
export interface ${F}Addon {
${family.ops.map((op) => raw(family, op)).join("\n")}
}

${family.ops.map(choicesOf).join("")}
export const ${family.name}Ops = (addon: ${F}Addon): ${F}Ops<number> => ({
${body}
});
`;
}

/** All families. */
export function nativeIndex(families: readonly Family[]): string {
  return `${banner(null)}
// All encoders together.

import type { Ops } from "@mlx-ts/backend-api";
${families.map((f) => `import { type ${capital(f.name)}Addon, ${f.name}Ops } from "./${f.name}.js";`).join("\n")}

/** The addon's functions of every family. */
export interface OpsAddon extends ${families.map((f) => `${capital(f.name)}Addon`).join(", ")} {}

export const nativeOps = (addon: OpsAddon): Ops<number> => ({
${families.map((f) => `...${f.name}Ops(addon),`).join("\n")}
});
`;
}
