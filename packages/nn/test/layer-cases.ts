// Layers held to what goldens/layer_cases.py computed: printing, first weights from a seed, and, in float32
// and bfloat16, outputs, gradients by weights and inputs, and three steps of descent; some compiled too.

import type { DType, MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, expectClose, expectTree, type Golden, type Goldens, goldens } from "./goldens.js";

interface LayerGolden {
  readonly text: string;
  readonly parameters: Goldens;
  readonly inputs: readonly Golden[];
  /** What the outputs are weighted with in the loss. */
  readonly weights: readonly Golden[];
  readonly float32: Computed;
  readonly bfloat16: Computed;
}

/** What a layer computes in one dtype. */
interface Computed {
  readonly outputs: readonly Golden[];
  /** The parameters that a call changes: running statistics. */
  readonly moved: Goldens;
  readonly loss: Golden;
  readonly gradients: Goldens;
  /** By the number of the input; those of integers have none. */
  readonly input_gradients: Goldens;
  readonly trained: Goldens;
}

/** A layer, and how it is called. */
export interface LayerCase {
  make(): nn.Module;
  call(...inputs: MLXArray[]): MLXArray | readonly MLXArray[];
}

/** A case whose layer is made anew for each test. */
export const layerCase =
  <M extends nn.Module>(
    make: () => M,
    call: (layer: M, ...inputs: MLXArray[]) => MLXArray | readonly MLXArray[],
  ): (() => LayerCase) =>
  () => {
    const layer = make();
    return { make: () => layer, call: (...inputs) => call(layer, ...inputs) };
  };

const listed = (out: MLXArray | readonly MLXArray[]): readonly MLXArray[] =>
  out instanceof mx.MLXArray ? [out] : out;

/** How far a step of descent goes, as in goldens/layer_cases.py. */
const RATE = 0.05;

/** One step of descent. */
function descend(layer: nn.Module, gradients: nn.ParameterTree): void {
  const steps = new Map(mx.treeFlatten(gradients));
  const moved = mx.treeFlatten(layer.trainableParameters()).map(([key, old]) => {
    const step = steps.get(key);
    return [key, step ? mx.subtract(old, mx.multiply(RATE, step)) : old] as const;
  });
  layer.update(mx.treeUnflatten(moved) as nn.ParameterTree);
}

/** Tests every case of a golden file, and some compiled, since engines build kernels for these. */
export function testLayers(
  url: string,
  name: string,
  layers: Readonly<Record<string, () => LayerCase>>,
  compiled: readonly string[],
): void {
  const cases = goldens<LayerGolden>(url, name);

  test("every layer that Python computed is tested here", () => {
    expect(Object.keys(layers).sort()).toEqual(Object.keys(cases).sort());
  });

  describe.each(Object.entries(cases))("%s", (title, golden) => {
    const make = (dtype: DType = "float32") => {
      mx.random.seed(0);
      const { make: layerOf, call } = (layers[title] as () => LayerCase)();
      return { layer: layerOf().setDtype(dtype), call };
    };
    const inputs = (dtype: DType = "float32") =>
      golden.inputs.map((input) =>
        input.dtype === "float32" ? arrayOf(input).astype(dtype) : arrayOf(input),
      );
    const lossOf =
      (call: LayerCase["call"]) =>
      (...xs: MLXArray[]): MLXArray =>
        listed(call(...xs))
          .map((out, i) => {
            const weight = arrayOf(golden.weights[i] as Golden).astype(out.dtype);
            return mx.sum(mx.multiply(out, weight));
          })
          .reduce((a, b) => mx.add(a, b));
    const expectOutputs = (outputs: readonly MLXArray[], wanted: readonly Golden[]) => {
      expect(outputs.length).toBe(wanted.length);
      outputs.forEach((out, i) => {
        expectClose(out, wanted[i] as Golden, `output ${i}`);
      });
    };
    const expectMoved = (layer: nn.Module, moved: Goldens) => {
      const now = new Map(
        mx.treeFlatten(layer.parameters()).map(([key, array]) => [mx.fileName(key), array]),
      );
      for (const [key, wanted] of Object.entries(moved)) {
        expectClose(now.get(key) as MLXArray, wanted, `${key} after a call`);
      }
    };

    test("prints as in Python", () => {
      // Python shows a function's address.
      const upToFunction = (text: string) => text.split("nonlinearity=")[0];
      expect(upToFunction(String(make().layer))).toBe(upToFunction(golden.text));
    });

    test("starts from Python's weights for the same seed", () => {
      const parameters = mx.treeFlatten(make().layer.parameters());
      const names = parameters.map(([key]) => mx.fileName(key));
      expect(names.sort()).toEqual(Object.keys(golden.parameters).sort());
      for (const [key, array] of parameters) {
        const wanted = golden.parameters[mx.fileName(key)] as Golden;
        expect([array.shape, array.dtype]).toEqual([wanted.shape, wanted.dtype]);
        // Statistics are computed, all others drawn.
        if (key.includes("running")) expectClose(array, wanted, key);
        else expect(array.tolist(), key).toEqual(arrayOf(wanted).tolist());
      }
    });

    // Each compiled case calls the system's C++ compiler: some stand for all.
    if (compiled.includes(title)) {
      test("gives the same compiled", { timeout: 60_000 }, () => {
        const { layer, call } = make();
        mx.random.seed(1);
        const state = [layer, mx.random.state];
        const fast = mx.compile((...xs: MLXArray[]) => listed(call(...xs)), { state });
        expectOutputs(fast(...inputs()), golden.float32.outputs);
        expectMoved(layer, golden.float32.moved);
      });
    }

    for (const dtype of ["float32", "bfloat16"] as const) {
      const wanted = golden[dtype];

      test(`gives Python's outputs in ${dtype}`, () => {
        const { layer, call } = make(dtype);
        mx.random.seed(1);
        expectOutputs(listed(call(...inputs(dtype))), wanted.outputs);
        expectMoved(layer, wanted.moved);
        for (const array of mx.arraysIn(layer)) array.dispose();
      });

      test(`gives Python's gradients in ${dtype}`, () => {
        const { layer, call } = make(dtype);
        for (const [i, gradient] of Object.entries(wanted.input_gradients)) {
          mx.random.seed(1);
          const byInput = mx.grad(lossOf(call), Number(i))(...inputs(dtype));
          expectClose(byInput, gradient, `gradient by input ${i}`);
        }
        if (Object.keys(wanted.gradients).length === 0) return;
        mx.random.seed(1);
        const [loss, gradients] = nn.valueAndGrad(layer, lossOf(call))(...inputs(dtype));
        expectClose(loss, wanted.loss, "loss");
        expectTree(gradients, wanted.gradients, "gradients");
      });

      if (Object.keys(wanted.trained).length === 0) continue;
      test(`trains to Python's weights in three steps in ${dtype}`, () => {
        const { layer, call } = make(dtype);
        const lossAndGrad = nn.valueAndGrad(layer, lossOf(call));
        mx.random.seed(2);
        for (let i = 0; i < 3; i++) descend(layer, lossAndGrad(...inputs(dtype))[1]);
        expectTree(layer.trainableParameters(), wanted.trained, "trained");
        for (const array of mx.arraysIn(layer)) array.dispose();
      });
    }
  });
}
