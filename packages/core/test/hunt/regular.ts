// Hostile calls of ops that pass shapes, strides, widths and subscripts on to loops of the engine: padding,
// views, contractions, convolutions of all kinds, grids and sets. Their arguments fit each other often enough
// to get there, and some run inside a gradient.

import * as mx from "../../src/index.js";
import type { Draws } from "./draws.js";
import { call, type Maker, reals, sizes, view } from "./fitting.js";
import { thrown } from "./values.js";

const floats = ["float32", "float16", "bfloat16"] as const;
const far = [0, 0, 1, 1, 2, 3, 5, -1, -2, 100, 2 ** 16, 0x7fffffff, -0x7fffffff];

const numbers = (draws: Draws, count: number): number[] =>
  Array.from({ length: count }, () => draws.pick(far));

/** The op itself, or the gradient of its sum. */
function perhapsDerived(
  draws: Draws,
  op: (...arrays: mx.MLXArray[]) => mx.MLXArray,
): (...arrays: mx.MLXArray[]) => unknown {
  if (draws.chance(0.7)) return op;
  const summed = (...given: mx.MLXArray[]) => {
    const result = op(...given);
    // Legal, but for minutes.
    if (result.size > 2 ** 22) throw thrown;
    return mx.sum(result);
  };
  return (...arrays) =>
    mx.grad(
      summed,
      arrays.map((_, i) => i),
    )(...arrays.map((array) => array.astype("float32")));
}

const modes = ["constant", "edge", "reflect", "symmetric"] as const;
const padding: Maker = (draws) => {
  const shape = sizes(draws, draws.below(4));
  const [a, make] = view(draws, shape, draws.pick(reals));
  const [c, makeC] = view(draws, draws.chance(0.8) ? [] : sizes(draws, 1), "float32");
  const width = draws.pick<mx.PadWidth>([
    draws.pick(far),
    numbers(draws, 2) as [number, number],
    shape.map(() => numbers(draws, 2) as [number, number]),
    numbers(draws, 3) as never,
  ]);
  const mode = draws.pick(modes);
  const op = perhapsDerived(draws, (x, y) => mx.pad(x as mx.MLXArray, width, mode, y));
  return call(`pad(${a}, ${JSON.stringify(width)}, ${mode}, ${c})`, () => op(make(), makeC()));
};

const striding: Maker = (draws) => {
  const [a, make] = view(draws, sizes(draws, draws.below(4)), draws.pick(reals));
  const axes = draws.below(4);
  const shape = draws.chance(0.2) ? null : sizes(draws, axes);
  const strides = draws.chance(0.3)
    ? null
    : Array.from({ length: axes }, () => draws.pick([0, 1, 1, 2, 3, 8, -1, -2, ...far]));
  const offset = draws.pick(far);
  const op = perhapsDerived(draws, (x) => mx.asStrided(x as mx.MLXArray, shape, strides, offset));
  return call(`asStrided(${a}, [${shape}], [${strides}], ${offset})`, () => op(make()));
};

const seeing: Maker = (draws) => {
  const from = draws.pick([...reals, "int64", "complex64", "int16"] as const);
  const to = draws.pick([...reals, "int64", "complex64", "int16"] as const);
  const [a, make] = view(draws, sizes(draws, draws.below(4)), from);
  return call(`view(${a}, ${to})`, () => {
    const seen = mx.view(make(), to);
    return [seen, mx.add(seen, 1), mx.transpose(seen)];
  });
};

