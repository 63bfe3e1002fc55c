// Writes packages/core/src/ops/methods.ts: the ops that MLXArray has as methods, each one calling the
// function of the same name with the array first.

import type { Arg, Family, Op } from "../../ops/schema.js";
import { banner, capital, keywords, optional, publicType, resultType } from "./kinds.js";

/** What a method is called where its function's name differs. */
const methodName = (op: Op): string => (op.name === "variance" ? "var" : op.name);

function signature(op: Op, tail: readonly Arg[]): string {
  const O =
    optional(op).length + keywords(op).length ? `${capital(op.name)}Options` : "StreamOptions";
  const typed = (a: Arg) => `${a.name}${a.default === undefined ? "" : "?"}: ${publicType(a)}`;
  const result = resultType(op, "MLXArray");
  const need = tail.filter((a) => a.default === undefined);
  const may = tail.filter((a) => a.default !== undefined);
  const lists = [[...tail.map(typed), `options?: ${O}`]];
  for (let place = 0; place < may.length; place++) {
    lists.push([
      ...need.map(typed),
      ...may.slice(0, place).map((a) => `${a.name}: ${publicType(a)} | undefined`),
      `options?: ${O}`,
    ]);
  }
  return lists
    .map(
      (list) =>
        `/** ${op.doc} See the function {@link ${op.name}}. */\n${methodName(op)}(${list.join(", ")}): ${result};`,
    )
    .join("\n");
}

/** The interface of the methods, and their installation on the prototype. */
export function methodsFile(families: readonly Family[]): string {
  const withMethods = families
    .map((family) => ({ family, ops: family.ops.filter((op) => op.method) }))
    .filter(({ ops }) => ops.length > 0);
  const all = withMethods.flatMap(({ ops }) => ops);
  const types = all
    .filter((op) => optional(op).length + keywords(op).length > 0)
    .map((op) => `${capital(op.name)}Options`);
  const importFrom = (module: string, ops: readonly Op[]) => {
    const own = types.filter((t) => ops.some((op) => `${capital(op.name)}Options` === t));
    return `import { ${[...ops.map((op) => op.name), ...own.map((t) => `type ${t}`)].join(", ")} } from "${module}";`;
  };
  const imports = withMethods.flatMap(({ family, ops }) => [
    importFrom(
      `./${family.name}.js`,
      ops.filter((op) => !op.handmade),
    ),
    ...ops
      .filter((op) => op.handmade)
      .map((op) => importFrom(`../handmade/${op.handmade}.js`, [op])),
  ]);
  return `${banner(null)}
// The ops that MLXArray has as methods. Each calls the function of its name with the array first.

import type { DType } from "@mlx-ts/backend-api";
import type { ArrayLike, MLXArray } from "../array.js";
import type { StreamOptions } from "../options.js";
${imports.join("\n")}

/** Ops as methods of an array. */
export interface ArrayMethods {
${all
  .map((op) =>
    signature(
      op,
      op.args.slice(1).filter((a) => !a.keyword),
    ),
  )
  .join("\n")}
}

type Method = (this: MLXArray, ...rest: never[]) => unknown;

const asMethod = (op: (...args: never[]) => unknown): Method =>
  function (...rest) {
    return op(this as never, ...rest);
  };

/** Puts the methods on a prototype. */
export function installMethods(prototype: object): void {
  const methods: Readonly<Record<keyof ArrayMethods, (...args: never[]) => unknown>> = {
    ${all.map((op) => (methodName(op) === op.name ? op.name : `${methodName(op)}: ${op.name}`)).join(",\n")}
  };
  for (const [name, op] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value: asMethod(op), writable: true, configurable: true });
  }
}
`;
}
