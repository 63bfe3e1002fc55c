import * as mx from "@mlx-ts/core";
import { customBackend } from "./src/backend.js";

mx.setDefaultBackend(customBackend as never);
const a = mx.array([
  [1, 2],
  [3, 4],
]);
console.log(
  String(mx.matmul(a, a)),
  String(mx.softmax(a, 1)),
  String(a.index(-1, mx.slice(null, null, -1))),
  String(mx.erf(mx.array([0.5, -2, 1e-8, 7, NaN, Infinity]))),
);
console.log(
  String(mx.sum(a, 0)),
  String(mx.argsort(mx.array([3, 1, NaN, 2]))),
  String(mx.random.uniform({ shape: [3], key: mx.random.key(0) })),
);
