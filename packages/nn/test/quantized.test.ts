// Quantized layers bit for bit against Python's, models packed layer by layer, and what is refused.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import {
  arrayOf,
  camelKeys,
  expectClose,
  expectTree,
  type Golden,
  type Goldens,
  goldenPath,
  goldens,
} from "./goldens.js";

interface PackedGolden {
  readonly options: { readonly mode: QuantizationMode };
  readonly text: string;
  readonly embedding_text: string;
  readonly parameters: Goldens;
  readonly output: Golden;
  /** Of the sum of the outputs' squares. */
  readonly gradients: Goldens;
  readonly input_gradient: Golden;
  /** After three steps of descent. */
  readonly trained: Goldens;
  readonly rows: Golden;
  readonly as_linear: Golden;
  readonly as_linear_gradient: Golden;
}

/** Expects the very numbers of Python. */
function expectEqual(actual: MLXArray, golden: Golden, what: string): void {
  expect(actual.shape, what).toEqual(golden.shape);
  expect(actual.dtype, what).toBe(golden.dtype);
  const isFloat = golden.dtype.includes("float");
  const wide = (array: MLXArray) => array.flatten().astype(isFloat ? "float32" : golden.dtype);
  // What stands in the file names a float of this dtype; integers of 32 bits are no float32.
  const wanted = isFloat ? [...wide(arrayOf(golden)).toTypedArray()] : golden.data;
  expect([...wide(actual).toTypedArray()], what).toEqual(wanted);
}

function expectSame(module: nn.Module, wanted: Goldens): void {
  const parameters = mx.treeFlatten(module.parameters());
  expect(parameters.map(([name]) => mx.fileName(name)).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, array] of parameters) {
    expectEqual(array, wanted[mx.fileName(name)] as Golden, name);
  }
}

const given = goldens<Golden>(import.meta.url, "quantized_inputs");
const arrayFor = (name: string) => arrayOf(given[name] as Golden);

describe.each(Object.entries(goldens<PackedGolden>(import.meta.url, "quantized")))(
  "%s",
  (_title, golden) => {
    const { dtype } = golden.output;
    const options = camelKeys(golden.options) as nn.ToQuantizedOptions;
    const linear = () => {
      const layer = new nn.Linear(128, 4);
      layer.update({ weight: arrayFor("weight"), bias: arrayFor("bias") });
      return layer.setDtype(dtype).toQuantized(options) as nn.QuantizedLinear;
    };
    const embedding = () => {
      const layer = new nn.Embedding(4, 128);
      layer.update({ weight: arrayFor("weight") });
      return layer.setDtype(dtype).toQuantized(options);
    };

    test("prints as in Python", () => {
      expect(String(linear())).toBe(golden.text);
      expect(String(embedding())).toBe(golden.embedding_text);
    });

    test("packs to Python's bits, frozen but for the bias", () => {
      expectSame(linear(), golden.parameters);
      const trainable = mx.treeFlatten(linear().trainableParameters()).map(([name]) => name);
      expect(trainable).toEqual(Object.keys(golden.trained));
    });

    test("gives Python's outputs bit for bit", () => {
      expectEqual(linear().forward(arrayFor("x").astype(dtype)), golden.output, "linear");
      const table = embedding();
      const ids = arrayFor("ids").astype("int32");
      expectEqual(table.forward(ids), golden.rows, "rows");
      expectEqual(table.asLinear(arrayFor("x").astype(dtype)), golden.as_linear, "as linear");
    });

    test("gives Python's gradients, by the input too", () => {
      const squares = (y: MLXArray) => mx.sum(mx.square(y));
      const x = arrayFor("x").astype(dtype);
      const layer = linear();
      const loss = (x: MLXArray) => squares(layer.forward(x));
      expectTree(nn.valueAndGrad(layer, loss)(x)[1], golden.gradients, "gradients");
      expectClose(mx.grad(loss)(x), golden.input_gradient, "gradient");
      const table = embedding();
      const byInput = mx.grad((x: MLXArray) => squares(table.asLinear(x)))(x);
      expectClose(byInput, golden.as_linear_gradient, "gradient as linear");
    });

    test("trains what is not packed to Python's numbers in three steps", () => {
      const layer = linear();
      const x = arrayFor("x").astype(dtype);
      const lossAndGrad = nn.valueAndGrad(layer, (x: MLXArray) =>
        mx.sum(mx.square(layer.forward(x))),
      );
      for (let i = 0; i < 3; i++) {
        const { bias } = lossAndGrad(x)[1] as { bias: MLXArray };
        layer.update({ bias: mx.subtract(layer.bias as MLXArray, mx.multiply(0.1, bias)) });
      }
      expectTree(layer.trainableParameters(), golden.trained, "trained");
    });

    test("unpacks to layers near to what was packed", () => {
      const model = new nn.Sequential(linear());
      const [packed] = model.layers as [nn.QuantizedLinear];
      const x = arrayFor("x").astype(dtype);
      const before = packed.forward(x);
      const [unpacked] = nn.dequantize(model).layers as [nn.Linear];
      expect(unpacked).toBeInstanceOf(nn.Linear);
      expect(unpacked.weight.shape).toEqual([4, 128]);
      const difference = mx.max(mx.abs(mx.subtract(unpacked.forward(x), before))).item();
      // A packed product sums 128 numbers in float32, another in its dtype.
      expect(difference).toBeLessThan(dtype === "bfloat16" ? 0.4 : 1e-4);
      expect(Object.keys(unpacked.trainableParameters())).toEqual(["weight", "bias"]);
    });
  },
);

