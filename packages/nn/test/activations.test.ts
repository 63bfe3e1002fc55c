// Activations against Python's: values and derivatives, and the modules against the functions.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, camelKeys, expectClose, type Golden, goldens } from "./goldens.js";

interface ActivationCase {
  readonly options: Readonly<Record<string, number>>;
  readonly input: Golden;
  readonly weight: Golden;
  readonly float32: Computed;
  readonly bfloat16: Computed;
}

interface Computed {
  readonly output: Golden;
  readonly gradient: Golden;
}

type Activation = (x: MLXArray, options?: object) => MLXArray;

const functions: Readonly<Record<string, Activation>> = {
  sigmoid: nn.sigmoid,
  relu: nn.relu,
  relu2: nn.relu2,
  relu6: nn.relu6,
  leaky_relu: nn.leakyRelu,
  log_softmax: nn.logSoftmax,
  elu: nn.elu,
  softmax: nn.softmax,
  softplus: nn.softplus,
  softsign: nn.softsign,
  softshrink: nn.softshrink,
  celu: nn.celu,
  silu: nn.silu,
  log_sigmoid: nn.logSigmoid,
  gelu: nn.gelu,
  gelu_approx: nn.geluApprox,
  gelu_fast_approx: nn.geluFastApprox,
  glu: nn.glu,
  step: nn.step,
  selu: nn.selu,
  mish: nn.mish,
  hardswish: nn.hardswish,
  hard_tanh: nn.hardTanh,
  hard_shrink: nn.hardShrink,
  softmin: nn.softmin,
  tanh: nn.tanh,
};

const cases = goldens<ActivationCase>(import.meta.url, "activations");

test("every activation that Python computed is tested here", () => {
  expect(Object.keys(functions).sort()).toEqual(Object.keys(cases).sort());
});

describe.each(Object.entries(cases))("%s", (name, golden) => {
  test.each(["float32", "bfloat16"] as const)(
    "gives Python's values and derivatives in %s",
    (dtype) => {
      const activation = functions[name] as Activation;
      const options = camelKeys(golden.options);
      const x = arrayOf(golden.input).astype(dtype);
      expectClose(activation(x, options), golden[dtype].output, "output");
      const gradient = mx.grad((x: MLXArray) => {
        const out = activation(x, options);
        return mx.sum(mx.multiply(out, arrayOf(golden.weight).astype(out.dtype)));
      })(x);
      expectClose(gradient, golden[dtype].gradient, "gradient");
    },
  );
});

describe("activation modules", () => {
  const modules: readonly [nn.Layer, Activation][] = [
    [new nn.Sigmoid(), nn.sigmoid],
    [new nn.Mish(), nn.mish],
    [new nn.ReLU(), nn.relu],
    [new nn.ReLU2(), nn.relu2],
    [new nn.ReLU6(), nn.relu6],
    [new nn.Softmax(), nn.softmax],
    [new nn.Softplus(), nn.softplus],
    [new nn.Softsign(), nn.softsign],
    [new nn.SiLU(), nn.silu],
    [new nn.LogSoftmax(), nn.logSoftmax],
    [new nn.LogSigmoid(), nn.logSigmoid],
    [new nn.Tanh(), nn.tanh],
    [new nn.Hardswish(), nn.hardswish],
    [new nn.SELU(), nn.selu],
    [new nn.HardTanh(), nn.hardTanh],
    [new nn.Softmin(), nn.softmin],
    [new nn.LeakyReLU(), nn.leakyRelu],
    [new nn.ELU(), nn.elu],
    [new nn.ELU({ alpha: 0.5 }), (x) => nn.elu(x, 0.5)],
    [new nn.CELU(2), (x) => nn.celu(x, { alpha: 2 })],
    [new nn.Softshrink(), nn.softshrink],
    [new nn.HardShrink(0.25), (x) => nn.hardShrink(x, 0.25)],
    [new nn.Step(1), (x) => nn.step(x, 1)],
    [new nn.GLU({ axis: 0 }), (x) => nn.glu(x, 0)],
    [new nn.GELU(), nn.gelu],
    [new nn.GELU("precise"), nn.geluApprox],
    [new nn.GELU("tanh"), nn.geluApprox],
    [new nn.GELU({ approx: "fast" }), nn.geluFastApprox],
  ];

  test.each(modules)("%s computes what its function does", (module, activation) => {
    const x = mx.array([
      [-2, -0.3],
      [0, 1.5],
    ]);
    expect(module.forward(x).tolist()).toEqual(activation(x).tolist());
    expect(mx.arraysIn(module)).toEqual([]);
  });

  test("PReLU learns its slopes", () => {
    const prelu = new nn.PReLU(2, { init: 0.5 });
    const grads = nn.valueAndGrad(prelu, (x: MLXArray) => mx.sum(prelu.forward(x)))(
      mx.array([[-2, 3]]),
    )[1];
    expect((grads.weight as MLXArray).tolist()).toEqual([-2, 0]);
  });

  test("options out of range are refused by name", () => {
    expect(() => new nn.GELU("exact" as never)).toThrow(
      '[GELU] approx must be none, precise, tanh, fast, got "exact"',
    );
    expect(() => nn.leakyRelu(mx.ones([1]), "0.1" as never)).toThrow(
      '[leakyRelu] negativeSlope must be a number, got "0.1"',
    );
    expect(() => nn.elu(mx.ones([1]), { slope: 1 } as never)).toThrow(
      '[elu] there is no option "slope"; the options are alpha',
    );
  });
});
