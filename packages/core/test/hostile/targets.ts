// Everything that is exported and can be called, with the parameters it has: from the op table where the
// function has a row, from the lists here where it has none.

import { families } from "../../../backend-api/ops/index.js";
import type { Arg, ArgKind } from "../../../backend-api/ops/schema.js";
import * as mx from "../../src/index.js";

type Anything = (...args: unknown[]) => unknown;

/** Kinds of the op table, and those of functions without a row. */
export type Kind =
  | ArgKind
  | "any"
  | "callback"
  | "device"
  | "index"
  | "file"
  | "arraysByName"
  | "metadata";

/** Something that can be called, and its parameters as far as they are known. */
export interface Target {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** How many of them are needed. */
  readonly required: number;
  /** Names of the optional ones. */
  readonly names: readonly string[];
  /** Whether the first argument is the array of a method. */
  readonly isMethod: boolean;
  readonly call: (args: unknown[]) => unknown;
}

/** Functions without a row in the op table, by what they take. */
const signatures: Readonly<Record<string, readonly Kind[]>> = {
  __proto__: null as never,
  array: ["any", "dtype"],
  arange: ["float", "float", "float", "dtype"],
  grad: ["callback", "any"],
  valueAndGrad: ["callback", "any"],
  vjp: ["callback", "arrays", "arrays"],
  jvp: ["callback", "arrays", "arrays"],
  compile: ["callback", "any"],
  eval: ["array", "any"],
  asyncEval: ["array", "any"],
  tidy: ["callback"],
  evalAsync: ["array", "any"],
  withStream: ["device", "callback"],
  stream: ["device"],
  StreamContext: ["device"],
  newStream: ["device"],
  newThreadLocalStream: ["device"],
  newThreadUnsafeStream: ["device"],
  ThreadLocalStream: ["device", "int"],
  deviceCount: ["device"],
  getArrayBufferSize: ["array", "any"],
  allSum: ["array"],
  allMax: ["array"],
  allMin: ["array"],
  allGather: ["array"],
  sumScatter: ["array"],
  send: ["array", "int"],
  recv: ["shape", "dtype", "int"],
  recvLike: ["array", "int"],
  setDefaultDevice: ["device"],
  setDefaultStream: ["device"],
  defaultStream: ["device"],
  synchronize: ["device"],
  deviceInfo: ["device"],
  isAvailable: ["device"],
  load: ["file", "any"],
  saveSafetensors: ["file", "arraysByName", "metadata"],
  treeFlatten: ["any"],
  mapArrays: ["any", "callback"],
};

const methodKinds: Readonly<Record<string, readonly Kind[]>> = {
  __proto__: null as never,
  index: ["index", "index", "index"],
  reshape: ["int", "int", "int"],
  transpose: ["int", "int", "int"],
};

/** Not called: constructors for backends' glue, and errors. */
const skipped = new Set([
  "MLXArray",
  "ArrayAt",
  "MLXError",
  "UnsupportedError",
  "RandomState",
  "keywords",
  "valueAndGradKeeping",
]);

const isClass = (value: Anything): boolean =>
  /^class\b/.test(Function.prototype.toString.call(value));

/** The kinds, needed count and optional names of a row. */
function parameters(row: readonly Arg[]): Pick<Target, "kinds" | "required" | "names"> {
  const optional = row.filter((arg) => arg.default !== undefined);
  return {
    kinds: row.filter((arg) => !arg.keyword).map((arg) => arg.kind),
    required: row.length - optional.length,
    names: [...optional.map((arg) => arg.name), "stream"],
  };
}

function unlisted(kinds: readonly Kind[]): Pick<Target, "kinds" | "required" | "names"> {
  return { kinds, required: Math.min(1, kinds.length), names: ["stream"] };
}

const rows = new Map(
  families.flatMap(({ namespace, ops }) =>
    ops.flatMap((op) =>
      [op.name, ...(op.aliases ?? [])].map(
        (name) => [`${namespace ? `${namespace}.` : ""}${name}`, op.args] as const,
      ),
    ),
  ),
);

function functionsOf(place: object, prefix: string): Target[] {
  return Object.entries(place).flatMap(([key, value]): Target[] => {
    if (typeof value !== "function" || skipped.has(key)) return [];
    const name = `${prefix}${key}`;
    const row = rows.get(name);
    const isNew = isClass(value as Anything);
    return [
      {
        ...(row ? parameters(row) : unlisted(signatures[key] ?? ["any", "any", "any"])),
        name: isNew ? `new ${name}` : name,
        isMethod: false,
        call: (args) =>
          isNew ? Reflect.construct(value, args) : Reflect.apply(value, undefined, args),
      },
    ];
  });
}

function methods(): Target[] {
  const prototype = mx.MLXArray.prototype;
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function")
    .filter((name) => !["constructor", "at", "live", "aval"].includes(name))
    .map((name): Target => {
      const row = rows.get(name);
      const own = methodKinds[name];
      return {
        ...(own || !row ? unlisted(["array", ...(own ?? [])]) : parameters(row)),
        name: `a.${name}`,
        isMethod: true,
        call: ([self, ...args]) => Reflect.apply(Reflect.get(prototype, name), self, args),
      };
    });
}

function updates(): Target[] {
  const names = "get set add subtract multiply divide maximum minimum assign".split(" ");
  return names.map((name) => ({
    ...unlisted(["array", "operand", "index", "index"]),
    name: `a.at.${name}`,
    isMethod: true,
    call: ([self, value, ...items]) => {
      const part = (self as mx.MLXArray).at(...(items as mx.Index[]));
      return Reflect.apply(Reflect.get(part, name) as Anything, part, [value]);
    },
  }));
}

function getters(): Target[] {
  const names = "shape dtype ndim size nbytes itemsize isReleased T".split(" ");
  return names.map((name) => ({
    ...unlisted(["array"]),
    name: `a.${name}`,
    isMethod: true,
    call: ([self]) => Reflect.get(self as object, name),
  }));
}

/** Every exported function, class and method. */
export const targets: readonly Target[] = [
  ...functionsOf(mx, ""),
  ...functionsOf(mx.random, "random."),
  ...functionsOf(mx.distributed, "distributed."),
  ...functionsOf(mx.metal, "metal."),
  ...functionsOf(mx.cuda, "cuda."),
  ...methods(),
  ...updates(),
  ...getters(),
];
