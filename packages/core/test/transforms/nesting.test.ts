// Random nestings of transforms over small functions: whatever is wrapped around parts of a function, its
// values and derivatives stay those of the plain function, which finite differences confirm.

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import * as mx from "../../src/index.js";
import { must } from "../golden.js";
import { liveNow } from "../live.js";

// Compiled functions have the system's compiler make kernels, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

type A = mx.MLXArray;
type Step = (x: A) => A;

/** Smooth functions of a vector, bounded so that chains of them stay so. */
const steps: Readonly<Record<string, Step>> = {
  sin: (x) => mx.sin(x),
  tanh: (x) => mx.tanh(x),
  square: (x) => mx.square(x).multiply(0.3),
  shift: (x) => x.add(0.5),
  gate: (x) => x.multiply(mx.sigmoid(x)),
  spread: (x) => x.subtract(mx.mean(x, -1, { keepdims: true })),
  turn: (x) => mx.roll(x, 1, -1).multiply(x),
  pick: (x) => mx.take(x, mx.array([2, 0, 1], "int32"), -1),
  soft: (x) => mx.logsumexp(mx.stack([x, mx.negative(x)]), 0),
};

/** Transforms that leave a function what it is. */
const wraps: Readonly<Record<string, (f: Step) => Step>> = {
  compile: (f) => mx.compile(f),
  checkpoint: (f) => mx.checkpoint(f),
  custom: (f) =>
    mx.customFunction(f).vjp((x, cotangent) => must(mx.vjp(f, [x], [cotangent])[1][0])),
  vmap: (f) => (x) => must([...mx.vmap(f)(mx.stack([x, x.multiply(2)]))][0]),
  vmapLast: (f) => (x) =>
    must(
      mx
        .vmap(
          f,
          -1,
          -1,
        )(mx.stack([x, x], -1))
        .T.index(0),
    ),
};

/** A function as a list of steps and of wraps around all that came before. */
const program = fc.array(
  fc.oneof(
    fc.constantFrom(...Object.keys(steps)),
    fc.constantFrom(...Object.keys(wraps)).map((name) => `(${name})`),
  ),
  { minLength: 1, maxLength: 8 },
);

function built(parts: readonly string[], wrapped: boolean): Step {
  let f: Step = (x) => x;
  for (const part of parts) {
    const inner = f;
    const step = steps[part];
    if (step) f = (x) => step(inner(x));
    else if (wrapped) f = must(wraps[part.slice(1, -1)])(inner);
  }
  return f;
}

const point = fc
  .array(fc.integer({ min: -150, max: 150 }), { minLength: 3, maxLength: 3 })
  .map((list) => list.map((n) => n / 100));

const weights = [1, -0.5, 2];
const loss = (f: Step) => (x: A) => mx.sum(f(x).multiply(mx.array(weights)));

function close(got: A, wanted: A, within: number): boolean {
  return mx.allclose(got, wanted, { rtol: within, atol: within }).item<boolean>();
}

/** Runs a property of many random programs and points; what fails is shrunk, and printed with its seed. */
function always(check: (parts: string[], at: number[]) => void, numRuns = 30): void {
  fc.assert(
    fc.property(program, point, (parts, at) => mx.tidy(() => check(parts, at))),
    { seed: 4, numRuns },
  );
}

describe("a function with transforms around its parts", () => {
  test("has the values of the plain one", () => {
    always((parts, at) => {
      const x = mx.array(at);
      expect(close(built(parts, true)(x), built(parts, false)(x), 1e-4)).toBe(true);
    });
  });

  test("has its gradients, also batched", () => {
    always((parts, at) => {
      const x = mx.array(at);
      const plain = mx.grad(loss(built(parts, false)));
      const wrapped = mx.grad(loss(built(parts, true)));
      const wanted = plain(x);
      expect(close(wrapped(x), wanted, 1e-3)).toBe(true);
      const batch = mx.stack([x, mx.negative(x)]);
      const rows = mx.stack([wanted, plain(mx.negative(x))]);
      expect(close(mx.vmap(wrapped)(batch), rows, 1e-3)).toBe(true);
    });
  });

  test("has its gradients when they are compiled", () => {
    const few = 6;
    always((parts, at) => {
      const x = mx.array(at);
      const wanted = mx.grad(loss(built(parts, false)))(x);
      const compiled = mx.compile(mx.grad(loss(built(parts, true))));
      expect(close(compiled(x), wanted, 1e-3)).toBe(true);
    }, few);
  });

  test("has its directional derivatives, which are the gradient's products", () => {
    always((parts, at) => {
      const x = mx.array(at);
      const direction = mx.array([1, -2, 0.5]);
      const f = loss(built(parts, true));
      const product = must(mx.jvp(f, [x], [direction])[1][0]);
      const gradient = mx.grad(loss(built(parts, false)))(x);
      expect(close(product, mx.sum(gradient.multiply(direction)), 2e-3)).toBe(true);
    });
  });

  test("has the slope that differences give", () => {
    always((parts, at) => {
      const f = loss(built(parts, true));
      const gradient = mx.grad(f)(mx.array(at));
      const step = 1e-2;
      const side = (sign: number) => f(mx.array(at.map((n) => n + sign * step))).item();
      const slope = (side(1) - side(-1)) / (2 * step);
      expect(Math.abs(slope - mx.sum(gradient).item())).toBeLessThan(0.05 * (1 + Math.abs(slope)));
    });
  });

  test("has the second derivatives of the plain one", () => {
    always((parts, at) => {
      const x = mx.array(at);
      const second = (f: Step) => mx.grad((y: A) => mx.sum(mx.square(mx.grad(loss(f))(y))))(x);
      const wanted = second(built(parts, false));
      expect(close(second(built(parts, true)), wanted, 1e-2)).toBe(true);
    });
  });

  test("leaves as many arrays as there were", () => {
    const before = liveNow();
    always((parts, at) => {
      mx.eval(mx.grad(loss(built(parts, true)))(mx.array(at)));
    });
    expect(liveNow()).toBe(before);
  });
});
