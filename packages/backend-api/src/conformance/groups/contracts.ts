// What goldens cannot say: where MLX leaves the result open, where two ways must agree, and what holds for all
// elements together.

import { type Handle, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import type { OpName } from "../../ops/index.js";
import { type Case, type Context, check } from "../case.js";
import { tierOf } from "../golden-case.js";
import { decode, sizeOf, tensor } from "../values.js";
import { numbers } from "./seeded.js";

interface Contract {
  readonly group: string;
  readonly title: string;
  readonly ops: readonly OpName[];
  readonly dtypes?: readonly DType[];
  readonly run: (context: Context) => Promise<void>;
}

const f32 = (shape: readonly number[], data: readonly number[]) => tensor(shape, "float32", data);
const i32 = (shape: readonly number[], data: readonly number[]) => tensor(shape, "int32", data);

/** A seeded array. */
const drawn = (
  context: Context,
  shape: readonly number[],
  seed: number,
  dtype: DType = "float32",
) => context.array(tensor(shape, dtype, numbers(seed, sizeOf(shape))));

/** An array's elements as numbers. */
const listed = async (context: Context, handle: Handle): Promise<number[]> =>
  decode(await context.read(handle)).map(Number);

/** Fails unless two arrays are near each other. */
async function agree(context: Context, got: Handle, wanted: Handle, op: OpName, terms: number) {
  const host = await context.read(wanted);
  await context.expect(got, { ...host, data: decode(host) }, { op, terms, scale: 4 });
}

const indexing: readonly Contract[] = [
  {
    group: "indexing",
    title: "of updates that scatter writes to one place, one stays",
    ops: ["scatter"],
    run: async (context) => {
      const base = context.array(f32([4], [0, 0, 0, 0]));
      const places = context.array(i32([5], [1, 3, 1, 1, 3]));
      const updates = context.array(f32([5, 1], [10, 20, 11, 12, 21]));
      const got = await listed(context, context.one("scatter", base, [places], updates, [0]));
      check(got[0] === 0 && got[2] === 0, `places that are not named changed: [${got}]`);
      check([10, 11, 12].includes(got[1] ?? 0), `element 1 is ${got[1]}, none of 10, 11, 12`);
      check([20, 21].includes(got[3] ?? 0), `element 3 is ${got[3]}, neither 20 nor 21`);
    },
  },
  {
    group: "indexing",
    title: "all updates that scatterAdd adds to one place are added",
    ops: ["scatterAdd"],
    run: async (context) => {
      const base = context.array(f32([4], [1, 1, 1, 1]));
      const places = context.array(
        i32(
          [300],
          Array.from({ length: 300 }, (_, i) => i % 2),
        ),
      );
      const updates = context.array(
        f32(
          [300, 1],
          Array.from({ length: 300 }, () => 2),
        ),
      );
      const got = await listed(context, context.one("scatterAdd", base, [places], updates, [0]));
      check(`${got}` === "301,301,1,1", `they are [${got}], not [301, 301, 1, 1]`);
    },
  },
  {
    group: "indexing",
    title: "of values that putAlongAxis writes to one place, one stays",
    ops: ["putAlongAxis"],
    run: async (context) => {
      const base = context.array(f32([3], [0, 0, 0]));
      const places = context.array(i32([3], [1, 1, 1]));
      const values = context.array(f32([3], [5, 6, 7]));
      const got = await listed(context, context.one("putAlongAxis", base, places, values, 0));
      check(got[0] === 0 && got[2] === 0, `places that are not named changed: [${got}]`);
      check([5, 6, 7].includes(got[1] ?? 0), `element 1 is ${got[1]}, none of 5, 6, 7`);
    },
  },
  {
    group: "indexing",
    title: "gather reads the first and the last blocks",
    ops: ["gather"],
    run: async (context) => {
      const base = drawn(context, [4, 3], 1);
      const all = await listed(context, base);
      const rows = context.array(i32([2], [0, 2]));
      const got = await listed(context, context.one("gather", base, [rows], [0], [2, 3]));
      check(`${got}` === `${[...all.slice(0, 6), ...all.slice(6)]}`, `the blocks are [${got}]`);
    },
  },
  {
    group: "indexing",
    title: "indices without elements give and change nothing",
    ops: ["gather", "scatter", "scatterAdd", "take"],
    run: async (context) => {
      const base = context.array(f32([3], [1, 2, 3]));
      const none = context.array(i32([0], []));
      const updates = context.array(f32([0, 1], []));
      const taken = context.one("take", base, none, 0);
      check(`${context.backend.aval(taken).shape}` === "0", "taking nothing gives elements");
      for (const op of ["scatter", "scatterAdd"] as const) {
        const got = await listed(context, context.one(op, base, [none], updates, [0]));
        check(`${got}` === "1,2,3", `${op} of nothing gives [${got}]`);
      }
    },
  },
];

/** The first of Python's numbers for key 0, whose bits every engine must give. */
const random: readonly Contract[] = [
  {
    group: "random",
    title: "equal keys give equal numbers, parts of a split key others",
    ops: ["randomUniform", "randomSplit"],
    dtypes: ["float32", "uint32"],
    run: async (context) => {
      const key = context.array(tensor([2], "uint32", [0, 7]));
      const draw = (from: Handle) =>
        listed(
          context,
          context.one("randomUniform", new Scalar(0), new Scalar(1), [64], "float32", from),
        );
      const [first, again] = [await draw(key), await draw(key)];
      check(`${first}` === `${again}`, "the same key gives other numbers");
      check(
        first.every((value) => value >= 0 && value < 1),
        "numbers are outside [0, 1)",
      );
      const parts = context.one("randomSplit", key, 2);
      for (const i of [0, 1]) {
        const part = context.one("slice", parts, [i, 0], [i + 1, 2], [1, 1]);
        const other = await draw(context.one("reshape", part, [2]));
        check(`${other}` !== `${first}`, `part ${i} of the key gives the key's own numbers`);
      }
    },
  },
  {
    group: "random",
    title: "means and deviations are those of the distributions",
    ops: ["randomUniform", "randomNormal", "randomBernoulli"],
    dtypes: ["float32", "uint32"],
    run: async (context) => {
      const key = context.array(tensor([2], "uint32", [3, 4]));
      const [zero, one] = [new Scalar(0), new Scalar(1)];
      const all = {
        uniform: [context.one("randomUniform", zero, one, [4000], "float32", key), 0.5, 1 / 12],
        normal: [context.one("randomNormal", [4000], "float32", null, null, key), 0, 1],
        bernoulli: [context.one("randomBernoulli", new Scalar(0.25), [4000], key), 0.25, 0.1875],
      } as const;
      for (const [name, [handle, mean, variance]] of Object.entries(all)) {
        const values = await listed(context, handle);
        const average = values.reduce((sum, value) => sum + value, 0) / values.length;
        const spread = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / values.length;
        check(Math.abs(average - mean) < 0.06, `the mean of ${name} is ${average}, not ${mean}`);
        check(
          Math.abs(spread - variance) < 0.1 * (variance + 0.1),
          `the variance of ${name} is ${spread}, not ${variance}`,
        );
      }
    },
  },
];

const quantization: readonly Contract[] = [2, 3, 4, 5, 6, 8].flatMap((bits): Contract[] => [
  {
    group: "quantization",
    title: `${bits} bits come back within half a step`,
    ops: ["quantize", "dequantize"],
    dtypes: ["float32", "uint32"],
    run: async (context) => {
      const w = drawn(context, [3, 64], bits);
      const [packed, scales, biases] = context.call("quantize", w, 32, bits, "affine", null);
      const back = context.one(
        "dequantize",
        packed,
        scales,
        biases,
        32,
        bits,
        "affine",
        null,
        null,
      );
      const steps = (await listed(context, scales as Handle)).map(Math.abs);
      const [was, is] = [await listed(context, w), await listed(context, back)];
      for (let i = 0; i < was.length; i++) {
        // Edges are moved so that zero is a value: up to a whole step is lost there.
        const step = steps[Math.floor(i / 32)] ?? 0;
        const off = Math.abs((was[i] ?? 0) - (is[i] ?? 0));
        check(
          off <= 1.001 * step,
          `element ${i} is ${is[i]}, which was ${was[i]}; a step is ${step}`,
        );
      }
    },
  },
  {
    group: "quantization",
    title: `a product with ${bits} bits is that with what they stand for`,
    ops: ["quantizedMatmul", "quantize", "dequantize", "matmul"],
    dtypes: ["float32", "uint32"],
    run: async (context) => {
      const x = drawn(context, [5, 64], 20);
      for (const transpose of [true, false]) {
        const w = drawn(context, transpose ? [32, 64] : [64, 32], bits);
        const [packed, scales, biases] = context.call("quantize", w, 32, bits, "affine", null);
        const args = [packed, scales, biases] as const;
        const got = context.one("quantizedMatmul", x, ...args, transpose, 32, bits, "affine");
        const plain = context.one("dequantize", ...args, 32, bits, "affine", null, null);
        const right = transpose ? context.one("transpose", plain, [1, 0]) : plain;
        await agree(context, got, context.one("matmul", x, right), "quantizedMatmul", 64);
      }
    },
  },
]);

/** Ops that engines have for some devices only: they compute, or say that they cannot. */
const devices: readonly Contract[] = [
  {
    group: "quantization",
    title: "gatherQqmm computes what qqmm does for each pair, or throws UnsupportedError",
    ops: ["gatherQqmm", "quantize"],
    dtypes: ["float32", "uint32", "uint8"],
    run: async (context) => {
      const x = drawn(context, [2, 1, 64], 8);
      const w = drawn(context, [2, 3, 64], 9);
      const [packed, scales] = context.call("quantize", w, null, null, "mxfp8", null);
      let got: Handle;
      try {
        const modes = [null, null, "mxfp8", null, null, false] as const;
        got = context.one("gatherQqmm", x, packed, scales, null, null, ...modes);
        context.backend.eval([got]);
      } catch (error) {
        if (Reflect.get(error as object, "code") === "UNSUPPORTED") return;
        throw error;
      }
      // Both operands are rounded to eight bits.
      const [qx, sx] = context.call("quantize", x, null, null, "mxfp8", null);
      const plain = [qx, sx, packed, scales];
      const [left, right] = [plain.slice(0, 2), plain.slice(2)].map((both) =>
        context.one("dequantize", ...both, null, null, null, "mxfp8", null, "float32"),
      );
      const wanted = context.one("matmul", left, context.one("transpose", right, [0, 2, 1]));
      await agree(context, got, wanted, "gatherQqmm", 64);
    },
  },
];

const fast: readonly Contract[] = [
  {
    group: "fast",
    title: "fastRmsNorm is x / sqrt(mean(x^2) + eps) times the weight",
    ops: ["fastRmsNorm", "rsqrt", "mean", "square", "multiply", "add"],
    run: async (context) => {
      const { one } = context;
      const [x, weight] = [drawn(context, [3, 5, 32], 1), drawn(context, [32], 2)];
      const size = one("add", one("mean", one("square", x), [2], true), new Scalar(1e-5));
      const wanted = one("multiply", one("multiply", x, one("rsqrt", size)), weight);
      await agree(context, one("fastRmsNorm", x, weight, 1e-5), wanted, "fastRmsNorm", 32);
    },
  },
  {
    group: "fast",
    title: "fastLayerNorm is (x - mean) / sqrt(variance + eps) times the weight plus the bias",
    ops: ["fastLayerNorm", "rsqrt", "mean", "variance", "subtract", "multiply", "add"],
    run: async (context) => {
      const { one } = context;
      const x = drawn(context, [4, 32], 3);
      const [weight, bias] = [drawn(context, [32], 4), drawn(context, [32], 5)];
      const centred = one("subtract", x, one("mean", x, [1], true));
      const spread = one("add", one("variance", x, [1], true, 0, null), new Scalar(1e-5));
      const scaled = one("multiply", one("multiply", centred, one("rsqrt", spread)), weight);
      const got = one("fastLayerNorm", x, weight, bias, 1e-5);
      await agree(context, got, one("add", scaled, bias), "fastLayerNorm", 32);
    },
  },
  ...[false, true].map(
    (causal): Contract => ({
      group: "fast",
      title: `${causal ? "causal " : ""}attention is softmax(scale q k^T) v, with keys shared by heads`,
      ops: ["fastScaledDotProductAttention", "softmax", "matmul", "repeat", "transpose", "tril"],
      dtypes: ["float32", "bool"],
      run: async (context) => {
        const { one } = context;
        const q = drawn(context, [2, 4, 6, 8], 6);
        const [k, v] = [drawn(context, [2, 2, 6, 8], 7), drawn(context, [2, 2, 6, 8], 8)];
        const full = (a: Handle) => one("repeat", a, 2, 1);
        const scores = one("matmul", q, one("transpose", full(k), [0, 1, 3, 2]));
        const scaled = one("multiply", scores, new Scalar(0.5));
        const seen = one("tril", one("ones", [6, 6], "bool"), 0);
        const far = one("full", [], new Scalar(Number.NEGATIVE_INFINITY), "float32");
        const masked = causal ? one("where", seen, scaled, far) : scaled;
        const wanted = one("matmul", one("softmax", masked, [3], false), full(v));
        const op = "fastScaledDotProductAttention";
        await agree(context, one(op, q, k, v, 0.5, null, causal, null, false), wanted, op, 8);
      },
    }),
  ),
  {
    group: "fast",
    title: "fastRope keeps the length of each pair, and position 0 as it is",
    ops: ["fastRope"],
    run: async (context) => {
      const x = drawn(context, [1, 2, 5, 8], 9);
      const was = await listed(context, x);
      for (const traditional of [true, false]) {
        const got = context.one("fastRope", x, 8, traditional, 10000, 1, 0, null, null);
        const is = await listed(context, got);
        for (let row = 0; row < 10; row++) {
          for (let i = 0; i < 4; i++) {
            const [a, b] = traditional ? [2 * i, 2 * i + 1] : [i, i + 4];
            const size = (all: number[]) =>
              Math.hypot(all[row * 8 + a] ?? 0, all[row * 8 + b] ?? 0);
            check(
              Math.abs(size(is) - size(was)) < 1e-5 * (1 + size(was)),
              `the length of pair ${i} in row ${row} is ${size(is)}, not ${size(was)}`,
            );
            if (row % 5 !== 0) continue;
            const still = Math.abs((is[row * 8 + a] ?? 0) - (was[row * 8 + a] ?? 0)) < 1e-6;
            check(still, `pair ${i} of position 0 is turned`);
          }
        }
      }
    },
  },
];

/** Cases of contracts. */
export const contractCases = (): Case[] =>
  [...indexing, ...random, ...quantization, ...devices, ...fast].map(
    ({ group, title, ops, dtypes, run }): Case => ({
      id: `${group}/${title}`,
      group,
      tier: tierOf(ops),
      requires: { ops, dtypes: dtypes ?? ["float32", "int32"], extensions: [] },
      run,
    }),
  );
