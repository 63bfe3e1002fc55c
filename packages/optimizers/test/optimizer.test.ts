// The optimizer's base class: learning rate, state, who releases what, saving, and what is refused.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, describe, expect, test } from "vitest";
import { has } from "../../core/test/needs.js";
import * as optim from "../src/index.js";
import { Adam, AdamW, Optimizer, type Schedule, SGD } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-optimizers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const names = (tree: unknown): string[] => mx.treeFlatten(tree).map(([name]) => name);

describe("the learning rate", () => {
  test("is a float32 scalar that may be set to a number or an array", () => {
    const optimizer = new SGD(0.5);
    expect(optimizer.learningRate.dtype).toBe("float32");
    expect(optimizer.learningRate.shape).toEqual([]);
    optimizer.learningRate = 0.25;
    expect(optimizer.learningRate.item()).toBe(0.25);
    const rate = mx.array(0.125);
    optimizer.learningRate = rate;
    optimizer.learningRate = 1;
    expect(rate.item()).toBe(0.125);
  });

  test("changes without a new trace", () => {
    const optimizer = new SGD(1);
    let traces = 0;
    const step = mx.compile(
      (w: MLXArray) => {
        traces++;
        return optimizer.applyGradients({ w: mx.ones([1]) }, { w }).w as MLXArray;
      },
      { state: optimizer.init({ w: mx.zeros([1]) }) },
    );
    expect(step(mx.zeros([1])).item()).toBe(-1);
    optimizer.learningRate = 3;
    expect(step(mx.zeros([1])).item()).toBe(-3);
    if (has("tracing")) expect(traces).toBe(1);
    expect(optimizer.step.item()).toBe(2);
  });

  test("may be one of several arrays that a schedule chooses from", () => {
    const rates = [mx.array(1), mx.array(2)];
    let calls = 0;
    const optimizer = new SGD(() => rates[calls++ % 2] as MLXArray);
    let w: MLXArray = mx.zeros([1]);
    for (let i = 0; i < 4; i++) {
      w = optimizer.applyGradients({ w: mx.ones([1]) }, { w }).w as MLXArray;
    }
    expect(w.item()).toBe(-6);
  });
});

describe("the state", () => {
  test("is a tree like the parameters', beside the optimizer's own scalars", () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), nn.relu, new nn.Linear(2, 1));
    const optimizer = new Adam(0.1).init(model.trainableParameters());
    expect(names(optimizer.state)).toEqual([
      "step",
      "learningRate",
      "layers.0.weight.m",
      "layers.0.weight.v",
      "layers.0.bias.m",
      "layers.0.bias.v",
      "layers.2.weight.m",
      "layers.2.weight.v",
      "layers.2.bias.m",
      "layers.2.bias.v",
    ]);
    expect(optimizer.step.dtype).toBe("uint64");
    const own = mx.arraysIn(optimizer.state);
    expect(mx.arraysIn(optimizer).every((array, i) => array === own[i])).toBe(true);
  });

  test("grows when more parameters are trained", () => {
    const optimizer = new SGD(0.1, { momentum: 0.5 });
    optimizer.init({ a: mx.ones([1]) }).init({ a: mx.ones([1]), b: [mx.ones([1])] });
    expect(names(optimizer.state)).toEqual(["step", "learningRate", "a.v", "b.0.v"]);
  });

  test("survives the scope that made it", () => {
    const optimizer = mx.tidy(() => {
      const inner = new Adam(0.1).init({ w: mx.ones([2]) });
      inner.applyGradients({ w: mx.ones([2]) }, { w: mx.ones([2]) });
      return inner;
    });
    expect(mx.tidy(() => optimizer.step).item()).toBe(1);
    const later = new Adam(0.1);
    mx.tidy(() => void later.applyGradients({ w: mx.ones([2]) }, { w: mx.ones([2]) }));
    expect(later.learningRate.item()).toBeCloseTo(0.1);
    expect(mx.treeFlatten(later.state)).toHaveLength(4);
  });

  test("may be used before it is initialised in a compiled step, at the price of a second trace", () => {
    const model = new nn.Linear(2, 1);
    const optimizer = new Adam(0.1);
    let traces = 0;
    const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) => mx.sum(model.forward(x)));
    const step = mx.compile(
      (x: MLXArray) => {
        traces++;
        const [loss, grads] = lossAndGrad(x);
        optimizer.update(model, grads);
        return loss;
      },
      { state: [model, optimizer] },
    );
    const losses = [0, 1, 2, 3].map(() => step(mx.ones([1, 2])).item());
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(optimizer.step.item()).toBe(4);
    if (has("tracing")) expect(traces).toBe(2);
  });
});

