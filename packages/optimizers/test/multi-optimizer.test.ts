// Several optimizers as one: which takes what, states, errors that leave all whole, and memory.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import * as optim from "../src/index.js";

const names = (tree: unknown): string[] => mx.treeFlatten(tree).map(([name]) => name);
const isBias: optim.ParameterFilter = (path) => path.endsWith("bias");

const model = () => new nn.Sequential(new nn.Linear(2, 3), nn.relu, new nn.Linear(3, 1));
const two = () =>
  new optim.MultiOptimizer([new optim.SGD(0.5, 0.5), new optim.Adam(0.25)], [isBias]);

describe("filters", () => {
  test("see names in code and arrays, and the first that picks takes", () => {
    const seen: string[] = [];
    const optimizer = new optim.MultiOptimizer(
      [new optim.SGD(0.1), new optim.SGD(0.2), new optim.SGD(0.3)],
      [
        (path, array) => {
          seen.push(`${path} ${array.shape}`);
          return path === "layers.0.weight";
        },
        (path) => path.startsWith("layers.0"),
      ],
    );
    optimizer.init(model().trainableParameters());
    expect(seen).toEqual([
      "layers.0.weight 3,2",
      "layers.0.bias 3",
      "layers.2.weight 1,3",
      "layers.2.bias 1",
    ]);
    expect(optimizer.state.states.map((state) => names(state).slice(2))).toEqual([
      ["layers.0.weight.v"],
      ["layers.0.bias.v"],
      ["layers.2.weight.v", "layers.2.bias.v"],
    ]);
  });

  test("may leave an optimizer without parameters", () => {
    const optimizer = new optim.MultiOptimizer([new optim.Adam(0.1), new optim.SGD(1)], {
      filters: [() => false],
    });
    const updated = optimizer.applyGradients({ w: mx.ones([1]) }, { w: mx.zeros([1]) });
    expect((updated.w as MLXArray).item()).toBe(-1);
    expect(names(optimizer.state.states[0])).toEqual(["step", "learningRate"]);
  });

  test("do not change the order of the parameters", () => {
    const tree = () => ({
      b: { bias: mx.ones([1]) },
      a: { weight: mx.ones([1]), bias: mx.ones([1]) },
    });
    expect(names(two().applyGradients(tree(), tree()))).toEqual(["b.bias", "a.weight", "a.bias"]);
  });
});

describe("the learning rate", () => {
  test("is the first optimizer's, and set for all", () => {
    const optimizer = two();
    expect(optimizer.learningRate.item()).toBe(0.5);
    optimizer.learningRate = 0.125;
    expect(optimizer.optimizers.map((one) => one.learningRate.item())).toEqual([0.125, 0.125]);
  });
});

describe("the state", () => {
  test("has each optimizer's, and is resumed when it is assigned", () => {
    const tree = (value: number) => ({ w: mx.full([2], value), bias: mx.full([1], value) });
    const first = two();
    first.applyGradients(tree(1), tree(0));
    expect(names(first.state)).toEqual([
      "states.0.step",
      "states.0.learningRate",
      "states.0.bias.v",
      "states.1.step",
      "states.1.learningRate",
      "states.1.w.m",
      "states.1.w.v",
    ]);
    expect(first.step.item()).toBe(1);
    const second = two();
    second.state = first.state;
    const after = (optimizer: optim.Optimizer) =>
      mx.arraysIn(optimizer.applyGradients(tree(2), tree(0))).map((array) => array.tolist());
    expect(after(second)).toEqual(after(first));
  });

  test("of another number of optimizers is refused", () => {
    const optimizer = two();
    expect(() => {
      optimizer.state = {};
    }).toThrow('[MultiOptimizer] the state must have a list "states" of 2, got undefined');
    expect(() => {
      optimizer.state = { states: [{}] };
    }).toThrow('[MultiOptimizer] the state must have a list "states" of 2, got');
  });
});

