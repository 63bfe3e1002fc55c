// The Walsh-Hadamard transform: butterflies for the power of two, and a product with a table for 12, 20 and 28.

import { type Handle, Scalar } from "../../backend.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { asArray } from "../operands.js";

/** Hadamard matrices of N. Sloane's library, those that MLX has: a row in hexadecimal, the first column highest. */
const tables: Readonly<Record<number, string>> = {
  12: "bff 2aa ec3 896 fb0 a25 cec 989 c3b 962 f0e a58",
  20:
    "84336 4238b 211d5 108fa 0866d 7c139 ba29c d914e e88a7 f0653 " +
    "35a0f 1ad17 8d49b c685d 6343e 49a10 a0d08 54484 2e042 93021",
  28:
    "818694c 41c14a6 20e2a13 1071549 0838ae4 041e532 030d299 3d019d2 1e82ca9 8e43654 " +
    "c621b2a e210d95 f00a6ca 7807325 5b3201e ac9900f 564c847 ab24463 d590271 6ac8178 " +
    "b4640bc 66b70c0 b35b820 d8adc10 6d54e08 37a8704 9ad4382 cd6a181",
};

/** The matrix of an order, row by row. */
const signs = (order: number): Float32Array =>
  Float32Array.from(
    [...(tables[order] ?? "").replaceAll(" ", "")].flatMap((digit) =>
      [8, 4, 2, 1].map((bit) => (Number.parseInt(digit, 16) & bit ? 1 : -1)),
    ),
  );

/** How many butterflies an order has: all its factors of 2 but the two that belong to a table. */
function split(n: number): [order: number, power: number] {
  let odd = n;
  while (odd % 2 === 0) odd /= 2;
  return odd === 1 ? [1, n] : [4 * odd, n / (4 * odd)];
}

export function hadamardTransform<H extends Handle>(f: Front<H>, a: H, scale: number): H {
  const { ops, kernels } = f;
  const shape = f.shape(a);
  const n = shape.at(-1) ?? 1;
  const rows = sizeOf(shape) / n;
  const [order, power] = split(n);
  let x = a;
  for (let step = 1; step < power; step *= 2) {
    // Elements `step` apart become their sum and their difference.
    const pairs = kernels.reshape(x, [(rows * n) / (2 * step), 2, step]);
    const part = (at: number): H =>
      kernels.slice(pairs, [0, at, 0], [(rows * n) / (2 * step), at + 1, step], [1, 1, 1]);
    const [upper, lower] = [part(0), part(1)];
    x = kernels.concatenate([ops.add(upper, lower), ops.subtract(upper, lower)], 1);
  }
  if (order > 1) {
    const table = f.constant({ shape: [1, order, order], dtype: "float32", data: signs(order) });
    const matrix = asArray(f, table, f.dtype(a));
    const blocks = kernels.reshape(x, [rows, order, power]);
    x = kernels.matmul(kernels.broadcastTo(matrix, [rows, order, order]), blocks);
  }
  return kernels.reshape(ops.multiply(x, new Scalar(scale)), shape);
}
