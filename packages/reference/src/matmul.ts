// Products of matrices, in float64. The innermost loop runs along rows of both the right matrix and the result,
// so that memory is read in order; this is what makes small networks train in reasonable time.

import type { Dense } from "./array.js";
import type { Complex } from "./complex.js";
import { blank, closed, opened } from "./values.js";

/** Adds the product of batches of matrices to `out`, with a sign. */
function addProduct(
  out: Float64Array,
  x: Float64Array,
  y: Float64Array,
  [batch, m, k, n]: readonly [number, number, number, number],
  sign: 1 | -1,
): void {
  for (let row = 0; row < batch * m; row++) {
    const ours = row * n;
    const theirs = Math.floor(row / m) * k * n;
    for (let i = 0; i < k; i++) {
      const factor = sign * (x[row * k + i] as number);
      const from = theirs + i * n;
      for (let j = 0; j < n; j++) {
        out[ours + j] = (out[ours + j] as number) + factor * (y[from + j] as number);
      }
    }
  }
}

export function matmul(a: Dense, b: Dense): Dense {
  const [batch, m, k] = a.shape as [number, number, number];
  const n = b.shape[2] as number;
  const shape = [batch, m, n];
  const sizes = [batch, m, k, n] as const;
  const [x, y] = [opened(a), opened(b)];
  const out = blank(shape, a.dtype);
  const product = () => new Float64Array(out.length);
  if (a.dtype !== "complex64") {
    const sums = product();
    addProduct(
      sums,
      new Float64Array(x as Float64Array),
      new Float64Array(y as Float64Array),
      sizes,
      1,
    );
    for (let i = 0; i < sums.length; i++) out[i] = sums[i] as number;
    return closed(shape, a.dtype, out);
  }
  const part = (values: typeof x, name: keyof Complex) =>
    Float64Array.from(values as Complex[], (z) => z[name]);
  const [xr, xi, yr, yi] = [part(x, "re"), part(x, "im"), part(y, "re"), part(y, "im")];
  const [re, im] = [product(), product()];
  addProduct(re, xr, yr, sizes, 1);
  addProduct(re, xi, yi, sizes, -1);
  addProduct(im, xr, yi, sizes, 1);
  addProduct(im, xi, yr, sizes, 1);
  for (let i = 0; i < out.length; i++) out[i] = { re: re[i] as number, im: im[i] as number };
  return closed(shape, a.dtype, out);
}
