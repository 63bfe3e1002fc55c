// Writes packages/backend-api/src/ops: the ops that a backend supplies, as interfaces.

import type { Family, Op } from "../../ops/schema.js";
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

/** The interface of one family. */
export function interfaceFile(family: Family): string {
  const body = family.ops.map((op) => member(family, op)).join("\n");
  const dtypes = body.includes("DType") ? 'import type { DType } from "../dtype.js";\n' : "";
  const operand = body.includes("Operand<") ? "Operand, " : "";
  return `${banner(family)}
// What a backend supplies for the family "${family.name}": ${family.doc}.

import type { Handle, ${operand}Placement } from "../backend.js";
${dtypes}
/** Backend ops: ${family.doc}. Operands are borrowed, results are owned by the caller. */
export interface ${capital(family.name)}Ops<H extends Handle> {
${body}
}
`;
}

/** All families together, with what the table says of each op at run time. */
export function interfaceIndex(families: readonly Family[]): string {
  const rows = families.flatMap((f) =>
    f.ops.map((op) => `${backendName(f, op)}: { family: "${f.name}", tier: "${op.tier}" },`),
  );
  return `${banner(null)}
// All op families as one interface, and each op's family and tier.

import type { Handle } from "../backend.js";
${families.map((f) => `import type { ${capital(f.name)}Ops } from "./${f.name}.js";`).join("\n")}

${families.map((f) => `export type { ${capital(f.name)}Ops } from "./${f.name}.js";`).join("\n")}

/** Every op of the op table, as a backend supplies it. */
export interface Ops<H extends Handle = Handle> extends
${families.map((f) => `${capital(f.name)}Ops<H>`).join(",\n")} {}

/** The name of an op in the {@link Ops} interface. */
export type OpName = keyof Ops;

/** required: every backend supplies it; composed: a default exists; extension: optional. */
export type Tier = "required" | "composed" | "extension";

/** Family and tier of each op. */
export const opTable: Readonly<Record<OpName, { readonly family: string; readonly tier: Tier }>> = {
${rows.join("\n")}
};
`;
}
