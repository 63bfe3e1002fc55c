// Normal numbers of the same key are those of MLX's engine: the bits and the polynomials are the same. What may
// differ are the last digits where the C library's log of a float32 is not the nearest number.

import { type Backend, erfinvPolynomials } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { nativeBackend } from "@mlx-ts/native";
import { referenceBackend } from "@mlx-ts/reference";
import { expect, test } from "vitest";

const n = 5000;

/** The words of float32 numbers that a backend draws. */
function words(backend: Backend, draw: () => mx.MLXArray): Int32Array {
  return mx.withBackend(backend, () =>
    mx.tidy(() => Int32Array.from(draw().view("int32").toTypedArray(), Number)),
  );
}

/** How far apart two backends draw, in units of the last place; numbers of one sign are as far as their words. */
function apart(draw: () => mx.MLXArray): number[] {
  const ours = words(referenceBackend as Backend, draw);
  const wanted = words(nativeBackend as Backend, draw);
  return Array.from(ours, (word, i) => Math.abs(word - (wanted[i] ?? Number.NaN)));
}

test.each([0, 1, 2, 3])("normal numbers of the key %i are the engine's", (seed) => {
  const distances = apart(() => mx.random.normal([n], { key: mx.random.key(seed) }));
  expect(distances.filter((far) => far > 0).length).toBeLessThan(n / 500);
  expect(Math.max(...distances)).toBeLessThanOrEqual(2);
});

test("normal halves are the engine's to the bit", () => {
  for (const dtype of ["float16", "bfloat16"] as const) {
    const draw = () => mx.random.normal([n], { dtype, key: mx.random.key(5) }).astype("float32");
    expect(Math.max(...apart(draw)), dtype).toBe(0);
  }
});

test("truncated normal numbers differ from the engine's by what its erf is off", () => {
  const draw = () => mx.random.truncatedNormal(-2, 2, { shape: [n], key: mx.random.key(2) });
  const of = (backend: Backend) =>
    mx.withBackend(backend, () => mx.tidy(() => draw().toTypedArray()));
  const wanted = of(nativeBackend as Backend);
  of(referenceBackend as Backend).forEach((x, i) => {
    expect(Math.abs(Number(x) - Number(wanted[i]))).toBeLessThan(1e-5);
  });
});

test("erfinv undoes erf, in its middle and at its ends", () => {
  expect(erfinvPolynomials.border).toBe(6.125);
  mx.withBackend(referenceBackend as Backend, () => {
    for (const dtype of ["float32", "float64"] as const) {
      const x = mx.array([-0.9999, -0.5, 0, 1e-6, 0.3, 0.999, 0.99999], dtype);
      const back = mx.erf(mx.erfinv(x));
      expect(mx.allclose(back, x, 1e-5, 1e-7).item(), dtype).toBe(true);
    }
    expect(mx.erfinv(mx.array([-1, 1, 2])).tolist()).toEqual([-Infinity, Infinity, Number.NaN]);
  });
});
