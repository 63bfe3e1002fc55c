// Mixed precision: weights in float32, computed with in bfloat16 or float16, as in Python.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { describe, expect, test } from "vitest";
import { goldens } from "../../nn/test/goldens.js";
import * as optim from "../src/index.js";
import { batch, MLP } from "./mlp.js";

const golden = goldens<readonly number[]>(import.meta.url, "mixed_precision");
const MINUTE = 60_000;

/** A model whose steps compute in a small dtype, with the loss scaled. */
function trainer(dtype: "bfloat16" | "float16", scale: number, compiled: boolean) {
  mx.random.seed(0);
  const model = new MLP();
  const optimizer = new optim.Adam(1e-3).init(model.trainableParameters());
  const seen: string[] = [];
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray, y: MLXArray) => {
    const logits = nn.withDtype(model, dtype, () => model.forward(x.astype(dtype)));
    seen.push(logits.dtype);
    const loss = nn.losses.crossEntropy(logits.astype("float32"), y, { reduction: "mean" });
    return mx.multiply(loss, scale);
  });
  const step = (x: MLXArray, y: MLXArray): MLXArray => {
    const [loss, grads] = lossAndGrad(x, y);
    optimizer.update(model, optim.accumulateGradients(null, grads, 1 / scale));
    return mx.divide(loss, scale);
  };
  const run = compiled ? mx.compile(step, { state: [model, optimizer] }) : step;
  return { model, optimizer, seen, run };
}

// Logits are rounded to 8 bits in bfloat16, to 11 in float16; sums are taken in another order.
describe.each([
  ["bfloat16", 1, 8e-3],
  ["float16", 1024, 1e-3],
] as const)("training in %s", (dtype, scale, tolerance) => {
  test.each([
    ["eager", false],
    ["compiled", true],
  ])("gives Python's losses, %s", { timeout: MINUTE }, (_kind, compiled) => {
    const { model, optimizer, seen, run } = trainer(dtype, scale, compiled);
    expect(golden[dtype]).toHaveLength(10);
    golden[dtype]?.forEach((wanted, i) => {
      const loss = run(...batch(i % 4)).item<number>();
      expect(Math.abs(loss / wanted - 1), `step ${i + 1}`).toBeLessThan(tolerance);
    });
    expect(new Set(seen)).toEqual(new Set([dtype]));
    const dtypes = new Set(mx.arraysIn([model, optimizer.state]).map((array) => array.dtype));
    expect(dtypes).toEqual(new Set(["float32", "uint64"]));
  });
});

describe("weights in float32", () => {
  test("take steps that are lost in bfloat16", () => {
    const trained = (master: boolean): number => {
      const model = new nn.Linear(1, 1, { bias: false });
      model.weight = mx.keep(mx.array([[1]]));
      if (!master) model.setDtype("bfloat16");
      const optimizer = new optim.SGD(1e-3);
      const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) =>
        mx.sum(nn.withDtype(model, "bfloat16", () => model.forward(x))),
      );
      for (let i = 0; i < 100; i++) {
        optimizer.update(model, lossAndGrad(mx.ones([1, 1], "bfloat16"))[1]);
      }
      return model.weight.item();
    };
    // 1 - 0.001 is 1 in bfloat16.
    expect(trained(false)).toBe(1);
    expect(trained(true)).toBeCloseTo(0.9, 3);
  });
});