describe("update", () => {
  const start = () => {
    const model = new nn.Linear(2, 1);
    const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) => mx.sum(model.forward(x)));
    return { model, optimizer: new SGD(0.5), grads: lossAndGrad(mx.ones([1, 2]))[1] };
  };

  test("moves the trainable parameters and leaves the frozen ones", () => {
    const { model, optimizer, grads } = start();
    const [weight, bias] = [model.weight.tolist<number[][]>(), model.bias?.item() ?? 0];
    model.freeze({ keys: "bias" });
    optimizer.update(model, { weight: grads.weight as MLXArray });
    expect(model.weight.tolist()).toEqual([(weight[0] ?? []).map((w) => Math.fround(w - 0.5))]);
    expect(model.bias?.item()).toBe(bias);
  });

  test("keeps what was passed to mx.keep", () => {
    const { model, optimizer, grads } = start();
    optimizer.update(model, grads);
    const kept = mx.keep(model.parameters());
    optimizer.update(model, { weight: mx.ones([1, 2]), bias: mx.ones([1]) });
    expect((kept.weight as MLXArray).isReleased).toBe(false);
  });

  test("releases the parameters that it made and replaced, and says so", () => {
    const { model, optimizer, grads } = start();
    optimizer.update(model, grads);
    const { weight } = model;
    optimizer.update(model, { weight: mx.ones([1, 2]) });
    expect(() => weight.tolist()).toThrow(
      "[tolist] this array was released by SGD.update(), which replaced it; return it from the scope or pass it to mx.keep() to use it later",
    );
  });

  test("refuses gradients without a parameter, and leaves model and state as they were", () => {
    const { model, optimizer, grads } = start();
    optimizer.update(model, grads);
    expect(() => optimizer.update(model, { scale: mx.ones([1]) })).toThrow(
      '[SGD.update] there is a gradient for "scale", but no parameter of this name',
    );
    expect(() => optimizer.update(model, 5 as never)).toThrow(
      "[SGD.update] a tree of arrays was expected, got 5",
    );
    expect(() => optimizer.update(model, { bias: mx.ones([3, 2]), weight: mx.ones([7]) })).toThrow(
      '[SGD.update] the gradient of "weight" has shape [7], the parameter has [1,2]',
    );
    expect(() => optimizer.update(grads as never, model as never)).toThrow(
      "[SGD.update] a model was expected, got { weight, bias }; the call is update(model, gradients)",
    );
    expect(optimizer.step.item()).toBe(1);
  });
});

describe("a saved state", () => {
  test("is resumed bit by bit", () => {
    const file = join(folder, "adam.safetensors");
    const step = (optimizer: Optimizer) =>
      mx
        .arraysIn(optimizer.applyGradients({ w: mx.array([0.3, -2]) }, { w: mx.array([1, 2]) }))
        .map((array) => array.tolist());
    const first = new Adam(0.01, { biasCorrection: true });
    step(first);
    first.saveState(file);
    const second = new Adam(0.01, { biasCorrection: true }).loadState(file);
    expect(names(second.state).sort()).toEqual(names(first.state).sort());
    expect(step(second)).toEqual(step(first));
  });

  test("may be assigned as a tree, which stays the caller's", () => {
    const optimizer = new SGD(0.1, { momentum: 0.5 });
    const state = { step: mx.array(7, "uint64"), learningRate: mx.array(0.5) };
    optimizer.state = state;
    optimizer.applyGradients({ w: mx.ones([1]) }, { w: mx.ones([1]) });
    expect(optimizer.step.item()).toBe(8);
    expect(Object.keys(state)).toEqual(["step", "learningRate"]);
    expect(state.step.item()).toBe(7);
  });

  test("of another optimizer is refused", () => {
    const optimizer = new Adam(0.1);
    optimizer.state = new SGD(0.1).init({ w: mx.ones([1]) }).state;
    expect(() => optimizer.applyGradients({ w: mx.ones([1]) }, { w: mx.ones([1]) })).toThrow(
      '[Adam] the state of a parameter has no "m"; it is the state of another optimizer',
    );
    optimizer.state = new Adam(0.1).init({ w: mx.ones([2, 3]) }).state;
    expect(() => optimizer.applyGradients({ w: mx.ones([5]) }, { w: mx.ones([5]) })).toThrow(
      '[Adam.update] the state of "w" is of another shape than the parameter, which has [5]',
    );
    optimizer.state = {};
    expect(() => optimizer.step).toThrow('[Adam] the state has no array "step", which it needs');
  });
});

describe("a subclass", () => {
  class SignDescent extends Optimizer {
    constructor(learningRate: number) {
      super();
      this.maybeSchedule("learningRate", learningRate);
    }
    initSingle(): void {}
    applySingle(gradient: MLXArray, parameter: MLXArray): MLXArray {
      return mx.subtract(parameter, mx.multiply(this.learningRate, mx.sign(gradient)));
    }
  }

  test("needs two methods", () => {
    const updated = new SignDescent(2).applyGradients({ w: mx.array([3, -4]) }, { w: mx.zeros(2) });
    expect((updated.w as MLXArray).tolist()).toEqual([-2, 2]);
  });

  test("may put scalars of its own on schedules", () => {
    class Shrinking extends Optimizer {
      constructor(schedulers: Record<string, Schedule>) {
        super({ schedulers });
      }
      initSingle(): void {}
      applySingle(_gradient: MLXArray, parameter: MLXArray): MLXArray {
        return mx.multiply(parameter, this.state.shrinkBy as MLXArray);
      }
    }
    const optimizer = new Shrinking({ shrinkBy: optim.exponentialDecay(0.5, 0.5) });
    expect(names(optimizer.state)).toEqual(["step", "shrinkBy"]);
    let w: MLXArray = mx.array([8]);
    for (let i = 0; i < 2; i++) {
      w = optimizer.applyGradients({ w: mx.ones([1]) }, { w }).w as MLXArray;
    }
    expect(w.item()).toBe(1);
  });
});

