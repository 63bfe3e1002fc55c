// Resizing against Python's, and what it refuses.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import * as nn from "../src/index.js";
import { type LayerCase, layerCase, testLayers } from "./layer-cases.js";

const upsample = (...args: ConstructorParameters<typeof nn.Upsample>) =>
  layerCase(
    () => new nn.Upsample(...args),
    (layer, x) => layer.forward(x as MLXArray),
  );

const layers: Record<string, () => LayerCase> = {};
for (const mode of ["nearest", "linear", "cubic"] as const) {
  layers[`${mode} by 2`] = upsample(2, mode);
  layers[`${mode} by (3, 2)`] = upsample([3, 2], { mode });
  layers[`${mode} by (1.5, 2.4)`] = upsample([1.5, 2.4], mode);
  layers[`${mode} by 0.6`] = upsample(0.6, mode);
  layers[`${mode} of a sequence`] = upsample([1.75], mode);
  layers[`${mode} of a volume`] = upsample(2, mode);
}
for (const mode of ["linear", "cubic"] as const) {
  layers[`${mode} by 2, corners aligned`] = upsample(2, mode, true);
  layers[`${mode} by (1.5, 2.4), corners aligned`] = upsample([1.5, 2.4], mode, {
    alignCorners: true,
  });
  layers[`${mode} by 0.6, corners aligned`] = upsample(0.6, { mode, alignCorners: true });
  layers[`${mode} by 0.5, filtered`] = upsample(0.5, mode, false, true);
  layers[`${mode} by (0.4, 0.75), filtered`] = upsample([0.4, 0.75], mode, { antialias: true });
  layers[`${mode} by 2, filtered`] = upsample(2, { mode, antialias: true });
}
testLayers(import.meta.url, "upsample", layers, ["nearest of a sequence", "linear by 2"]);

test("the functions are the layer's, with one factor or one for each axis", () => {
  const x = mx.random.normal([1, 3, 4, 2]);
  const same = (a: MLXArray, b: MLXArray) => expect(a.tolist()).toEqual(b.tolist());
  same(nn.upsampleNearest(x, 2), new nn.Upsample([2, 2]).forward(x));
  same(nn.upsampleLinear(x, [2, 1.5], true), new nn.Upsample([2, 1.5], "linear", true).forward(x));
  same(
    nn.upsampleCubic(x, 0.5, { antialias: true }),
    new nn.Upsample(0.5, { mode: "cubic", antialias: true }).forward(x),
  );
});

test("a call leaves its output alive, and nothing else", () => {
  const x = mx.ones([1, 4, 4, 1]);
  const before = liveNow();
  const out = new nn.Upsample(1.5, "cubic").forward(x);
  expect(mx.liveArrays() - before).toBe(1);
  expect(out.shape).toEqual([1, 6, 6, 1]);
});

describe("layers refuse", () => {
  test.each<[string, () => unknown, string]>([
    ["a factor of 0", () => new nn.Upsample(0), "[Upsample] scaleFactor is 0"],
    ["a factor that is no number", () => new nn.Upsample("2" as never), "scaleFactor must be"],
    [
      "another mode",
      () => new nn.Upsample(2, "quadratic" as never),
      'mode is "quadratic", it must be "nearest", "linear" or "cubic"',
    ],
    [
      "filtering the nearest",
      () => new nn.Upsample(2, { antialias: true }),
      '[Upsample] antialias needs mode "linear" or "cubic"',
    ],
    [
      "filtering with aligned corners",
      () => nn.upsampleLinear(mx.ones([1, 2, 1]), 2, true, true),
      "[upsampleLinear] antialias needs alignCorners = false",
    ],
    [
      "inputs without an axis between",
      () => new nn.Upsample(2).forward(mx.ones([2, 3])),
      "the input has shape [2,3]",
    ],
    [
      "too few factors",
      () => new nn.Upsample([2]).forward(mx.ones([1, 2, 2, 1])),
      "it must have one factor for each of the 2 axes",
    ],
  ])("%s", (_what, call, message) => {
    expect(call).toThrow(message);
  });
});
