// Writes packages/core/src/ops: public functions with TSDoc, overloads for every place where the
// options may stand, argument checks, and the call of the backend.

import type { Arg, Family, Op } from "../../ops/schema.js";
import {
  backendName,
  banner,
  capital,
  choicesName,
  choicesOf,
  keywords,
  kinds,
  optional,
  optionsMark,
  publicName,
  publicType,
  pythonName,
  required,
  resultType,
} from "./kinds.js";

const typeOf = publicType;

/** Names of the options that stand for optional positions from `place` on. */
function optionsType(family: Family, op: Op): string {
  if (optional(op).length + keywords(op).length === 0) return "StreamOptions";
  return `${family.namespace ? capital(family.namespace) : ""}${capital(op.name)}Options`;
}

function optionsInterface(family: Family, op: Op): string {
  const args = [...optional(op), ...keywords(op)];
  if (args.length === 0) return "";
  const fields = args.map((a) =>
    a.default === undefined && a.kind !== "key"
      ? `/** ${capital(a.doc)}. */\n${a.name}: ${typeOf(a)};`
      : `/** ${capital(a.doc)}. Default: \`${a.default ?? "null"}\`. */\n${a.name}?: ${typeOf(a)} | undefined;`,
  );
  return `/** Options of {@link ${op.name}}. */
export interface ${optionsType(family, op)} extends StreamOptions {
${fields.join("\n")}
}
`;
}

function example(op: Op): string[] {
  return [
    "@example",
    "```ts",
    'import * as mx from "@mlx-ts/core";',
    "",
    ...op.examples.map(([code, gives]) => `${code}; // ${gives}`),
    "```",
  ];
}

