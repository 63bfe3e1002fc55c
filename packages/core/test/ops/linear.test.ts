// Products of matrices and vectors: what Python gives, and what is refused.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("linear");

test("inner sizes that differ are refused with both shapes", () => {
  expectError(
    () => mx.matmul(mx.ones([2, 3]), mx.ones([4, 2])),
    "RangeError",
    "SHAPE",
    /\(2,3\).*\(4,2\)/,
  );
  expectError(
    () => mx.addmm(mx.ones([2]), mx.ones([2, 3]), mx.ones([4, 2])),
    "RangeError",
    "SHAPE",
    "[addmm]",
  );
});

test("scalars and integers are refused", () => {
  expectError(() => mx.matmul(2, mx.ones([2])), "RangeError", null, "[matmul]");
  expectError(
    () => mx.matmul(mx.ones([2, 2], "int32"), mx.ones([2, 2], "int32")),
    "RangeError",
    "DTYPE",
    "[matmul]",
  );
});

test("a product of larger matrices agrees with plain loops", () => {
  const [m, k, n] = [37, 65, 51];
  const a = Float32Array.from({ length: m * k }, (_, i) => ((i * 7) % 11) - 5);
  const b = Float32Array.from({ length: k * n }, (_, i) => ((i * 5) % 13) - 6);
  const wanted = new Float32Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let p = 0; p < k; p++)
        wanted[i * n + j] = Number(wanted[i * n + j]) + Number(a[i * k + p]) * Number(b[p * n + j]);
  const product = mx.matmul(mx.array(a).reshape(m, k), mx.array(b).reshape(k, n));
  expect(product.toTypedArray()).toEqual(wanted);
});
