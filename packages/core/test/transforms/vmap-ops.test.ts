// vmap of every op: the batched call gives what the op gives for each example by itself. The calls are those
// of the goldens, whose values Python made.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { argOf, arrayOf, functionOf, type GoldenCase, goldens, must, untyped } from "../golden.js";
import { onCpu } from "../on-cpu.js";

type A = mx.MLXArray;

const families = [
  ...["unary", "binary", "reduction", "scan", "sorting", "shape", "linear", "conv"],
  ...["linalg", "fft", "fast", "quantization"],
];

/** Ops whose results have shapes of their own for each example, or read their arguments at once. */
const notForBatches = new Set(["allclose", "arrayEqual"]);

/** Shifts by negative numbers and singular matrices give anything: their second example is the first. */
const delicate = new Set([
  ...["leftShift", "rightShift"],
  ...["linalg.triInv", "linalg.choleskyInv", "linalg.solveTriangular"],
]);

/** Another example of the same shape and dtype. */
const other = (a: A): A => mx.reshape(mx.reshape(a, [-1]).index(mx.slice(null, null, -1)), a.shape);

function same(got: A, wanted: A): boolean {
  if (got.dtype !== wanted.dtype || `${got.shape}` !== `${wanted.shape}`) return false;
  if (!/float|complex/.test(got.dtype)) return mx.arrayEqual(got, wanted).item<boolean>();
  return mx.allclose(got, wanted, { rtol: 1e-2, atol: 1e-3, equalNan: true }).item<boolean>();
}

/** Why a batched call differs from the calls one by one; undefined where it does not. */
function check(golden: GoldenCase, inputs: readonly A[], batched: readonly number[], axis: 0 | -1) {
  const args = golden.args.map((arg) => argOf(arg, inputs));
  const options = Object.entries(golden.kw ?? {}).map(([key, arg]) => [key, argOf(arg, inputs)]);
  const tail = options.length > 0 ? [Object.fromEntries(options)] : [];
  const op = functionOf(golden.op);
  const call = (given: readonly A[]): A[] => {
    const full = [...args];
    batched.forEach((place, i) => {
      full[place] = given[i];
    });
    return [op(...full, ...tail)].flat() as A[];
  };
  const first = batched.map((place) => args[place] as A);
  const examples = [first, delicate.has(golden.op) ? first : first.map(other), first];
  const singles = examples.map(call);
  const stacked = first.map((_, i) =>
    mx.stack(
      examples.map((example) => must(example[i])),
      axis,
    ),
  );
  const results = mx.vmap((...given: A[]) => call(given), { inAxes: axis })(...stacked);
  for (const [i, result] of results.entries()) {
    const wanted = mx.stack(singles.map((single) => must(single[i])));
    if (!same(result, wanted)) {
      return `result ${i} is ${result.dtype}[${result.shape}], wanted ${wanted.dtype}[${wanted.shape}]`;
    }
  }
  return undefined;
}

describe("vmap gives what a loop gives", () => {
  for (const family of families) {
    const file = goldens(family);
    const groups = new Map<string, GoldenCase[]>();
    for (const golden of file.cases) {
      const plain = !golden.error && !golden.then && !golden.op.startsWith("a.");
      if (plain && !notForBatches.has(golden.op)) {
        groups.set(golden.op, [...(groups.get(golden.op) ?? []), golden]);
      }
    }
    for (const [op, cases] of groups) {
      test(`${op}, in ${cases.length} cases`, () => {
        const failures: string[] = [];
        onCpu(() =>
          mx.tidy(() => {
            const inputs = file.inputs.map(arrayOf);
            for (const golden of cases) {
              const places = golden.args.flatMap((arg, i) =>
                typeof arg === "object" && arg !== null && "in" in arg ? [i] : [],
              );
              const choices = places.length > 1 ? [places, ...places.map((p) => [p])] : [places];
              for (const choice of places.length > 0 ? choices : []) {
                for (const axis of [0, -1] as const) {
                  let why: string | undefined;
                  try {
                    why = check(golden, inputs, choice, axis);
                  } catch (error) {
                    // What a backend lacks is no difference; see lacking.ts.
                    if (error instanceof mx.UnsupportedError) throw error;
                    why = untyped(error) ?? String(error);
                  }
                  if (why)
                    failures.push(
                      `${JSON.stringify(golden.args)} batched ${choice} at ${axis}: ${why}`,
                    );
                }
              }
            }
          }),
        );
        expect(failures).toEqual([]);
      });
    }
  }
});