describe("a scaled loss", () => {
  test("keeps gradients that float16 has no number for", () => {
    const model = new nn.Linear(1, 1, { bias: false });
    const gradient = (scale: number): number => {
      const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) => {
        const y = nn.withDtype(model, "float16", () => model.forward(x.astype("float16")));
        return mx.multiply(mx.sum(y.astype("float32")), scale * 1e-8);
      });
      const [, grads] = lossAndGrad(mx.ones([1, 1]));
      return mx.divide(grads.weight as MLXArray, scale).item();
    };
    expect(gradient(1)).toBe(0);
    expect(gradient(2 ** 16) / 1e-8).toBeCloseTo(1, 2);
  });

  test("that overflows is told by the gradients' norm", () => {
    const model = new nn.Linear(1, 1, { bias: false });
    const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) => {
      const y = nn.withDtype(model, "float16", () => model.forward(x.astype("float16")));
      return mx.multiply(mx.sum(y.astype("float32")), 1e6);
    });
    const [, grads] = lossAndGrad(mx.ones([1, 1]));
    const [, norm] = optim.clipGradNorm(grads, 1);
    expect(norm.item()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("withDtype", () => {
  const dtypesOf = (model: nn.Module): string[] =>
    mx.arraysIn(model.parameters()).map(({ dtype }) => dtype);

  test("leaves the model's own arrays in it, also after an error", () => {
    const model = new nn.Linear(2, 1);
    const { weight } = model;
    nn.withDtype(model, "bfloat16", () =>
      expect(dtypesOf(model)).toEqual(["bfloat16", "bfloat16"]),
    );
    expect(model.weight).toBe(weight);
    const failing = () => {
      throw new Error("no");
    };
    expect(() => nn.withDtype(model, "float16", failing)).toThrow("no");
    expect(model.weight).toBe(weight);
  });

  test("keeps running statistics, and what they become, in float32", () => {
    const model = new nn.BatchNorm(2);
    const mean = model.runningMean?.tolist();
    const y = nn.withDtype(model, "bfloat16", () =>
      model.forward(mx.random.normal([8, 2]).astype("bfloat16")),
    );
    expect(y.dtype).toBe("bfloat16");
    expect(dtypesOf(model)).toEqual(["float32", "float32", "float32", "float32"]);
    expect(model.runningMean?.tolist()).not.toEqual(mean);
  });

  test("works around and inside nn.checkpoint", () => {
    const model = new nn.Linear(4, 4);
    const x = mx.random.normal([3, 4], { key: mx.random.key(1) }).astype("bfloat16");
    const gradient = (call: (x: MLXArray) => MLXArray): MLXArray => {
      const [, grads] = nn.valueAndGrad(model, (x: MLXArray) => mx.sum(mx.square(call(x))))(x);
      expect((grads.weight as MLXArray).dtype).toBe("float32");
      return grads.weight as MLXArray;
    };
    /** Where a gradient is composed of ops, it is rounded at other places. */
    const expectNear = (got: MLXArray): void => {
      const difference = mx.max(mx.abs(mx.subtract(got, wanted))).item<number>();
      expect(difference / mx.max(mx.abs(wanted)).item<number>()).toBeLessThan(2 ** -7);
    };
    const wanted = gradient((x) => nn.withDtype(model, "bfloat16", () => model.forward(x)));
    const layer = nn.checkpoint(model);
    expectNear(gradient((x) => nn.withDtype(model, "bfloat16", () => layer(x))));
    const inside = nn.checkpoint(model, (x: MLXArray) =>
      nn.withDtype(model, "bfloat16", () => model.forward(x)),
    );
    expectNear(gradient(inside));
  });

  test.each<[string, () => unknown]>([
    ["[nn.withDtype] a module was expected", () => nn.withDtype(3 as never, "float16", () => 0)],
    [
      '[nn.withDtype] dtype must be a float dtype such as "bfloat16", got "int32"',
      () => nn.withDtype(new nn.Identity(), "int32" as never, () => 0),
    ],
    [
      "[nn.withDtype] fn must be a function, got 5",
      () => nn.withDtype(new nn.Identity(), "float16", 5 as never),
    ],
    [
      "[nn.withDtype] the function returned a promise, it must be synchronous",
      () => nn.withDtype(new nn.Identity(), "float16", async () => 0),
    ],
  ])("refuses: %s", (message, call) => {
    expect(call).toThrow(message);
  });
});