describe("optimizers refuse", () => {
  test.each<[string, () => unknown]>([
    [
      "[Adam] learningRate must be a number, an array or a schedule, got undefined",
      () => new Adam({}),
    ],
    [
      '[SGD] learningRate must be a number, an array or a schedule, got "0.1"',
      () => new SGD("0.1" as never),
    ],
    [
      "[SGD] the schedule of learningRate returned 0.1, it must return an array",
      () => new SGD((() => 0.1) as never),
    ],
    [
      "[Adam] betas[1] is 1, it must be at least 0 and below 1",
      () => new Adam(0.1, { betas: [0.9, 1] }),
    ],
    [
      "[Adam] betas must be a list of two numbers, got 0.9",
      () => new Adam(0.1, { betas: 0.9 as never }),
    ],
    [
      '[Adam] betas[1] must be a number, got "0.9"',
      () => new Adam(0.1, { betas: [0.9, "0.9" as never] }),
    ],
    ["[Adam] eps is -1, it must be a number of at least 0", () => new Adam(0.1, { eps: -1 })],
    ["[AdamW] betas[0] is -1, it must be at least 0 and below 1", () => new AdamW(0.1, [-1, 0])],
    [
      '[Adamax] there is no option "biasCorrection"; the options are betas, eps',
      () => new optim.Adamax(0.1, { biasCorrection: true } as never),
    ],
    [
      "[Lion] betas[1] is 1, it must be at least 0 and below 1",
      () => new optim.Lion(0.1, [0.9, 1]),
    ],
    ["[RMSprop] alpha is -1, it must be a number of at least 0", () => new optim.RMSprop(0.1, -1)],
    ["[RMSprop] eps is 0, it must be above 0", () => new optim.RMSprop(0.1, { eps: 0 })],
    ["[Adagrad] eps is 0, it must be above 0", () => new optim.Adagrad(0.1, 0)],
    ["[AdaDelta] rho is -1, it must be a number of at least 0", () => new optim.AdaDelta(0.1, -1)],
    ["[AdaDelta] eps is -1, it must be above 0", () => new optim.AdaDelta(0.1, { eps: -1 })],
    [
      "[Muon] nsSteps is 2.5, it must be an integer of at least 0",
      () => new optim.Muon(0.1, { nsSteps: 2.5 }),
    ],
    [
      "[Muon] nesterov must be true or false, got 1",
      () => new optim.Muon(0.1, { nesterov: 1 as never }),
    ],
    [
      "[Adafactor] eps must be a list of two numbers, got 0.1",
      () => new optim.Adafactor({ eps: 0.1 as never }),
    ],
    [
      '[Adafactor] beta1 must be a number, got "0.9"',
      () => new optim.Adafactor({ beta1: "0.9" as never }),
    ],
    [
      '[Adafactor] the state has no array "learningRate", which it needs; set it or give it to the constructor',
      () =>
        new optim.Adafactor({ relativeStep: false }).applyGradients(
          { w: mx.ones([1]) },
          { w: mx.ones([1]) },
        ),
    ],
    [
      '[AdamW] weightDecay must be a number, got "0"',
      () => new AdamW(0.1, { weightDecay: "0" as never }),
    ],
    [
      '[AdamW] there is no option "decay"; the options are betas, eps, weightDecay, biasCorrection',
      () => new AdamW(0.1, { decay: 1 } as never),
    ],
    [
      "[SGD] nesterov was given with momentum 0 and dampening 0, it needs a momentum above 0 and no dampening",
      () => new SGD(0.1, { nesterov: true }),
    ],
    [
      '[Adam.init] a parameter is named "step", which the optimizer\'s own state holds; rename it',
      () => new Adam(0.1).init({ step: mx.ones([1]) }),
    ],
    [
      "[Adam.init] a tree of arrays was expected, got a Linear; pass its trainableParameters()",
      () => new Adam(0.1).init(new nn.Linear(1, 1) as never),
    ],
    ["[SGD] learningRate is NaN, it must be finite", () => new SGD(NaN)],
    ["[SGD] learningRate has shape [2], it must be a scalar", () => new SGD(mx.array([0.1, 0.2]))],
    [
      "[SGD] the schedule of learningRate returned 0.1, it must return an array; compute it from the step by functions of mx",
      () => new SGD((() => 0.1) as never),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
