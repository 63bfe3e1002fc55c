// Hostile calls of the op table's functions and methods: each argument of its kind or junk, options by
// position or by name.

import { families } from "../../../backend-api/ops/index.js";
import type { Arg, Op } from "../../../backend-api/ops/schema.js";
import * as mx from "../../src/index.js";
import type { Call } from "./calls.js";
import type { Draws } from "./draws.js";
import * as some from "./values.js";

type Any = (...args: unknown[]) => unknown;

const flag = (draws: Draws): some.Value => {
  const on = draws.chance(0.5);
  return some.value(String(on), () => on);
};

const word = (draws: Draws, words: readonly string[]): some.Value => {
  const it = draws.pick(words);
  return some.value(JSON.stringify(it), () => it);
};

/** A value of an argument's kind, now and then junk. */
function argument(draws: Draws, arg: Arg): some.Value {
  if (draws.chance(0.06)) return some.aJunk(draws);
  const orNull = (make: (draws: Draws) => some.Value) =>
    draws.chance(0.3) ? some.value("null", () => null) : make(draws);
  switch (arg.kind) {
    case "array":
      return arg.name === "key" ? some.aKey(draws) : some.anArray(draws);
    case "arrayOrNull":
      return orNull(some.anArray);
    case "operand":
      return draws.chance(0.7) ? some.anArray(draws) : some.aNumber(draws);
    case "operandOrNull":
      return orNull(draws.chance(0.7) ? some.anArray : some.aNumber);
    case "indices":
      return some.someIndices(draws);
    case "indicesOrNull":
      return orNull(some.someIndices);
    case "arrays":
    case "indexArrays":
      return some.someArrays(draws);
    case "int":
    case "float":
      return some.aNumber(draws);
    case "floatOrNull":
    case "intOrNull":
    case "axisOrNull":
      return orNull(some.aNumber);
    case "bool":
      return flag(draws);
    case "boolOrNull":
      return orNull(flag);
    case "axes":
    case "ints":
    case "pair":
    case "triple":
      return draws.chance(0.5) ? some.aNumber(draws) : some.someNumbers(draws);
    case "intsOrNull":
    case "axesOrNull":
      return orNull(draws.chance(0.5) ? some.aNumber : some.someNumbers);
    case "shape":
      return some.aShape(draws);
    case "shapeOrNull":
      return orNull(draws.chance(0.7) ? some.aShape : some.someNumbers);
    case "dtype":
      return some.aDType(draws);
    case "dtypeOrNull":
      return orNull(some.aDType);
    case "key":
      return some.aKey(draws);
    case "text": {
      const text = draws.pick([
        "ij,jk->ik",
        "ii",
        "...i->...",
        "a,b,c->abc",
        "i->ij",
        "->",
        "\u00e9\0",
      ]);
      return some.value(JSON.stringify(text), () => text);
    }
    case "choice":
      return word(draws, arg.choices ?? []);
    case "choiceOrNull":
      return orNull(() => word(draws, arg.choices ?? []));
  }
}

const texts = (args: readonly some.Value[]): string => args.map((arg) => arg.text).join(", ");

/** Arguments by position, then the rest by name in an object. */
function argumentsOf(draws: Draws, args: readonly Arg[]): some.Value[] {
  const positional = args.filter((arg) => !arg.keyword);
  const required = positional.filter((arg) => arg.default === undefined).length;
  const count = draws.chance(0.05)
    ? draws.below(positional.length + 1)
    : required + draws.below(positional.length - required + 1);
  const given = positional.slice(0, count).map((arg) => argument(draws, arg));
  // Arrays of one call often have to fit each other.
  const [first] = given;
  for (let i = 1; i < given.length; i++) {
    const both = first?.text.startsWith("arr") && given[i]?.text.startsWith("arr");
    if (first && both && draws.chance(0.4)) given[i] = first;
  }
  const rest = [...positional.slice(count), ...args.filter((arg) => arg.keyword)];
  const needed = rest.some((arg) => arg.default === undefined);
  if (rest.length > 0 && draws.chance(needed ? 0.95 : 0.4)) {
    const named = rest
      .filter((arg) => draws.chance(arg.default === undefined ? 0.95 : 0.6))
      .map((arg) => [arg.name, argument(draws, arg)] as const);
    const text = named.map(([name, item]) => `${name}: ${item.text}`).join(", ");
    const make = () => Object.fromEntries(named.map(([name, item]) => [name, item.make()]));
    given.push(some.value(`{ ${text} }`, make));
  }
  if (draws.chance(0.03)) given.push(some.aJunk(draws));
  return given;
}

/** Every op that has a name, with the namespace it lives in. */
const rows = families.flatMap((family) =>
  family.ops
    .filter((op) => op.overloads === undefined)
    .map((op) => ({ op, namespace: family.namespace ?? "" })),
);

/** A function of the namespace, or of one inside it. */
function functionOf(namespace: string, name: string): Any {
  const place: object = namespace === "" ? mx : Reflect.get(mx, namespace);
  const found: unknown = Reflect.get(place, name);
  if (typeof found === "function") return found as Any;
  throw new Error(`core has no function ${namespace}.${name}`);
}

function functionCall(draws: Draws, op: Op, namespace: string): Call {
  const args = argumentsOf(draws, op.args);
  const fn = functionOf(namespace, op.name);
  return {
    text: `mx.${namespace}${namespace && "."}${op.name}(${texts(args)})`,
    run: () => fn(...args.map((arg) => arg.make())),
  };
}

function methodCall(draws: Draws, op: Op): Call {
  const self = some.anArray(draws);
  const args = argumentsOf(draws, op.args.slice(1));
  const name = op.python === "var" ? "var" : op.name;
  const method: Any = Reflect.get(mx.MLXArray.prototype, name);
  return {
    text: `(${self.text}).${name}(${texts(args)})`,
    run: () =>
      method.apply(
        self.make(),
        args.map((arg) => arg.make()),
      ),
  };
}

/** A call of an op of the table. */
export function tableCall(draws: Draws): Call {
  const { op, namespace } = draws.pick(rows);
  return op.method && draws.chance(0.15)
    ? methodCall(draws, op)
    : functionCall(draws, op, namespace);
}
