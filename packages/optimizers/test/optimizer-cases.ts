// The optimizers that goldens/make_goldens.py computed with, and comparing trees with its numbers.

import * as mx from "@mlx-ts/core";
import { arrayOf, expectTree, type Golden, type Goldens } from "../../nn/test/goldens.js";
import * as optim from "../src/index.js";

/** What Python computed with an optimizer. */
export interface OptimizerCase {
  readonly start: Goldens;
  readonly steps: readonly { readonly parameters: Goldens; readonly state: Goldens }[];
}

/** What all optimizers of a dtype begin with. */
export interface Given {
  readonly parameters: Goldens;
  readonly gradients: readonly Goldens[];
}

const biases: optim.ParameterFilter = (path) => path.endsWith("bias");
const matrices: optim.ParameterFilter = (_path, parameter) => parameter.ndim >= 2;

/** Each optimizer that Python computed, by the name of its case. */
export const optimizers: Readonly<Record<string, () => optim.Optimizer>> = {
  sgd: () => new optim.SGD(0.1),
  "sgd with momentum": () => new optim.SGD({ learningRate: 0.1, momentum: 0.9 }),
  "sgd with everything": () =>
    new optim.SGD(0.1, { momentum: 0.9, weightDecay: 0.01, dampening: 0.3 }),
  "sgd with nesterov": () => new optim.SGD(0.1, 0.8, { weightDecay: 0.1, nesterov: true }),
  "sgd on a schedule": () => new optim.SGD((step) => mx.divide(0.1, mx.add(1, step))),
  rmsprop: () => new optim.RMSprop(0.01),
  "rmsprop with options": () => new optim.RMSprop(0.01, 0.8, { eps: 1e-3 }),
  adagrad: () => new optim.Adagrad(0.1),
  "adagrad with options": () => new optim.Adagrad({ learningRate: 0.1, eps: 0.1 }),
  adadelta: () => new optim.AdaDelta(1),
  "adadelta with options": () => new optim.AdaDelta(0.5, { rho: 0.7, eps: 1e-3 }),
  adam: () => new optim.Adam(mx.array(0.01)),
  "adam with options": () => new optim.Adam(0.01, [0.8, 0.95], 1e-3),
  "adam with bias correction": () => new optim.Adam(0.01, { biasCorrection: true }),
  "adam on a schedule": () =>
    new optim.Adam({
      learningRate: (step) => mx.multiply(0.01, mx.exp(mx.multiply(-0.5, step))),
    }),
  adamw: () => new optim.AdamW(0.01),
  "adamw on a schedule": () => new optim.AdamW(optim.stepDecay(0.02, 0.5, 2)),
  "adamw with options": () =>
    new optim.AdamW(0.01, [0.8, 0.95], { weightDecay: 0.2, biasCorrection: true }),
  adamax: () => new optim.Adamax(0.01),
  "adamax with options": () => new optim.Adamax(0.01, [0.8, 0.95], { eps: 1e-2 }),
  lion: () => new optim.Lion(0.01),
  "lion with options": () => new optim.Lion(0.01, [0.7, 0.8], 0.2),
  adafactor: () => new optim.Adafactor(),
  "adafactor with warmup": () => new optim.Adafactor({ warmupInit: true }),
  "adafactor with a rate": () =>
    new optim.Adafactor(0.1, { relativeStep: false, scaleParameter: false }),
  "adafactor on a schedule": () =>
    new optim.Adafactor(optim.exponentialDecay(0.1, 0.5), { relativeStep: false }),
  "adafactor with everything": () =>
    new optim.Adafactor(null, [1e-4, 0.5], 0.5, -0.5, 0.9, { weightDecay: 0.2 }),
  muon: () => new optim.Muon(0.1),
  "muon with options": () => new optim.Muon(0.1, 0.8, 0.2, false, 2),
  "muon without decay": () => new optim.Muon(0.1, { weightDecay: 0 }),
  "groups of weight decay": () =>
    new optim.MultiOptimizer(
      [new optim.AdamW(0.01, { weightDecay: 0 }), new optim.AdamW(0.02, { weightDecay: 0.2 })],
      [biases],
    ),
  "three optimizers": () =>
    new optim.MultiOptimizer(
      [new optim.SGD(0.1, 0.9), new optim.Muon(optim.cosineDecay(0.1, 3)), new optim.Lion(0.01)],
      { filters: [biases, matrices] },
    ),
  "one optimizer": () => new optim.MultiOptimizer([new optim.Adagrad(0.1)]),
};

/** A tree of arrays from goldens with names as in files. */
export const treeOf = (named: Goldens): mx.ArrayTree =>
  mx.treeUnflatten(
    Object.entries(named).map(([name, golden]) => [mx.codeName(name), arrayOf(golden)]),
  );

const largest = ({ data }: Golden): number =>
  Math.max(...data.map((item) => Math.abs(Number(item))));

/** Differences are measured by the largest number of an array: many states are far below 1. */
export function expectNear(tree: unknown, wanted: Goldens, what: string): void {
  const scaled = (golden: Golden): Golden => {
    const scale = largest(golden) || 1;
    return { ...golden, data: golden.data.map((item) => Number(item) / scale) };
  };
  const scales = new Map(
    Object.entries(wanted).map(([name, golden]) => [name, largest(golden) || 1]),
  );
  const normal = mx.treeMapWithPath((path: string, array: mx.MLXArray) => {
    if (array.dtype === "uint64") return array;
    return mx
      .divide(array.astype("float32"), scales.get(mx.fileName(path)) ?? 1)
      .astype(array.dtype);
  }, tree);
  const normalWanted = Object.entries(wanted).map(([name, golden]) => [
    name,
    golden.dtype === "uint64" ? golden : scaled(golden),
  ]);
  expectTree(normal, Object.fromEntries(normalWanted), what);
}
