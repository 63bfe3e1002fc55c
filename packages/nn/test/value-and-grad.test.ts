// nn.valueAndGrad: which gradients, what stays in the model, and what happens on errors.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import * as nn from "../src/index.js";

/** Centres its input by a running mean that it keeps, as batch normalisation does. */
class Centre extends nn.Module {
  scale = mx.ones([2]);
  runningMean = mx.zeros([2]);

  constructor() {
    super();
    this.freeze({ keys: "runningMean" });
  }

  forward(x: MLXArray): MLXArray {
    const mean = mx.mean(x, 0);
    this.runningMean = mx.add(mx.multiply(this.runningMean, 0.5), mx.multiply(mean, 0.5));
    return mx.multiply(mx.subtract(x, mean), this.scale);
  }
}

const batch = () =>
  mx.array([
    [1, 2],
    [3, 6],
  ]);

describe("nn.valueAndGrad", () => {
  test("gives gradients of the trainable parameters only", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), nn.relu, new nn.Linear(3, 1));
    model.layers.forEach((layer, i) => {
      if (i === 0 && layer instanceof nn.Linear) layer.freeze();
    });
    const [value, grads] = nn.valueAndGrad(model, (x: MLXArray) => mx.sum(model.forward(x)))(
      batch(),
    );
    expect(value.shape).toEqual([]);
    expect(mx.treeFlatten(grads).map(([name, g]) => [name, g.shape])).toEqual([
      ["layers.2.weight", [1, 3]],
      ["layers.2.bias", [1]],
    ]);
  });

  test("leaves the model's own arrays in place", () => {
    const model = new nn.Linear(2, 1);
    const { weight, bias } = model;
    nn.valueAndGrad(model, (x: MLXArray) => mx.sum(model.forward(x)))(batch());
    expect(model.weight).toBe(weight);
    expect(model.bias).toBe(bias);
  });

  test("passes further results through", () => {
    const model = new nn.Linear(2, 1);
    const [[loss, outputs]] = nn.valueAndGrad(model, (x: MLXArray): [MLXArray, MLXArray] => {
      const y = model.forward(x);
      return [mx.sum(y), y];
    })(batch());
    expect(outputs.sum().item()).toBeCloseTo(loss.item(), 5);
  });

  test("keeps state that the function leaves in the model", () => {
    const model = new Centre();
    const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) =>
      mx.sum(mx.square(model.forward(x))),
    );
    for (let i = 0; i < 3; i++) {
      const [loss, grads] = mx.tidy(() => lossAndGrad(batch()));
      expect(loss.item()).toBe(10);
      expect((grads.scale as MLXArray).tolist()).toEqual([4, 16]);
      expect(Object.keys(grads)).toEqual(["scale"]);
    }
    expect(model.runningMean.tolist()).toEqual([1.75, 3.5]);
    expect(model.scale.tolist()).toEqual([1, 1]);
  });

  test("releases such state when the function replaces it", () => {
    const model = new Centre();
    const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) => mx.sum(model.forward(x)));
    const counts = [0, 1, 2, 3, 4].map(() => {
      mx.tidy(() => void lossAndGrad(batch()));
      mx.eval(model);
      return liveNow();
    });
    // The first mean was the caller's.
    expect(counts.slice(1)).toEqual(counts.slice(1).map(() => counts[1]));
    const { runningMean } = model;
    mx.tidy(() => void lossAndGrad(batch()));
    expect(() => runningMean.tolist()).toThrow(
      "released by nn.valueAndGrad, whose function replaced it",
    );
  });

  test("keeps such state in a compiled function", () => {
    const model = new Centre();
    const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) =>
      mx.sum(mx.square(model.forward(x))),
    );
    const compiled = mx.compile((x: MLXArray) => lossAndGrad(x)[0], { state: model });
    for (let i = 0; i < 3; i++) expect(compiled(batch()).item()).toBe(10);
    expect(model.runningMean.tolist()).toEqual([1.75, 3.5]);
  });

  test("keeps weights that the function itself replaces", () => {
    const model = new nn.Linear(2, 1, { bias: false });
    nn.valueAndGrad(model, (x: MLXArray) => {
      const y = mx.sum(model.forward(x));
      model.weight = mx.stopGradient(mx.zeros([1, 2]));
      return y;
    })(batch());
    expect(model.weight.tolist()).toEqual([[0, 0]]);
  });

  test("leaves the model usable when the function throws", () => {
    const model = new nn.Linear(2, 1);
    const { weight } = model;
    const failing = nn.valueAndGrad(model, (): MLXArray => {
      throw new Error("no batch");
    });
    expect(() => failing()).toThrow("no batch");
    expect(model.weight).toBe(weight);
    expect(model.forward(batch()).shape).toEqual([2, 1]);
  });

  test("leaves the model's state usable when the function throws after it changed it", () => {
    const model = new Centre();
    const failing = nn.valueAndGrad(model, (x: MLXArray): MLXArray => {
      model.forward(x);
      throw new Error("later");
    });
    expect(() => failing(batch())).toThrow("later");
    expect(model.runningMean.tolist()).toEqual([0, 0]);
    // A result that is no scalar is refused after the function has run.
    expect(() => nn.valueAndGrad(model, (x: MLXArray) => model.forward(x))(batch())).toThrow(
      "it must be a scalar",
    );
    expect(model.runningMean.tolist()).toEqual([0, 0]);
  });

  test("refuses what it cannot differentiate", () => {
    const model = new nn.Linear(2, 1);
    expect(() => nn.valueAndGrad({} as never, () => mx.ones([]))).toThrow(
      "[nn.valueAndGrad] a module was expected, got {  }",
    );
    expect(() => nn.valueAndGrad(model, 3 as never)).toThrow(
      "[nn.valueAndGrad] a function was expected, got 3",
    );
    expect(() => nn.valueAndGrad(model, () => model.weight)()).toThrow(
      "[nn.valueAndGrad] the function returned an array of shape [1,2], it must be a scalar",
    );
    model.freeze();
    expect(() => nn.valueAndGrad(model, () => mx.ones([]))()).toThrow(
      "[nn.valueAndGrad] the model has no trainable parameter; call its unfreeze()",
    );
  });
});
