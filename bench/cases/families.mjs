// Building twenty usual ops on tiny arrays in a scope, one figure each: where the way to MLX is long.
import * as mx from "@mlx-ts/core";
import { best } from "../best.mjs";

const a = mx.ones([4, 4]);
const b = mx.ones([4, 4]);
const row = mx.ones([4]);
const mask = mx.array([true, false, true, false]);
const indices = mx.array([0, 2, 1], "int32");
mx.eval(a, b, row, mask, indices);

const ops = {
  add: () => mx.add(a, b),
  "multiply by a number": () => mx.multiply(a, 2),
  divide: () => mx.divide(a, row),
  maximum: () => mx.maximum(a, 0),
  exp: () => mx.exp(a),
  sqrt: () => mx.sqrt(a),
  astype: () => a.astype("float16"),
  where: () => mx.where(mask, a, 0),
  equal: () => mx.equal(a, b),
  "sum of an axis": () => mx.sum(a, 0),
  "mean by keywords": () => mx.mean(a, { axis: -1, keepdims: true }),
  argmax: () => mx.argmax(a, -1),
  softmax: () => mx.softmax(a, -1),
  matmul: () => mx.matmul(a, b),
  addmm: () => mx.addmm(row, a, b),
  reshape: () => mx.reshape(a, [2, 8]),
  transpose: () => mx.transpose(a),
  concatenate: () => mx.concatenate([a, b], 0),
  take: () => mx.take(a, indices, 0),
  zeros: () => mx.zeros([4, 4]),
};

const each = 50;
const figures = Object.entries(ops).map(([name, op]) => {
  const body = () => {
    for (let i = 0; i < each; i++) op();
  };
  return [`${name}, ns`, best(() => mx.tidy(body)) / each];
});
const mean = Math.exp(figures.reduce((sum, [, ns]) => sum + Math.log(ns), 0) / figures.length);
console.log(
  JSON.stringify(Object.fromEntries([...figures, ["geometric mean of 20 ops, ns", mean]])),
);