/** The op's TSDoc. */
export function docs(family: Family, op: Op): string {
  const lines = [
    op.doc,
    "",
    ...op.args
      .filter((a) => !a.keyword)
      .map(
        (a) =>
          `@param ${a.name} - ${a.doc}${a.default === undefined ? "" : `; default \`${a.default}\``}`,
      ),
    `@param options - ${[...optional(op), ...keywords(op)].length ? "the optional arguments by name, and " : ""}\`stream\`: where to run`,
    `@returns ${op.returns}`,
    "@throws TypeError for arguments of a wrong kind or an unknown option",
    ...(op.throws ? [`@throws ${op.throws}`] : []),
    ...example(op),
    `@see ${op.see ?? `Python: \`${pythonName(family, op)}\``}`,
  ];
  return ["/**", ...lines.map((l) => ` * ${l}`.trimEnd()), " */"].join("\n");
}

/** Parameter lists of the overloads: options after 0, 1, ... all optional positions. */
function overloads(family: Family, op: Op): string[] {
  const need = required(op).map((a) => `${a.name}: ${typeOf(a)}`);
  const may = optional(op);
  const options = `options?: ${optionsType(family, op)}`;
  const lists = may.map((_, place) =>
    [
      ...need,
      ...may.slice(0, place).map((a) => `${a.name}: ${typeOf(a)} | undefined`),
      options,
    ].join(", "),
  );
  const full = [...need, ...may.map((a) => `${a.name}?: ${typeOf(a)}`), options].join(", ");
  return [full, ...lists];
}

/** The constant with the names of an op's optional arguments. */
const namesOf = (op: Op): string => `${op.name}Names`;

function namesConstant(op: Op): string {
  const names = [...optional(op), ...keywords(op)].map((a) => `"${a.name}"`);
  return names.length === 0 ? "" : `const ${namesOf(op)} = [${names.join(", ")}] as const;\n`;
}

function optionHandling(family: Family, op: Op): string {
  const may = optional(op);
  const keys = keywords(op);
  const O = optionsType(family, op);
  const name = publicName(family, op);
  if (may.length + keys.length === 0) return `const at = place("${name}", options);`;
  const names = namesOf(op);
  const branches = may.map((a, place) => {
    const rest = [...may.slice(place + 1).map((b) => b.name), "options"];
    const taken = may.slice(place);
    return `if (isOptions(${a.name})) {
      options = named<${O}>("${name}", ${a.name}, ${names}, ${place}, ${rest.join(", ")});
      ${taken.length === 1 ? `${a.name} = options.${a.name};` : `({ ${taken.map((t) => t.name).join(", ")} } = options);`}
    }`;
  });
  branches.push(
    `if (options !== undefined) named<${O}>("${name}", options, ${names}, ${may.length});`,
  );
  return `${branches.join(" else ")}
  const at = placeOf("${name}", options?.stream);`;
}

function checked(family: Family, op: Op, arg: Arg): string {
  const name = publicName(family, op);
  const value = arg.keyword ? `options?.${arg.name}` : arg.name;
  const { check, arrayLike } = kinds[arg.kind];
  const filled =
    arg.kind === "key"
      ? `${value} ?? null`
      : arg.default === undefined
        ? value
        : arg.default === "null"
          ? `${value} ?? null`
          : `${value} === undefined ? ${arg.default} : ${value}`;
  if (arg.choices) return `${check}("${name}", "${arg.name}", ${filled}, ${choicesName(op, arg)})`;
  return arrayLike
    ? `${check}("${name}", "${arg.name}", ${filled}, backend)`
    : `${check}("${name}", "${arg.name}", ${filled})`;
}

function coreFunction(family: Family, op: Op): string {
  const O = optionsType(family, op);
  const may = optional(op);
  const result = resultType(op, "MLXArray");
  const signatures =
    may.length === 0
      ? []
      : overloads(family, op).map((list) => `export function ${op.name}(${list}): ${result};`);
  const params = [
    ...required(op).map((a) => `${a.name}: ${typeOf(a)}`),
    ...may.map((a) => `${a.name}?: ${typeOf(a)} | ${O}`),
    `options${optionsMark(op)}: ${O}`,
  ].join(", ");
  const operands = op.args
    .filter((a) => kinds[a.kind].arrayLike)
    .map((a) => (a.keyword ? `options?.${a.name}` : a.name));
  const leading = op.args[0];
  // The first operand is an array in nearly every call: look there before anything is called.
  const finder =
    operands.length === 0
      ? "defaultBackend()"
      : leading && kinds[leading.kind].arrayLike && leading.kind !== "arrays"
        ? `${leading.name} instanceof MLXArray ? ${leading.name}.backend : backendOf(${operands.join(", ")})`
        : `backendOf(${operands.join(", ")})`;
  const call = `backend.ops.${backendName(family, op)}(${[...op.args.map((a) => checked(family, op, a)), "at"].join(", ")})`;
  const [first, ...others] = signatures;
  const head = first
    ? [
        docs(family, op),
        first,
        ...others.flatMap((s) => [
          `/** ${op.doc} The remaining arguments by name; see the first signature. */`,
          s,
        ]),
      ]
    : [docs(family, op)];
  return `${namesConstant(op)}${choicesOf(op)}${optionsInterface(family, op)}
${head.join("\n")}
export function ${op.name}(${params}): ${result} {
  ${optionHandling(family, op)}
  const backend = ${finder};
  return ${op.result ? "wrapAll" : "wrap"}(backend, ${call});
}
${(op.aliases ?? []).map((alias) => `\n/** Another name of {@link ${op.name}}. */\nexport const ${alias} = ${op.name};\n`).join("")}`;
}

/** The functions of one family. */
export function coreFile(family: Family): string {
  const ops = family.ops.filter((op) => !op.handmade);
  const body = ops.map((op) => coreFunction(family, op)).join("\n");
  const uses = (names: readonly string[]) =>
    names.filter((n) => new RegExp(`\\b${n}\\b`).test(body));
  const checks = uses([...new Set(Object.values(kinds).map((k) => k.check)), "backendOf"]).sort();
  const options = ["isOptions", "named", "place", "placeOf"].filter((n) =>
    new RegExp(`\\b${n}[(<]`).test(body),
  );
  const backend = uses(["DType"]);
  return `${banner(family)}
// ${capital(family.doc)}.

${backend.length ? `import type { ${backend.join(", ")} } from "@mlx-ts/backend-api";\n` : ""}${body.includes("instanceof MLXArray") ? 'import { type ArrayLike, MLXArray } from "../array.js";' : 'import type { ArrayLike, MLXArray } from "../array.js";'}
import { ${checks.join(", ")} } from "../arguments.js";
${body.includes("defaultBackend()") ? 'import { defaultBackend } from "../backend.js";\n' : ""}import { ${[...options, "type StreamOptions"].join(", ")} } from "../options.js";
import { ${uses(["wrap", "wrapAll"]).join(", ")} } from "../wrap.js";

${body}`;
}
