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
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
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
