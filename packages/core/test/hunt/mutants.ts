// Hostile calls that begin as good ones: a call of the goldens with one or two arguments changed. So every
// op is reached behind its first checks.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as mx from "../../src/index.js";
import { argOf, arrayOf, functionOf, type GoldenArg, type Goldens, goldens } from "../golden.js";
import type { Call } from "./calls.js";
import type { Draws } from "./draws.js";
import * as some from "./values.js";

const folder = fileURLToPath(new URL("../goldens/", import.meta.url));
// The cases of functions.json are files, not functions of the namespace.
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && name !== "functions.json")
  .map((name) => name.slice(0, -".json".length))
  .sort();

/** The files that hold calls; each is read when it is first drawn. */
const files = new Map<string, Goldens | undefined>();
function fileOf(name: string): Goldens | undefined {
  if (!files.has(name)) {
    const file = goldens(name);
    files.set(name, Array.isArray(file.cases) && Array.isArray(file.inputs) ? file : undefined);
  }
  return files.get(name);
}

const arrayText = ({ shape, dtype, view }: Goldens["inputs"][number]): string =>
  `${view ? `${view} of ` : ""}golden([${shape}], ${dtype})`;

/** An argument of a golden as a value; lists of arrays too. */
function valueFrom(arg: GoldenArg, file: Goldens): some.Value {
  if (typeof arg === "object" && arg !== null) {
    if (Array.isArray(arg)) {
      const items = arg.map((item: GoldenArg) => valueFrom(item, file));
      return some.value(`[${items.map((item) => item.text).join(", ")}]`, () =>
        items.map((item) => item.make()),
      );
    }
    if ("in" in arg) {
      const input = file.inputs[arg.in];
      if (input) return some.value(arrayText(input), () => arrayOf(input));
    }
  }
  return some.value(JSON.stringify(arg), () => argOf(arg, []));
}

function disposed(array: mx.MLXArray): mx.MLXArray {
  array.dispose();
  return array;
}

/** An array of another shape, dtype or layout, made from a golden's. */
function changedArray(draws: Draws, from: some.Value): some.Value {
  const changes: readonly (readonly [string, (a: mx.MLXArray) => unknown])[] = [
    ["transposed", (a) => mx.transpose(a)],
    ["reversed", (a) => (a.ndim > 0 ? a.index(mx.slice(null, null, -1)) : a)],
    ["halved", (a) => (a.ndim > 0 ? a.index("...", mx.slice(null, null, 2)) : a)],
    ["without elements", (a) => (a.ndim > 0 ? a.index(mx.slice(0, 0)) : a)],
    ["with a new axis", (a) => mx.expandDims(a, 0)],
    ["flat", (a) => mx.flatten(a)],
    ["repeated", (a) => mx.broadcastTo(a, [2, ...a.shape])],
    ["one longer", (a) => (a.ndim > 0 ? mx.concatenate([a, a.index(mx.slice(0, 1))], 0) : a)],
    ["times 1e9", (a) => mx.multiply(a, 1e9).astype(a.dtype)],
    ["not numbers", (a) => mx.multiply(a, Number.NaN)],
    ["disposed", disposed],
  ];
  if (draws.chance(0.25)) {
    const dtype = some.aDType(draws);
    return some.value(`${from.text} as ${dtype.text}`, () => {
      const array = from.make();
      return array instanceof mx.MLXArray ? array.astype(dtype.make() as mx.DType) : array;
    });
  }
  const [name, change] = draws.pick(changes);
  return some.value(`${from.text} ${name}`, () => {
    const array = from.make();
    return array instanceof mx.MLXArray ? change(array) : array;
  });
}

/** Another value in an argument's place. */
function mutant(draws: Draws, from: some.Value): some.Value {
  if (from.text.includes("golden(") && draws.chance(0.7)) return changedArray(draws, from);
  const makers = [
    some.aJunk,
    some.aNumber,
    some.aNumber,
    some.someNumbers,
    some.anArray,
    some.aShape,
  ];
  return draws.pick([...makers, some.someIndices, some.aDType])(draws);
}