test("when one optimizer fails, the states of all stay as they were", () => {
  class Failing extends optim.SGD {
    override applySingle(): never {
      throw new Error("no");
    }
  }
  const tree = () => ({ w: mx.ones([2]), bias: mx.ones([1]) });
  const first = new optim.SGD(optim.exponentialDecay(1, 0.5), 0.5);
  const optimizer = new optim.MultiOptimizer([first, new Failing(0.1)], [isBias]).init(tree());
  const state = mx.arraysIn(optimizer.state);
  for (let i = 0; i < 2; i++) {
    expect(() => optimizer.applyGradients(tree(), tree())).toThrow("no");
    expect(mx.arraysIn(optimizer.state).every((array, j) => array === state[j])).toBe(true);
  }
  expect([optimizer.step.item(), first.learningRate.item()]).toEqual([0, 1]);
});

test.each([false, true])(
  "trains a model with constant memory, compiled: %s",
  { timeout: 60_000 },
  (compiled) => {
    mx.random.seed(1);
    const net = model();
    const optimizer = two().init(net.trainableParameters());
    const lossAndGrad = nn.valueAndGrad(net, (x: MLXArray) =>
      mx.mean(mx.square(mx.subtract(net.forward(x), 1))),
    );
    const train = (x: MLXArray): MLXArray => {
      const [loss, grads] = lossAndGrad(x);
      optimizer.update(net, grads);
      return loss;
    };
    const step = compiled ? mx.compile(train, { state: [net, optimizer] }) : train;
    const x = mx.random.normal([8, 2], { key: mx.random.key(0) });
    const losses: number[] = [];
    const counts: number[] = [];
    for (let i = 0; i < 20; i++) {
      const loss = step(x);
      mx.eval(net, optimizer);
      losses.push(loss.item());
      loss.dispose();
      counts.push(liveNow());
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
    expect(new Set(counts.slice(2)).size).toBe(1);
    expect(optimizer.optimizers.map((one) => one.step.item())).toEqual([20, 20]);
  },
);

describe("optimizers in one refuse", () => {
  const sgd = new optim.SGD(0.1);
  test.each<[string, () => unknown]>([
    [
      "[MultiOptimizer] there are 0 filters, 2 optimizers need 1",
      () => new optim.MultiOptimizer([sgd, new optim.SGD(0.1)]),
    ],
    [
      "[MultiOptimizer] there are 1 filters, 1 optimizers need 0",
      () => new optim.MultiOptimizer([sgd], [isBias]),
    ],
    [
      "[MultiOptimizer] optimizers must be a list of at least one, got",
      () => new optim.MultiOptimizer([]),
    ],
    [
      "[MultiOptimizer] optimizers has 4294967295 items, it has 16777216 at most",
      () => new optim.MultiOptimizer(new Array(2 ** 32 - 1)),
    ],
    [
      "[MultiOptimizer] optimizers[1] must be an optimizer, got 3",
      () => new optim.MultiOptimizer([sgd, 3 as never], [isBias]),
    ],
    [
      "[MultiOptimizer] optimizers[1] is optimizers[0], which would step twice; make another",
      () => new optim.MultiOptimizer([sgd, sgd], [isBias]),
    ],
    [
      '[MultiOptimizer] filters[0] must be a function, got "bias"',
      () => new optim.MultiOptimizer([sgd, new optim.SGD(0.1)], ["bias" as never]),
    ],
    [
      "[MultiOptimizer] filters must be a list of functions, got 1",
      () => new optim.MultiOptimizer([sgd], 1 as never),
    ],
    [
      '[MultiOptimizer] there is no option "filter"; the options are filters',
      () => new optim.MultiOptimizer([sgd], { filter: [] } as never),
    ],
    [
      "[MultiOptimizer] applySingle is for one of its optimizers; see optimizers",
      () => new optim.MultiOptimizer([sgd]).applySingle(),
    ],
    ["[MultiOptimizer] a tree of arrays was expected, got 5", () => two().init(5 as never)],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