interface BothGolden {
  readonly text: string;
  readonly packed_text: string;
  readonly parameters: Goldens;
  readonly packed: Goldens;
  readonly unpacked: Goldens;
  readonly input: Golden;
  readonly output: Golden;
}

describe.each(Object.entries(goldens<BothGolden>(import.meta.url, "quantized_both")))(
  "inputs packed too, %s",
  (mode, golden) => {
    test("packs in evaluation, unpacks for training, as in Python", () => {
      mx.random.seed(0);
      const linear = new nn.Linear(64, 3, { bias: false });
      const layer = linear.toQuantized({ mode: mode as QuantizationMode, quantizeInput: true });
      expect(layer).toBeInstanceOf(nn.QQLinear);
      expect(String(layer)).toBe(golden.text);
      expectSame(layer, golden.parameters);
      mx.tidy(() => {
        new nn.Sequential(layer).eval();
      });
      expect(String(layer)).toBe(golden.packed_text);
      expectSame(layer, golden.packed);
      expectEqual(layer.forward(arrayOf(golden.input)), golden.output, "output");
      layer.train();
      expectSame(layer, golden.unpacked);
    });
  },
);

/** The model that the goldens' script packs. */
class Model extends nn.Module {
  embedding: nn.Module & { forward(ids: MLXArray): MLXArray } = new nn.Embedding(8, 64);
  layers: nn.Layer[] = [new nn.Linear(64, 64, false), new nn.Linear(64, 32)];
  outProj: nn.Layer = new nn.Linear(32, 2);

  forward(ids: MLXArray): MLXArray {
    const hidden = this.layers.reduce(
      (x, layer) => nn.relu(layer.forward(x)),
      this.embedding.forward(ids),
    );
    return this.outProj.forward(hidden);
  }
}

const choice: nn.ClassPredicate = (path) => {
  if (path === "outProj") return false;
  return path === "layers.1" ? { groupSize: 32, bits: 8, mode: "mxfp8" } : true;
};