const labels = "abcABz";
const einstein: Maker = (draws) => {
  const size = new Map<string, number>();
  const terms = Array.from({ length: 1 + draws.below(4) }, () =>
    Array.from({ length: draws.below(4) }, () => labels[draws.below(labels.length)] as string),
  );
  for (const label of labels) size.set(label, draws.pick([0, 1, 2, 3, 3, 3]));
  const known = [...new Set(terms.flat())].filter(() => draws.chance(0.5));
  const open = draws.chance(0.2);
  const dots = open ? "..." : "";
  const made = terms.map((term) =>
    view(
      draws,
      [
        ...(open ? sizes(draws, draws.below(2)) : []),
        ...term.map((label) => (draws.chance(0.95) ? (size.get(label) ?? 1) : 1)),
      ],
      draws.pick(draws.chance(0.9) ? floats : reals),
    ),
  );
  const junk = draws.pick([",", ".", "->", "...", "1", "é", "q", "\0", " "]);
  const left = terms.map((term) => `${dots}${term.join("")}`).join(",");
  const right = draws.chance(0.2) ? "" : `->${dots}${known.join("")}`;
  const text = draws.chance(0.9) ? left + right : `${left}${junk}${right}`;
  const path = draws.chance(0.2);
  const op = perhapsDerived(draws, (...arrays) => mx.einsum(text, ...arrays));
  return call(`einsum(${JSON.stringify(text)}, ${made.map(([it]) => it).join(", ")})`, () => {
    const arrays = made.map(([, make]) => make());
    return path ? mx.einsumPath(text, ...arrays) : op(...arrays);
  });
};

const contracting: Maker = (draws) => {
  const shape = sizes(draws, draws.below(4));
  const [a, makeA] = view(draws, shape, draws.pick(floats));
  const [b, makeB] = view(
    draws,
    draws.chance(0.7) ? [...shape].reverse() : sizes(draws, 2),
    draws.pick(floats),
  );
  const few = [0, 1, 2, -1, -2, 5];
  const axes = draws.chance(0.4)
    ? draws.pick(far)
    : ([[draws.pick(few)], [draws.pick(few)]] as const);
  const product = draws.chance(0.3);
  const op = perhapsDerived(draws, (x, y) =>
    product
      ? mx.kron(x as mx.MLXArray, y as mx.MLXArray)
      : mx.tensordot(x as mx.MLXArray, y as mx.MLXArray, axes),
  );
  return call(`${product ? "kron" : "tensordot"}(${a}, ${b}, ${JSON.stringify(axes)})`, () =>
    op(makeA(), makeB()),
  );
};

/** Dilations are seldom below 1, which is refused at once. */
const hyperOf = (n: number): number => (n > 100 ? n : Math.max(1, n));

const convolving: Maker = (draws) => {
  const axes = 1 + draws.below(3);
  const groups = draws.pick([1, 1, 1, 2, 0, -1]);
  const channels = draws.pick([1, 1, 2, 3, 0]);
  const wide = channels * Math.max(1, groups);
  const dtype = draws.pick(draws.chance(0.8) ? floats : reals);
  const [a, makeA] = view(draws, [draws.pick([0, 1, 2]), ...sizes(draws, axes), wide], dtype);
  const [b, makeB] = view(
    draws,
    [draws.pick([1, 2, 2, 6, 0]), ...sizes(draws, axes), channels],
    dtype,
  );
  const hyper = () => (draws.chance(0.7) ? draws.pick([1, 1, 1, 2, 3, 0]) : draws.pick(far));
  const [stride, padding, dilation, more] = [hyper(), hyper(), hyper(), hyper()];
  const kind = draws.below(3);
  const flip = draws.chance(0.5);
  const op = perhapsDerived(draws, (x, w) => {
    const [input, weight] = [x as mx.MLXArray, w as mx.MLXArray];
    if (kind === 0) {
      return mx.convGeneral(input, weight, {
        ...{ stride, padding: [[padding], [more]], kernelDilation: dilation },
        ...{ inputDilation: hyperOf(more), groups, flip },
      });
    }
    const rest = [stride, padding, dilation, more, groups] as const;
    if (kind === 1) {
      if (axes === 1) return mx.convTranspose1d(input, weight, ...rest);
      if (axes === 2) return mx.convTranspose2d(input, weight, ...rest);
      return mx.convTranspose3d(input, weight, ...rest);
    }
    if (axes < 3) return mx.convolve(mx.flatten(input), mx.flatten(weight), "same");
    return mx.conv3d(input, weight, stride, padding, dilation, groups);
  });
  return call(`convolution ${kind}(${a}, ${b}, ${[stride, padding, dilation, more, groups]})`, () =>
    op(makeA(), makeB()),
  );
};

