// Hostile calls: half of them right, so that they pass all checks and reach the engine, half with something
// wrong in them.

import * as mx from "../../src/index.js";
import { type Kind, type Target, targets } from "./targets.js";
import { type Made, made, type Values } from "./values.js";

/** A call that is ready to be made. */
export interface HostileCall {
  readonly text: string;
  readonly run: () => unknown;
}

function plausible(values: Values, kind: Kind): Made {
  switch (kind) {
    case "array":
    case "arrayOrNull":
      return values.chance(0.85) ? values.array() : values.ints();
    case "operand":
    case "operandOrNull":
      return values.chance(0.6) ? values.array() : values.edge();
    case "indices":
    case "indicesOrNull":
      return values.pick([
        () => values.ints(),
        () => values.smallInt(),
        () => made(mx.array([0, 1, -1, 5], "int32"), 'mx.array([0, 1, -1, 5], "int32")'),
        () => made(mx.array([2 ** 31 - 1, -(2 ** 31)], "int32"), "int32 extremes"),
        () => made(mx.array([[0], [200]], "uint8"), 'mx.array([[0], [200]], "uint8")'),
        () => made(mx.array([2n ** 62n, -(2n ** 62n)]), "int64 extremes"),
        () => values.array(),
      ])();
    case "arrays":
      return values.list(() => values.array());
    case "int":
    case "intOrNull":
    case "axisOrNull":
      return values.chance(0.75) ? values.smallInt() : values.edge();
    case "float":
    case "floatOrNull":
      return values.edge();
    case "bool":
      return values.pick([true, false].map((b) => made(b, String(b))));
    case "axes":
    case "axesOrNull":
      return values.chance(0.5) ? values.smallInt() : values.ints();
    case "shape":
    case "shapeOrNull":
      return values.chance(0.7) ? values.shape() : values.ints();
    case "ints":
    case "intsOrNull":
    case "pair":
    case "triple":
      return values.chance(0.6) ? values.ints() : values.smallInt();
    case "dtype":
    case "dtypeOrNull":
      return values.dtype();
    case "text":
      return values.pick(
        ["", "ij,jk->ik", "ii", "...i->...", "a,b,c->abc", "i->ij", "\u00e9\0,", "->->"].map((s) =>
          made(s, JSON.stringify(s)),
        ),
      );
    case "choice":
    case "choiceOrNull":
      return values.pick(
        ["affine", "constant", "left", "ortho", "L", "full"].map((word) => made(word, word)),
      );
    case "key":
      return values.pick([
        () => made(null, "null"),
        () => made(mx.random.key(1), "mx.random.key(1)"),
        () => made(mx.array([1, 2, 3], "uint32"), 'mx.array([1, 2, 3], "uint32")'),
        () => values.array(),
      ])();
    case "callback":
      return values.callback();
    case "device":
      return values.device();
    case "index":
      return values.pick([
        () => values.smallInt(),
        () => values.slice(),
        () => made(null, "null"),
        () => made("...", '"..."'),
        () => values.ints(),
        () => values.edge(),
        () => made("0:2, ..., None", '"0:2, ..., None"'),
      ])();
    case "file":
      return values.pick(
        ["x.safetensors", "x", "no/such/folder/x.safetensors", "x.npy", ""].map((s) =>
          made(s, JSON.stringify(s)),
        ),
      );
    case "arraysByName": {
      const array = values.chance(0.7) ? values.array() : values.any();
      return made({ a: array.value }, `{ a: ${array.text} }`);
    }
    case "metadata":
      return made({ a: "b" }, '{ a: "b" }');
    case "any":
      return values.any();
  }
}

/** Sizes that fit each other, for ops that otherwise refuse nearly everything. */
function fitting(values: Values, name: string): readonly (readonly number[])[] | undefined {
  const [m, k, n] = [values.int(5), 1 + values.int(4), 1 + values.int(3)] as const;
  switch (name) {
    case "matmul":
      return [
        [m, k],
        [k, n],
      ];
    case "addmm":
      return [[n], [m, k], [k, n]];
    case "inner":
      return [
        [m, k],
        [n, k],
      ];
    case "vecdot":
      return [
        [m, k],
        [m, k],
      ];
    case "conv1d":
      return [
        [1, 2 + m, k],
        [n, 1 + values.int(3), k],
      ];
    case "conv2d":
      return [
        [1, 2 + m, 4, k],
        [n, 1 + values.int(3), 2, k],
      ];
    default:
      return undefined;
  }
}

/** Arguments of the right kinds, as many as are needed or more. */
function rightArguments(values: Values, target: Target): Made[] {
  const count = target.required + values.int(target.kinds.length - target.required + 1);
  const shapes = fitting(values, target.name);
  return target.kinds.slice(0, count).map((kind, i) => {
    const shape = shapes?.[i];
    if (shape) return values.array(shape);
    return target.isMethod && i === 0 ? values.array() : plausible(values, kind);
  });
}

/** Puts one or two wrong things into a call. */
function spoil(values: Values, target: Target, args: Made[]): void {
  for (let times = 1 + values.int(2); times > 0; times--) {
    const place = values.int(args.length + (values.chance(0.2) ? 1 : 0));
    // A method is called on some array always.
    const onSelf = target.isMethod && place === 0;
    if (onSelf || values.chance(0.2)) args[place] = values.badArray();
    else if (values.chance(0.25) && !target.isMethod) {
      args.splice(place, args.length, values.options(target.names));
    } else args[place] = values.any();
  }
}

/** The call that a generator makes next. */
export function nextCall(values: Values): HostileCall {
  const target = values.pick(targets);
  const args = rightArguments(values, target);
  if (values.chance(0.5)) spoil(values, target, args);
  return {
    text: `${target.name}(${args.map((arg) => arg.text).join(", ")})`,
    run: () => target.call(args.map((arg) => arg.value)),
  };
}