describe("a model", () => {
  const golden = JSON.parse(JSON.stringify(goldens(import.meta.url, "quantized_model"))) as {
    text: string;
    names: string[];
    output: Golden;
    next_draw: Golden;
  };
  const file = goldenPath(import.meta.url, "quantized.safetensors");
  const tokens = () => mx.array([[1, 7, 0]], "int32");

  test("is packed as in Python, from the same seed and to the same next draw", () => {
    mx.random.seed(6);
    const model = nn.quantize(new Model(), 32, 4, { classPredicate: choice });
    expect(String(model)).toBe(golden.text);
    const names = mx.treeFlatten(model.parameters()).map(([name]) => mx.fileName(name));
    expect(names).toEqual(golden.names);
    expectClose(model.forward(tokens()), golden.output, "output");
    expectClose(mx.random.uniform({ shape: [2] }), golden.next_draw, "next draw");
  });

  test("takes Python's packed weights, and saves them again", () => {
    const make = () => nn.quantize(new Model(), { groupSize: 32, bits: 4, classPredicate: choice });
    const model = make().loadWeights(file);
    expectClose(model.forward(tokens()), golden.output, "output");
    const folder = mkdtempSync(join(tmpdir(), "quantized-"));
    try {
      const ours = join(folder, "model.safetensors");
      model.saveWeights(ours);
      const again = make().loadWeights(ours);
      expect(again.forward(tokens()).tolist()).toEqual(model.forward(tokens()).tolist());
      expect(Object.keys(mx.load(ours)).sort()).toEqual(golden.names.slice().sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("is packed for good inside a scope", () => {
    const model = new Model();
    mx.tidy(() => {
      nn.quantize(model, { groupSize: 32 });
    });
    expect(model.forward(tokens()).shape).toEqual([1, 3, 2]);
  });

  test("trains what is added to packed layers", () => {
    class Lora extends nn.Module {
      a = mx.random.normal([64, 2]);
      b = mx.zeros([2, 8]);
      constructor(readonly linear: nn.Layer) {
        super();
      }
      forward(x: MLXArray): MLXArray {
        return mx.add(this.linear.forward(x), mx.matmul(mx.matmul(x, this.a), this.b));
      }
    }
    const packed = new nn.Linear(64, 8, false).toQuantized(32, 4);
    const model = new nn.Sequential(new Lora(packed), new Lora(new nn.Linear(8, 64).freeze()));
    (model.layers[1] as Lora).update({ a: mx.ones([8, 2]), b: mx.ones([2, 64]) });
    const loss = (x: MLXArray) => mx.sum(model.forward(x));
    const [, gradients] = nn.valueAndGrad(model, loss)(mx.ones([1, 64]));
    const names = mx.treeFlatten(gradients).map(([name]) => name);
    expect(names).toEqual(["layers.0.a", "layers.0.b", "layers.1.a", "layers.1.b"]);
  });

  test("stays as it is when a layer cannot be packed", () => {
    const model = new nn.Sequential(new nn.Linear(64, 64), new nn.Linear(40, 8));
    const pack = () => nn.quantize(model, { groupSize: 32 });
    expect(pack).toThrow(RangeError);
    expect(pack).toThrow(
      '[nn.quantize] "layers.1" cannot be packed: [QuantizedLinear] the weight has shape [8,40], groups of 32 do not divide its rows of 40',
    );
    expect(pack).toThrow(expect.objectContaining({ code: "SHAPE" }));
    expect(model.layers[0]).toBeInstanceOf(nn.Linear);
  });
});

describe("layers refuse", () => {
  test.each<[string, () => unknown, string]>([
    ["another mode", () => new nn.QuantizedLinear(64, 8, { mode: "int4" as never }), "mode is"],
    [
      "bits that the mode lacks",
      () => new nn.QuantizedLinear(64, 8, true, 64, 7),
      '[QuantizedLinear] bits is 7, for mode "affine" it must be one of 1, 2, 3, 4, 5, 6, 8',
    ],
    [
      "groups that the mode lacks",
      () => new nn.QuantizedEmbedding(4, 64, { groupSize: 64, mode: "mxfp4" }),
      '[QuantizedEmbedding] groupSize is 64, for mode "mxfp4" it must be one of 32',
    ],
    [
      "rows that groups do not divide",
      () => new nn.Embedding(4, 48).toQuantized(),
      "the weight has shape [4,48], groups of 64 do not divide its rows of 48",
    ],
    [
      "packed inputs of an embedding",
      () => new nn.Embedding(4, 64).toQuantized({ quantizeInput: true }),
      "[Embedding] quantizeInput is true",
    ],
    [
      "packed inputs with a bias",
      () => new nn.Linear(64, 4).toQuantized({ quantizeInput: true, mode: "nvfp4" }),
      "[QQLinear] the layer has a bias",
    ],
    [
      "packed inputs in another mode",
      () => new nn.Linear(64, 4, false).toQuantized({ quantizeInput: true }),
      '[QQLinear] mode is "affine"',
    ],
    ["an unknown option", () => nn.quantize(new Model(), { group: 32 } as never), '"group"'],
    ["what is no module", () => nn.quantize({} as never), "[nn.quantize] a module was expected"],
    [
      "layers that cannot be packed",
      () => nn.quantize(new nn.Sequential(new nn.ReLU()), { classPredicate: () => true }),
      '"layers.0" is a ReLU, which cannot be packed',
    ],
    [
      "predicates that answer otherwise",
      () => nn.quantize(new Model(), { classPredicate: (() => "yes") as never }),
      "classPredicate must return true, false or options",
    ],
  ])("%s", (_what, call, message) => {
    expect(call).toThrow(message);
  });
});