const sets: Maker = (draws) => {
  const dtype = draws.pick(reals);
  const [a, make] = view(draws, sizes(draws, draws.below(3)), dtype);
  const [b, makeB] = view(draws, sizes(draws, draws.below(3)), draws.pick(reals));
  const kind = draws.below(3);
  const size = draws.pick([0, 1, 2, 5, 9, -1, -0x7fffffff]);
  const fill = draws.pick([null, null, 3, -1, 0.5]);
  return call(`set ${kind}(${a}, ${b}, ${size}, ${fill})`, () => {
    if (kind === 0) return mx.unique(make(), size, true, true, true, fill);
    if (kind === 1) return mx.searchsorted(make(), makeB(), draws.chance(0.5) ? "left" : "right");
    return mx.divmod(make(), makeB());
  });
};

const folds = [
  ["median", (a: mx.MLXArray, axis: number) => mx.median(a, axis)],
  ["minmax", (a: mx.MLXArray, axis: number) => mx.minmax(a, axis)[1]],
  ["countNonzero", (a: mx.MLXArray, axis: number) => mx.countNonzero(a, { axis })],
  ["diff", (a: mx.MLXArray, axis: number) => mx.diff(a, 2, axis)],
  ["diff far", (a: mx.MLXArray, axis: number) => mx.diff(a, 0x7fffffff, axis)],
  ["unstack", (a: mx.MLXArray, axis: number) => mx.sum(mx.stack(mx.unstack(a, { axis })))],
  ["trace", (a: mx.MLXArray, axis: number) => mx.trace(a, axis, 0, -1)],
  ["trace far", (a: mx.MLXArray, axis: number) => mx.trace(a, 0x7fffffff * (axis || -1), 0, -1)],
  ["hadamard", (a: mx.MLXArray) => mx.hadamardTransform(a)],
  ["matrixTranspose", (a: mx.MLXArray) => mx.matrixTranspose(a)],
  ["fp8", (a: mx.MLXArray) => mx.fromFp8(mx.toFp8(a))],
  ["nanToNum", (a: mx.MLXArray) => mx.nanToNum(a, 1)],
] as const;
const folding: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(3));
  const [a, make] = view(draws, shape, draws.pick(reals));
  const axis = draws.below(shape.length);
  const [name, fold] = draws.pick(folds);
  const op = perhapsDerived(draws, (x) => fold(x as mx.MLXArray, axis));
  return call(`${name}(${a}, ${axis})`, () => op(make()));
};

const joining: Maker = (draws) => {
  const made = Array.from({ length: draws.below(4) }, () =>
    view(draws, sizes(draws, draws.below(3)), draws.pick(reals)),
  );
  const kind = draws.below(3);
  const [sparse, indexing] = [draws.chance(0.5), draws.pick(["xy", "ij"] as const)];
  return call(`join ${kind}(${made.map(([it]) => it).join(", ")})`, () => {
    const arrays = made.map(([, make]) => make());
    if (kind === 0) return mx.meshgrid(...arrays, { sparse, indexing });
    return kind === 1 ? mx.broadcastArrays(...arrays) : mx.atleast3d(1, 2, ...arrays);
  });
};

/** Name and maker of each. */
export const regular: readonly (readonly [string, Maker])[] = [
  ["regular", padding],
  ["regular", striding],
  ["regular", seeing],
  ["regular", einstein],
  ["regular", einstein],
  ["regular", contracting],
  ["regular", convolving],
  ["regular", convolving],
  ["regular", sets],
  ["regular", folding],
  ["regular", joining],
];
