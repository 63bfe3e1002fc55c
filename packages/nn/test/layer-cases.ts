// Layers held to goldens that goldens/make_sequence_goldens.py wrote: printing, first weights from a
// seed, outputs, gradients by weights and inputs, three steps of descent, compiled, and in bfloat16.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, expectClose, expectTree, type Golden, type Goldens, goldens } from "./goldens.js";

interface LayerGolden {
  readonly text: string;
  readonly parameters: Goldens;
  readonly inputs: readonly Golden[];
  readonly weights: readonly Golden[];
  readonly outputs: readonly Golden[];
  readonly loss: Golden;
  readonly gradients: Goldens;
  readonly input_gradients: readonly Golden[];
  readonly trained: Goldens;
  readonly bfloat16?: readonly Golden[];
}

/** A layer, and how it is called; without `call`, its `forward` is. */
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
    const make = () => {
      mx.random.seed(0);
      const { make: layerOf, call } = (layers[title] as () => LayerCase)();
      return { layer: layerOf(), call };
    };
    const inputs = () => golden.inputs.map(arrayOf);
    const lossOf =
      (call: LayerCase["call"]) =>
      (...xs: MLXArray[]): MLXArray =>
        listed(call(...xs))
          .map((out, i) => mx.sum(mx.multiply(out, arrayOf(golden.weights[i] as Golden))))
          .reduce((a, b) => mx.add(a, b));
    const expectOutputs = (outputs: readonly MLXArray[], wanted: readonly Golden[]) => {
      expect(outputs.length).toBe(wanted.length);
      outputs.forEach((out, i) => {
        expectClose(out, wanted[i] as Golden, `output ${i}`);
      });
    };

    test("prints as in Python", () => {
      // Python shows a function's address.
      const upToFunction = (text: string) => text.split("nonlinearity=")[0];
      expect(upToFunction(String(make().layer))).toBe(upToFunction(golden.text));
    });

    test("starts from Python's weights for the same seed", () => {
      const { layer } = make();
      expectTree(layer.parameters(), golden.parameters, "parameters");
    });

    test("gives Python's outputs", () => {
      const { call } = make();
      mx.random.seed(1);
      expectOutputs(listed(call(...inputs())), golden.outputs);
    });

    // Each compiled case calls the system's C++ compiler: some stand for all.
    if (compiled.includes(title)) {
      test("gives the same compiled", { timeout: 60_000 }, () => {
        const { layer, call } = make();
        mx.random.seed(1);
        const state = [layer, mx.random.state];
        const fast = mx.compile((...xs: MLXArray[]) => listed(call(...xs)), { state });
        expectOutputs(fast(...inputs()), golden.outputs);
      });
    }

    test("gives Python's gradients", () => {
      const { layer, call } = make();
      const argnums = golden.inputs.map((_, i) => i);
      mx.random.seed(1);
      const byInputs = mx.grad(lossOf(call), argnums)(...inputs());
      golden.input_gradients.forEach((wanted, i) => {
        expectClose([byInputs].flat()[i] as MLXArray, wanted, `gradient by input ${i}`);
      });
      if (Object.keys(golden.gradients).length === 0) return;
      mx.random.seed(1);
      const [loss, gradients] = nn.valueAndGrad(layer, lossOf(call))(...inputs());
      expectClose(loss, golden.loss, "loss");
      expectTree(gradients, golden.gradients, "gradients");
    });

    test("trains to Python's weights in three steps", () => {
      const { layer, call } = make();
      const lossAndGrad = nn.valueAndGrad(layer, lossOf(call));
      mx.random.seed(2);
      for (let i = 0; i < (Object.keys(golden.trained).length > 0 ? 3 : 0); i++) {
        const [, gradients] = lossAndGrad(...inputs());
        const steps = new Map(mx.treeFlatten(gradients));
        const moved = mx.treeFlatten(layer.parameters()).map(([key, old]) => {
          const step = steps.get(key);
          return [key, step ? mx.subtract(old, mx.multiply(0.01, step)) : old] as const;
        });
        layer.update(mx.treeUnflatten(moved) as nn.ParameterTree);
      }
      expectTree(layer.parameters(), golden.trained, "trained");
      for (const array of mx.arraysIn(layer)) array.dispose();
    });

    const { bfloat16 } = golden;
    if (bfloat16 === undefined) return;
    test("gives Python's outputs in bfloat16", () => {
      const { layer, call } = make();
      layer.setDtype("bfloat16");
      mx.random.seed(1);
      const halves = inputs().map((x) => x.astype("bfloat16"));
      expectOutputs(listed(call(...halves)), bfloat16);
      for (const array of mx.arraysIn(layer)) array.dispose();
    });
  });
}
