// Hostile calls of indexing whose shapes fit, so that they reach MLX's loops, which check no index: gathers,
// scatters, slices with starts in arrays, masks, and indices of several index arrays, also inside gradients.

import * as mx from "../../src/index.js";
import type { Draws } from "./draws.js";
import { call, farIndices, integers, type Maker, reals, sizes, view } from "./fitting.js";

const updates = [
  "set",
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "assign",
] as const;

const someSize = (draws: Draws, n: number): number =>
  draws.chance(0.9) ? draws.below(n + 1) : draws.pick([n + 1, -1, 2 ** 31 - 1]);

const axesOf = (draws: Draws, ndim: number): number[] =>
  Array.from({ length: ndim }, (_, axis) => axis)
    .filter(() => draws.chance(0.6))
    .map((axis) => (draws.chance(0.2) ? axis - ndim : axis));

const scatters = [mx.scatter, mx.scatterAdd, mx.scatterProd, mx.scatterMax, mx.scatterMin] as const;

/** Slices of any size from starts anywhere. */
const slices: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(3));
  const axes = axesOf(draws, shape.length);
  const base = sizes(draws, draws.below(3));
  const indices = axes.map(() => farIndices(draws, draws.chance(0.8) ? base : base.map(() => 1)));
  const part = shape.map((n) => someSize(draws, n));
  const [a, makeA] = view(draws, shape, draws.pick(reals));
  const texts = indices.map(([text]) => text).join(", ");
  const made = () => indices.map(([, make]) => make());
  if (draws.chance(0.4)) {
    return call(`gather(${a}, [${texts}], [${axes}], [${part}])`, () =>
      mx.gather(makeA(), made(), axes, part),
    );
  }
  const written = part.map((n) => Math.min(Math.max(n, 0), 9));
  const [u, makeU] = view(draws, [...(axes.length > 0 ? base : []), ...written], draws.pick(reals));
  const scatter = draws.pick(scatters);
  const derived = draws.chance(0.3);
  return call(
    `${derived ? "grad of " : ""}${scatter.name}(${a}, [${texts}], ${u}, [${axes}])`,
    () => {
      if (!derived) return scatter(makeA(), made(), makeU(), axes);
      const sum = (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(scatter(x, made(), y, axes));
      return mx.grad(sum, [0, 1])(makeA().astype("float32"), makeU().astype("float32"));
    },
  );
};

/** Starts in an array, of any dtype and layout. */
const moving: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(3));
  const axes = axesOf(draws, shape.length);
  const [s, makeS] = farIndices(draws, draws.chance(0.9) ? [axes.length] : [2]);
  const spread = draws.chance(0.2);
  const start = () =>
    spread ? mx.broadcastTo(mx.array(3, draws.pick(integers)), [axes.length]) : makeS();
  const part = shape.map((n) => someSize(draws, n));
  const [a, makeA] = view(draws, shape, draws.pick(reals));
  if (draws.chance(0.5)) {
    return call(`slice(${a}, ${spread ? "3s" : s}, [${axes}], [${part}])`, () =>
      mx.slice(makeA(), start(), axes, part),
    );
  }
  const written = part.map((n) => Math.min(Math.max(n, 0), 9));
  const [u, makeU] = view(draws, draws.chance(0.7) ? written : written.slice(1), "float32");
  return call(`sliceUpdate(${a}, ${u}, ${spread ? "3s" : s}, [${axes}])`, () =>
    mx.sliceUpdate(makeA(), makeU(), start(), axes),
  );
};

/** Masks that fit or nearly do, and values that are too few, enough, or too many. */
const masking: Maker = (draws) => {
  const shape = sizes(draws, draws.below(4));
  const over = shape.slice(0, draws.below(shape.length + 1));
  const [a, makeA] = view(draws, shape, draws.pick(reals));
  const [m, makeM] = view(draws, draws.chance(0.9) ? over : [2], "int32");
  const rest = shape.slice(over.length);
  const [v, makeV] = view(
    draws,
    draws.pick([[], rest, [draws.below(8), ...rest], [draws.below(3)]]),
    "float32",
  );
  const mask = () => mx.equal(mx.remainder(makeM(), 2), 1);
  const derived = draws.chance(0.4);
  return call(`${derived ? "grad of " : ""}at(${m} odd of ${a}).set(${v})`, () => {
    if (!derived) return makeA().at(mask()).set(makeV());
    const set = (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(x.at(mask()).set(y));
    return mx.grad(set, [0, 1])(makeA().astype("float32"), makeV());
  });
};

/** An index of everything, most of it inside. */
const mixed: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(4));
  const base = sizes(draws, draws.below(3));
  const texts: string[] = [];
  const makers: (() => mx.Index)[] = [];
  const add = (text: string, make: () => mx.Index) => {
    texts.push(text);
    makers.push(make);
  };
  for (const size of shape.slice(0, 1 + draws.below(shape.length))) {
    const kind = draws.below(8);
    if (kind < 3) add(...farIndices(draws, draws.chance(0.8) ? base : base.map(() => 1)));
    else if (kind === 3) {
      const list = Array.from({ length: 1 + draws.below(3) }, () => draws.below(12) - 6);
      add(`[${list}]`, () => list);
    } else if (kind < 6) {
      const ends = [draws.below(9) - 4, draws.below(9) - 4, draws.pick([1, 2, -1, -3])] as const;
      add(`${ends}`, () => mx.slice(...ends));
    } else if (kind === 6 && size > 0) {
      const at = draws.below(size);
      add(`${at}`, () => at);
    } else add("null", () => null);
    if (draws.chance(0.1)) add('"..."', () => "...");
  }
  const [a, makeA] = view(draws, shape, draws.pick(reals));
  const index = () => makers.map((make) => make());
  const text = `${a}.at(${texts.join("; ")})`;
  if (draws.chance(0.3)) return call(`${text}.get()`, () => makeA().index(...index()));
  const update = draws.pick(updates);
  const [v, makeV] = view(draws, draws.chance(0.6) ? [] : sizes(draws, 2), draws.pick(reals));
  const derived = update !== "assign" && draws.chance(0.25);
  return call(`${derived ? "grad of " : ""}${text}.${update}(${v})`, () => {
    if (!derived)
      return makeA()
        .at(...index())
        [update](makeV());
    const sum = (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(x.at(...index())[update](y));
    return mx.grad(sum, [0, 1])(makeA().astype("float32"), makeV().astype("float32"));
  });
};

/** Name and maker of each. */
export const indexing: readonly (readonly [string, Maker])[] = [
  ["index", slices],
  ["index", moving],
  ["index", masking],
  ["index", mixed],
];
