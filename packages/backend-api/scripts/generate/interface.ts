// Writes packages/backend-api/src/ops: the ops that a backend supplies, as interfaces.

import type { ArgKind, Family, Op } from "../../ops/schema.js";
import { backendName, backendType, banner, capital, resultType } from "./kinds.js";

function member(family: Family, op: Op): string {
  const params = op.args.map((a) => `${a.name}: ${backendType(a)}`);
  return [
    "/**",
    // Links point to core's functions, which this package does not know.
    ` * ${op.doc.replace(/\{@link (\w+)\}/g, "`$1`")}`,
    " *",
    ...op.args.map((a) => ` * @param ${a.name} - ${a.doc}`),
    " * @param at - where to run",
    ` * @returns ${op.returns}`,
    " */",
    `${backendName(family, op)}(${[...params, "at?: Placement"].join(", ")}): ${resultType(op, "H")};`,
  ].join("\n");
}

const arrayKinds: readonly ArgKind[] = [
  "array",
  "arrayOrNull",
  "operand",
  "operandOrNull",
  "indices",
  "indicesOrNull",
  "indexArrays",
  "arrays",
  "key",
];

/** The places of the arguments that are arrays, or lists of them. */
const arrayPlaces = (op: Op): number[] =>
  op.args.flatMap((a, place) => (arrayKinds.includes(a.kind) ? [place] : []));

/** Whether weak scalars may stand among a family's operands. */
const takesOperands = (family: Family): boolean =>
  family.ops.some((op) => op.args.some((a) => a.kind === "operand" || a.kind === "operandOrNull"));

/** The interface of one family. */
export function interfaceFile(family: Family): string {
  const body = family.ops.map((op) => member(family, op)).join("\n");
  const dtypes = body.includes("DType") ? 'import type { DType } from "../dtype.js";\n' : "";
  return `${banner(family)}
// What a backend supplies for the family "${family.name}": ${family.doc}.

import type { Handle, ${takesOperands(family) ? "Operand, " : ""}Placement } from "../backend.js";
${dtypes}
/** Backend ops: ${family.doc}. Operands are borrowed, results are owned by the caller. */
export interface ${capital(family.name)}Ops<H extends Handle${takesOperands(family) ? ", O = Operand<H>" : ""}> {
${body}
}
`;
}

/** All families together, with what the table says of each op at run time. */
export function interfaceIndex(families: readonly Family[]): string {
  const rows = families.flatMap((f) =>
    f.ops.map(
      (op) =>
        `${backendName(f, op)}: { family: "${f.name}", tier: "${op.tier}", arity: ${op.args.length}, arrays: [${arrayPlaces(op).join(", ")}] },`,
    ),
  );
  const required = families.flatMap((f) =>
    f.ops.filter((op) => op.tier === "required").map((op) => backendName(f, op)),
  );
  return `${banner(null)}
// All op families as one interface, and each op's family and tier.

import type { Handle, Operand } from "../backend.js";
${families.map((f) => `import type { ${capital(f.name)}Ops } from "./${f.name}.js";`).join("\n")}

${families.map((f) => `export type { ${capital(f.name)}Ops } from "./${f.name}.js";`).join("\n")}

/**
 * Every op of the op table, as a backend supplies it.
 *
 * @typeParam H - the backend's handle
 * @typeParam O - what stands for an operand that may be a weak scalar; kernels get handles only
 */
export interface Ops<H extends Handle = Handle, O = Operand<H>> extends
${families.map((f) => `${capital(f.name)}Ops<H${takesOperands(f) ? ", O" : ""}>`).join(",\n")} {}

/** The name of an op in the {@link Ops} interface. */
export type OpName = keyof Ops;

/** required: every backend supplies it; composed: a default exists; extension: optional. */
export type Tier = "required" | "composed" | "extension";

/** The ops that every backend supplies. */
export type RequiredOp =
${required.map((name) => `| "${name}"`).join("\n")};

/** What is known of an op at run time. */
export interface OpFacts {
  readonly family: string;
  readonly tier: Tier;
  /** How many arguments come before the placement. */
  readonly arity: number;
  /** The places of arguments that are arrays: a handle, a list of them, a weak scalar, or null. */
  readonly arrays: readonly number[];
}

/** Every op by name. */
export const opTable: Readonly<Record<OpName, OpFacts>> = {
${rows.join("\n")}
};
`;
}
