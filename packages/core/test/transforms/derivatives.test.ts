// Derivatives of every differentiable op: Python's vector-Jacobian and Jacobian-vector products, and finite
// differences of our own forward pass.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import {
  argOf,
  arrayOf,
  difference,
  functionOf,
  type GoldenArray,
  type GoldenCase,
  goldens,
  must,
} from "../golden.js";

/** A case with the places of the arguments to differentiate, cotangents, tangents and both products. */
interface Derivative extends GoldenCase {
  readonly wrt: readonly number[];
  readonly cotangent: { readonly in: number };
  readonly tangents: readonly { readonly in: number }[];
  readonly out: readonly GoldenArray[];
  readonly tangent?: GoldenArray;
  /** The inputs of its file. */
  readonly inputs: readonly GoldenArray[];
}

/** A case as a function of the arguments to differentiate. */
interface Problem {
  readonly fn: (...primals: mx.MLXArray[]) => mx.MLXArray;
  readonly primals: readonly mx.MLXArray[];
  readonly cotangent: mx.MLXArray;
  readonly tangents: readonly mx.MLXArray[];
}

const cases = ["transforms", "derivatives"].flatMap((family) => {
  const { cases, inputs } = goldens(family);
  return cases.map((golden) => ({ ...golden, inputs }) as Derivative);
});

function problemOf(golden: Derivative, inputs: readonly mx.MLXArray[]): Problem {
  const args = golden.args.map((arg) => argOf(arg, inputs));
  const options = Object.entries(golden.kw ?? {}).map(([key, arg]) => [key, argOf(arg, inputs)]);
  const tail = options.length > 0 ? [Object.fromEntries(options)] : [];
  const op = functionOf(golden.op);
  return {
    fn: (...primals) => {
      const full = [...args];
      golden.wrt.forEach((place, i) => {
        full[place] = primals[i];
      });
      return must([op(...full, ...tail)].flat()[0]) as mx.MLXArray;
    },
    primals: golden.wrt.map((place) => args[place] as mx.MLXArray),
    cotangent: must(inputs[golden.cotangent.in]),
    tangents: golden.tangents.map((tangent) => must(inputs[tangent.in])),
  };
}

const groups = new Map<string, Derivative[]>();
for (const golden of cases) groups.set(golden.op, [...(groups.get(golden.op) ?? []), golden]);

/** Runs a check on every case of an op; float64 exists on the CPU only. */
function onAll(
  op: string,
  check: (problem: Problem, golden: Derivative) => string | undefined,
): void {
  const failures: string[] = [];
  mx.withStream(mx.cpu, () =>
    mx.tidy(() => {
      const made = new Map<readonly GoldenArray[], mx.MLXArray[]>();
      for (const golden of must(groups.get(op))) {
        const inputs = made.get(golden.inputs) ?? golden.inputs.map(arrayOf);
        made.set(golden.inputs, inputs);
        const why = check(problemOf(golden, inputs), golden);
        if (why)
          failures.push(
            `${JSON.stringify(golden.args)} ${JSON.stringify(golden.kw ?? {})}: ${why}`,
          );
      }
    }),
  );
  expect(failures).toEqual([]);
}

function different(
  products: readonly mx.MLXArray[],
  wanted: readonly GoldenArray[],
): string | undefined {
  if (products.length !== wanted.length) return `${products.length} products, not ${wanted.length}`;
  for (let i = 0; i < products.length; i++) {
    const why = difference(must(products[i]), must(wanted[i]), [1e-5, 1e-6]);
    if (why) return `product ${i}: ${why}`;
  }
  return undefined;
}

/** Ops that are constant almost everywhere, or reorder: differences say nothing more about them. */
const flat = new Set(["stopGradient"]);

describe("derivatives", () => {
  for (const [op, { length }] of groups) {
    test(`${op}: vjp gives what Python gives, in ${length} cases`, () => {
      onAll(op, ({ fn, primals, cotangent }, { out }) => {
        const [, products] = mx.vjp(fn, primals, [cotangent]);
        return different(products, out);
      });
    });

    if (must(groups.get(op)).some((golden) => golden.tangent)) {
      test(`${op}: jvp gives what Python gives`, () => {
        onAll(op, ({ fn, primals, tangents }, { tangent }) => {
          if (!tangent) return undefined;
          const [, products] = mx.jvp(fn, primals, tangents);
          return different(products, [tangent]);
        });
      });
    }

    if (!flat.has(op)) {
      test(`${op}: grad agrees with finite differences`, () => {
        onAll(op, (problem) => finiteDifferences(problem));
      });
    }
  }
});