/** A call of the goldens, changed or not. */
export function mutantCall(draws: Draws): Call {
  const file = fileOf(draws.pick(names));
  if (!file || file.cases.length === 0) return mutantCall(draws);
  const golden = draws.pick(file.cases);
  if (!Array.isArray(golden.args)) return mutantCall(draws);
  const args = golden.args.map((arg) => valueFrom(arg, file));
  const named = Object.entries(golden.kw ?? {}).map(
    ([key, arg]) => [key, valueFrom(arg, file)] as const,
  );
  const options = new Map(named);
  const isMethod = golden.op.startsWith("a.");
  for (let times = draws.below(3); times > 0; times--) {
    const place = draws.below(args.length + options.size);
    const found = args[place];
    // A method is called on an array always.
    if (found && place === 0 && isMethod) args[0] = changedArray(draws, found);
    else if (found) args[place] = mutant(draws, found);
    else
      for (const [key, item] of options)
        if (draws.chance(0.5)) options.set(key, mutant(draws, item));
  }
  if (draws.chance(0.03)) args.length = draws.below(args.length) + 1;
  const texts = args.map((arg) => arg.text);
  if (options.size > 0) {
    texts.push(`{ ${[...options].map(([key, item]) => `${key}: ${item.text}`).join(", ")} }`);
  }
  return {
    text: `${golden.op}(${texts.join(", ")})`,
    run: () => {
      const given = args.map((arg) => arg.make());
      if (options.size > 0) {
        given.push(Object.fromEntries([...options].map(([key, item]) => [key, item.make()])));
      }
      return functionOf(golden.op)(...given);
    },
  };
}

type Unary = (x: mx.MLXArray) => mx.MLXArray;
const total =
  (f: Unary): Unary =>
  (x) =>
    mx.sum(f(x));

/** Ways to call a function of one array; `compile` is left out, since each new function costs a C++ compiler's run. */
const transforms: readonly (readonly [string, (f: Unary, x: mx.MLXArray) => unknown])[] = [
  ["vmap", (f, x) => mx.vmap(f)(x)],
  ["vmap along -1", (f, x) => mx.vmap(f, -1, -1)(x)],
  ["vmap vmap", (f, x) => mx.vmap(mx.vmap(f))(x)],
  ["grad", (f, x) => mx.grad(total(f))(x)],
  ["grad grad", (f, x) => mx.grad(total(mx.grad(total(f)) as Unary))(x)],
  ["vmap grad", (f, x) => mx.vmap(mx.grad(total(f)) as Unary)(x)],
  ["grad vmap", (f, x) => mx.grad(total(mx.vmap(f)))(x)],
  ["jvp", (f, x) => mx.jvp(f, [x], [mx.onesLike(x)])],
  ["grad checkpoint", (f, x) => mx.grad(total(mx.checkpoint(f)))(x)],
  ["vmap customFunction", (f, x) => mx.vmap(mx.customFunction(f).vjp((_, c) => c))(x)],
];

/** A call of the goldens inside a transform of its first array. */
export function transformedCall(draws: Draws): Call {
  const file = fileOf(draws.pick(names));
  const golden = file?.cases.length ? draws.pick(file.cases) : undefined;
  if (!file || !golden || !Array.isArray(golden.args) || golden.args.length === 0) {
    return transformedCall(draws);
  }
  const args = golden.args.map((arg) => valueFrom(arg, file));
  const [first, ...rest] = args as [some.Value, ...some.Value[]];
  if (!first.text.includes("golden(") || first.text.startsWith("[")) return transformedCall(draws);
  const x = draws.chance(0.5) ? changedArray(draws, first) : first;
  if (rest.length > 0 && draws.chance(0.3)) {
    const place = draws.below(rest.length);
    rest[place] = mutant(draws, rest[place] as some.Value);
  }
  const named = Object.entries(golden.kw ?? {}).map(
    ([key, arg]) => [key, valueFrom(arg, file)] as const,
  );
  const [name, transform] = draws.pick(transforms);
  return {
    text: `${name} of ${golden.op}(${[x, ...rest].map((arg) => arg.text).join(", ")})`,
    run: () => {
      const given = rest.map((arg) => arg.make());
      if (named.length > 0) {
        given.push(Object.fromEntries(named.map(([key, item]) => [key, item.make()])));
      }
      const array = x.make();
      if (!(array instanceof mx.MLXArray)) throw some.thrown;
      const op = functionOf(golden.op);
      return transform((y) => mx.arraysIn(op(y, ...given))[0] ?? mx.sum(y), array);
    },
  };
}
