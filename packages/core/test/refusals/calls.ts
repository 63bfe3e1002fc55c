// The hostile calls themselves: every op of the table with arguments of its kinds, some of them wrong,
// and those by hand in ./handmade.ts and ./fitting.ts.

import { families } from "../../../backend-api/ops/index.js";
import type { Arg, Op } from "../../../backend-api/ops/schema.js";
import * as mx from "../../src/index.js";
import { fitting } from "./fitting.js";
import { handmade } from "./handmade.js";
import type { Draws } from "./random.js";
import { regular } from "./regular.js";
import * as some from "./values.js";

/** One call: how it reads, and its doing. */
export interface Call {
  readonly text: string;
  run(): unknown;
}

type Any = (...args: unknown[]) => unknown;

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
      return someArrays(draws);
    case "int":
    case "float":
      return some.aNumber(draws);
    case "floatOrNull":
    case "intOrNull":
    case "axisOrNull":
      return orNull(some.aNumber);
    case "bool": {
      const flag = draws.chance(0.5);
      return some.value(String(flag), () => flag);
    }
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
    case "choiceOrNull": {
      const word = draws.pick(arg.choices ?? []);
      return some.value(JSON.stringify(word), () => word);
    }
  }
}

function someArrays(draws: Draws): some.Value {
  const first = some.anArray(draws);
  const items = Array.from({ length: draws.below(4) }, () =>
    draws.chance(0.5) ? first : some.anArray(draws),
  );
  return some.value(`[${items.map((item) => item.text).join(", ")}]`, () =>
    items.map((item) => item.make()),
  );
}

const namespaces: Readonly<Record<string, Readonly<Record<string, Any>>>> = {
  "": mx as unknown as Record<string, Any>,
  random: mx.random as unknown as Record<string, Any>,
};

/** Every op, with the namespace it lives in. */
const rows = families.flatMap((family) =>
  family.ops.map((op) => ({ op, namespace: family.namespace ?? "" })),
);

const texts = (args: readonly some.Value[]): string => args.map((arg) => arg.text).join(", ");

function opCall(draws: Draws, op: Op, namespace: string): Call {
  const positional = op.args.filter((arg) => !arg.keyword);
  const required = op.args.filter((arg) => arg.default === undefined).length;
  const count = draws.chance(0.05)
    ? draws.below(positional.length + 1)
    : required + draws.below(positional.length - required + 1);
  const args = positional.slice(0, count).map((arg) => argument(draws, arg));
  // Arrays of one call often have to fit each other.
  const [first] = args;
  for (let i = 1; i < args.length; i++) {
    if (first?.text.startsWith("arr") && args[i]?.text.startsWith("arr") && draws.chance(0.4)) {
      args[i] = first;
    }
  }
  const rest = [...positional.slice(count), ...op.args.filter((arg) => arg.keyword)];
  if (rest.length > 0 && draws.chance(0.4)) {
    const named = rest
      .filter(() => draws.chance(0.6))
      .map((arg) => [arg.name, argument(draws, arg)] as const);
    const text = named.map(([name, item]) => `${name}: ${item.text}`).join(", ");
    args.push(
      some.value(`{ ${text} }`, () =>
        Object.fromEntries(named.map(([name, item]) => [name, item.make()])),
      ),
    );
  }
  if (draws.chance(0.03)) args.push(some.aJunk(draws));
  const fn = namespaces[namespace]?.[op.name] as Any;
  return {
    text: `mx.${namespace}${namespace && "."}${op.name}(${texts(args)})`,
    run: () => fn(...args.map((arg) => arg.make())),
  };
}

/** A method that the table gives MLXArray. */
function methodCall(draws: Draws, op: Op): Call {
  const self = some.anArray(draws);
  const args = op.args.slice(1).map((arg) => argument(draws, arg));
  args.length = draws.below(args.length + 1);
  const name = op.python === "var" ? "var" : op.name;
  const method = (mx.MLXArray.prototype as unknown as Record<string, Any>)[name] as Any;
  return {
    text: `(${self.text}).${name}(${texts(args)})`,
    run: () =>
      method.apply(
        self.make(),
        args.map((arg) => arg.make()),
      ),
  };
}

/** One more call. */
export function hostileCall(draws: Draws): Call {
  const kind = draws.next();
  if (kind < 0.5) {
    const [name, call] = draws.pick(kind < 0.25 ? [...fitting, ...regular] : handmade);
    const { text, run } = call(draws);
    return { text: `${name} ${text}`, run };
  }
  const { op, namespace } = draws.pick(rows);
  return kind < 0.57 && op.method ? methodCall(draws, op) : opCall(draws, op, namespace);
}