/** Compares the gradient of sum(op * cotangent) along random directions with central differences. */
function finiteDifferences({ fn, primals, cotangent, tangents }: Problem): string | undefined {
  const single = must(primals[0]).dtype === "float32";
  const step = single ? 1e-2 : 1e-4;
  const tolerance = single ? 1e-2 : 2e-3;
  const loss = (...args: mx.MLXArray[]) => mx.sum(mx.multiply(fn(...args), cotangent));
  const gradients = mx.grad(
    loss,
    primals.map((_, i) => i),
  )(...primals) as mx.MLXArray[];
  for (let i = 0; i < primals.length; i++) {
    const direction = must(tangents[i]);
    const at = (sign: number) =>
      loss(
        ...primals.map((primal, j) =>
          i === j ? mx.add(primal, mx.multiply(direction, sign * step)) : primal,
        ),
      ).item();
    const numeric = (at(1) - at(-1)) / (2 * step);
    const exact = mx.sum(mx.multiply(must(gradients[i]), direction)).item();
    if (Math.abs(numeric - exact) > tolerance * Math.max(1, Math.abs(exact))) {
      return `argument ${i} has slope ${exact}, differences give ${numeric}`;
    }
  }
  return undefined;
}

test("concatenate and stack pass gradients on to each of their arrays", () => {
  const [a, b] = [mx.array([1, 2]), mx.array([3, 4])];
  const weights = mx.array([1, 10, 100, 1000]);
  const joined = mx.grad(
    (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(mx.multiply(mx.concatenate([x, y]), weights)),
    [0, 1],
  );
  expect(joined(a, b).map((g) => g.tolist())).toEqual([
    [1, 10],
    [100, 1000],
  ]);
  const stacked = mx.grad(
    (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(mx.multiply(mx.stack([x, y]).reshape(4), weights)),
    [0, 1],
  );
  expect(stacked(a, b).map((g) => g.tolist())).toEqual([
    [1, 10],
    [100, 1000],
  ]);
});

test("second and third derivatives are those of the cube", () => {
  const cube = (x: mx.MLXArray) => mx.power(x, 3);
  const x = mx.array(2);
  expect(mx.grad(cube)(x).item()).toBeCloseTo(12, 4);
  expect(mx.grad(mx.grad(cube))(x).item()).toBeCloseTo(12, 4);
  expect(
    mx
      .grad(mx.grad(mx.grad(cube)))(x)
      .item(),
  ).toBeCloseTo(6, 4);
});

test("a Hessian-vector product is a jvp of a gradient", () => {
  const f = (x: mx.MLXArray) => mx.sum(mx.power(x, 3));
  const [, products] = mx.jvp((x) => [mx.grad(f)(x)], [mx.array([1, 2])], [mx.array([1, 0])]);
  expect(must(products[0]).tolist()).toEqual([6, 0]);
});

test("every op of the table that MLX differentiates has goldens of its derivative", () => {
  const without = [
    // No gradient flows through whole numbers, places, comparisons and keys.
    ..."equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor logicalNot isclose allclose arrayEqual".split(
      " ",
    ),
    ..."bitwiseAnd bitwiseOr bitwiseXor leftShift rightShift bitwiseInvert isnan isinf isposinf isneginf isfinite all any countNonzero".split(
      " ",
    ),
    ..."argmax argmin argsort argpartition floorDivide divmod searchsorted unique toFp8 fromFp8".split(
      " ",
    ),
    // They are tested above or are made of others.
    ..."concatenate stack partition topk flip scatterAddAxis slice sliceUpdate imag conjugate".split(
      " ",
    ),
  ];
  const folders = ["unary", "binary", "reduction", "scan", "sorting", "shape", "linear", "conv"];
  const ops = new Set(folders.flatMap((family) => goldens(family).cases.map(({ op }) => op)));
  expect([...ops].filter((op) => !groups.has(op) && !without.includes(op))).toEqual([]);
});
