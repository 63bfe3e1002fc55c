// Which goldens have indices out of bounds, which MLX moves inside and `withValidation` refuses.

import * as mx from "../src/index.js";
import { argOf, arrayOf, type GoldenCase, type Goldens, must } from "./golden.js";

/** Whether blocks of `gather` or of a scatter reach beyond their array. */
export function reachesBeyond(golden: GoldenCase, { inputs }: Pick<Goldens, "inputs">): boolean {
  if (golden.error || !/^(gather|scatter(Add|Prod|Max|Min)?)$/.test(golden.op)) return false;
  return mx.tidy(() => {
    const arrays: mx.MLXArray[] = [];
    for (const [, at] of JSON.stringify(golden.args).matchAll(/"in":(\d+)/g)) {
      arrays[Number(at)] = arrayOf(must(inputs[Number(at)]));
    }
    return beyond(golden.args.map((arg) => argOf(arg, arrays)) as Arguments);
  });
}

type Arguments = [mx.MLXArray, mx.MLXArray[], ...(mx.MLXArray | number[])[]];

function beyond([a, indices, third, fourth]: Arguments): boolean {
  // gather(a, indices, axes, sizes) and scatter(a, indices, updates, axes).
  const [axes, sizes] =
    third instanceof mx.MLXArray
      ? [fourth as number[], third.shape.slice(third.ndim - a.ndim)]
      : [third as number[], fourth as number[]];
  return indices.some((array, i) => {
    const axis = axes.at(i) ?? 0;
    const size = a.shape.at(axis) ?? 0;
    const last = size - (sizes.at(axis) ?? 1);
    return Array.from(array.toTypedArray(), Number).some(
      (index) => (index < 0 ? index + size : index) > last || index < -size,
    );
  });
}
