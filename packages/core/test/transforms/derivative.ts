// Checks a file of derivatives that Python computed: each op's vector-Jacobian and Jacobian-vector products,
// and finite differences of our own forward pass.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import {
  argOf,
  arrayOf,
  difference,
  functionOf,
  type GoldenArray,
  type GoldenCase,
  type Goldens,
  goldens,
  must,
} from "../golden.js";
import { has } from "../needs.js";
import { onCpu } from "../on-cpu.js";

/** A case with the places of the arguments to differentiate, cotangents, tangents and both products. */
export interface Derivative extends GoldenCase {
  readonly wrt: readonly number[];
  readonly cotangent: { readonly in: number };
  readonly tangents: readonly { readonly in: number }[];
  readonly out: readonly GoldenArray[];
  readonly tangent?: GoldenArray;
}

/** A case as a function of the arguments to differentiate. */
interface Problem {
  readonly fn: (...primals: mx.MLXArray[]) => mx.MLXArray;
  readonly primals: readonly mx.MLXArray[];
  readonly cotangent: mx.MLXArray;
  readonly tangents: readonly mx.MLXArray[];
}

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

/** Derivatives and the arrays they are of. */
export type DerivativeFile = Pick<Goldens, "inputs" | "cases">;

/** The derivatives that stand beside a family's values, in the same file. */
export function derivativesOf(family: string): DerivativeFile {
  const { inputs, derivatives } = goldens(family);
  return { inputs, cases: derivatives as readonly Derivative[] };
}

/** The cases of each op. */
export function derivativeGroups(file: DerivativeFile): Map<string, Derivative[]> {
  const groups = new Map<string, Derivative[]>();
  for (const golden of file.cases as readonly Derivative[]) {
    groups.set(golden.op, [...(groups.get(golden.op) ?? []), golden]);
  }
  return groups;
}

/** Runs a check on every case of an op. */
function onAll(
  file: DerivativeFile,
  cases: readonly Derivative[],
  check: (problem: Problem, golden: Derivative) => string | undefined,
): void {
  const failures: string[] = [];
  onCpu(() =>
    mx.tidy(() => {
      const inputs = file.inputs.map(arrayOf);
      for (const golden of cases) {
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

/** MLX itself forgets the factors of the one, and the length of the other. Other backends have them right. */
const wrongForward = new Set(["addmm", "fft.irfft"]);

/** Tests of all derivatives of a file. */
export function testDerivatives(file: DerivativeFile): void {
  for (const [op, cases] of derivativeGroups(file)) {
    test(`${op}: vjp gives what Python gives, in ${cases.length} cases`, () => {
      onAll(file, cases, ({ fn, primals, cotangent }, { out }) => {
        const [, products] = mx.vjp(fn, primals, [cotangent]);
        return different(products, out);
      });
    });

    if (cases.some(({ tangent }) => tangent) && (has("engine") || !wrongForward.has(op))) {
      test(`${op}: jvp gives what Python gives`, () => {
        onAll(file, cases, ({ fn, primals, tangents }, { tangent }) => {
          if (!tangent) return undefined;
          const [, products] = mx.jvp(fn, primals, tangents);
          return different(products, [tangent]);
        });
      });
    }

    // Of complex numbers the tests of fft take differences of real functions.
    if (!flat.has(op) && !op.startsWith("fft.")) {
      test(`${op}: grad agrees with finite differences`, () => {
        onAll(file, cases, (problem) => finiteDifferences(problem));
      });
    }
  }
}

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
