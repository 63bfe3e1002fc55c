// Defaults of the family "conv": all convolutions are one general one, a product of the kernel with a matrix
// of patches. The patches are cut out axis by axis: so a kernel of 3 x 3 takes 3 + 3 slices, not 9.

import type { Handle } from "../../backend.js";
import type { ConvOps, RequiredOp } from "../../ops/index.js";
import { sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { transposedPadding } from "../walk.js";

type Optional<H extends Handle> = Omit<ConvOps<H>, RequiredOp>;

export const convDefaults = <H extends Handle>(f: Front<H>): Optional<H> => {
  /** The input with zeros around and between its elements, or cut off where the padding is negative. */
  const padded = (input: H, low: Shape, high: Shape, apart: Shape): H => {
    const [batch, ...rest] = f.shape(input) as [number, ...number[]];
    const [sizes, channels] = [rest.slice(0, -1), rest.at(-1) as number];
    const cut = f.ops.slice(
      input,
      [0, ...low.map((n) => Math.max(-n, 0)), 0],
      [batch, ...sizes.map((n, i) => n - Math.max(-(high[i] as number), 0)), channels],
      [],
    );
    const kept = f.shape(cut).slice(1, -1);
    const first = low.map((n) => Math.max(n, 0));
    const reach = kept.map((n, i) => 1 + (apart[i] as number) * (n - 1));
    const length = reach.map((n, i) => (first[i] as number) + n + Math.max(high[i] as number, 0));
    if (length.every((n, i) => n === kept[i])) return cut;
    const zeros = f.ops.zeros([batch, ...length, channels], f.dtype(input));
    const stop = reach.map((n, i) => (first[i] as number) + n);
    const strides = [1, ...apart, 1];
    return f.ops.sliceUpdate(zeros, cut, [0, ...first, 0], [batch, ...stop, channels], strides);
  };

  /** For each tap of a kernel along one axis, what it meets in each window; the taps become channels. */
  const unfolded = (a: H, axis: number, taps: number, stride: number, dilation: number): H => {
    const shape = f.shape(a);
    const windows = Math.floor(((shape[axis] as number) - 1 - dilation * (taps - 1)) / stride) + 1;
    const zeros = shape.map(() => 0);
    const strides = withSize(
      shape.map(() => 1),
      axis,
      stride,
    );
    const met = Array.from({ length: taps }, (_, tap) => {
      const first = tap * dilation;
      const stop = first + (windows - 1) * stride + 1;
      return f.ops.slice(a, withSize(zeros, axis, first), withSize(shape, axis, stop), strides);
    });
    return f.ops.concatenate(met, -1);
  };

  const convGeneral: Optional<H>["convGeneral"] = (
    input,
    weight,
    stride,
    low,
    high,
    dilation,
    inputDilation,
    groups,
    flip,
  ) => {
    const [outputs, ...rest] = f.shape(weight) as [number, ...number[]];
    const [taps, each] = [rest.slice(0, -1), rest.at(-1) as number];
    let patches = padded(input, low, high, inputDilation);
    // From the last axis to the first, so that channels come in the weight's order: [taps..., channels].
    for (let i = taps.length - 1; i >= 0; i--) {
      const [step, apart] = [stride[i] as number, dilation[i] as number];
      patches = unfolded(patches, i + 1, taps[i] as number, step, apart);
    }
    const shape = f.shape(patches).slice(0, -1);
    const windows = sizeOf(shape);
    const inner = sizeOf(taps) * each;
    const kernel = flip
      ? f.ops.flip(
          weight,
          taps.map((_, i) => i + 1),
        )
      : weight;
    if (groups === 1) {
      const columns = f.ops.transpose(f.ops.reshape(kernel, [outputs, inner]), null);
      const product = f.ops.matmul(f.ops.reshape(patches, [windows, inner]), columns);
      return f.ops.reshape(product, [...shape, outputs]);
    }
    const apart = f.ops.reshape(patches, [windows, sizeOf(taps), groups, each]);
    const rows = f.ops.reshape(f.ops.transpose(apart, [2, 0, 1, 3]), [groups, windows, inner]);
    const columns = f.ops.reshape(kernel, [groups, outputs / groups, inner]);
    const product = f.ops.matmul(rows, f.ops.transpose(columns, [0, 2, 1]));
    return f.ops.reshape(f.ops.transpose(product, [1, 0, 2]), [...shape, outputs]);
  };

  const straight = (
    input: H,
    weight: H,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    groups: number,
  ): H => {
    const once = stride.map(() => 1);
    const general = f.kernels.convGeneral;
    return general(input, weight, stride, padding, padding, dilation, once, groups, false);
  };

  const transposed = (
    input: H,
    weight: H,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    outputPadding: Shape,
    groups: number,
  ): H => {
    const { low, high } = transposedPadding(f.shape(weight), dilation, padding, outputPadding);
    const once = stride.map(() => 1);
    return f.kernels.convGeneral(input, weight, once, low, high, dilation, stride, groups, true);
  };

  return {
    convGeneral,
    conv1d: (input, weight, stride, padding, dilation, groups) =>
      straight(input, weight, [stride], [padding], [dilation], groups),
    conv2d: straight,
    conv3d: straight,
    convTranspose1d: (input, weight, stride, padding, dilation, outputPadding, groups) =>
      transposed(input, weight, [stride], [padding], [dilation], [outputPadding], groups),
    convTranspose2d: transposed,
    convTranspose3d: transposed,
    convolve(a, v, mode) {
      const [longer, shorter]: [H, H] = sizeOf(f.shape(a)) < sizeOf(f.shape(v)) ? [v, a] : [a, v];
      const taps = sizeOf(f.shape(shorter));
      const low = mode === "full" ? taps - 1 : mode === "same" ? Math.floor(taps / 2) : 0;
      // Of an even kernel's output, "same" keeps one element fewer at the end.
      const high = mode === "same" ? Math.floor((taps - 1) / 2) : low;
      const input = f.ops.reshape(longer, [1, -1, 1]);
      const kernel = f.ops.reshape(shorter, [1, -1, 1]);
      const once = [1];
      const general = f.kernels.convGeneral;
      const result = general(input, kernel, once, [low], [high], once, once, 1, true);
      return f.ops.reshape(result, [-1]);
    },
  };
};
