// How calls of the family "conv" are checked and prepared before a kernel sees them; see walk.ts.

import type { Handle } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { ConvOps } from "../../ops/index.js";
import type { Front } from "../front.js";
import { promoted } from "../operands.js";
import { checkedWalk, longest, refuseBelowOne, transposedPadding, type Walk } from "../walk.js";

export const convFront = <H extends Handle>(f: Front<H>): ConvOps<H> => {
  /** Input and weight of one dtype. */
  const floats = (input: H, weight: H): [H, H] => {
    if (dtypeKind(f.dtype(input)) !== "float") {
      throw rangeError(
        `[conv] Invalid input array with type ${f.dtype(input)}. Convolution currently only supports floating point types`,
        "DTYPE",
      );
    }
    const pair = promoted(f, [input, weight]) as [H, H];
    if (dtypeKind(f.dtype(pair[0])) === "float") return pair;
    throw rangeError(`[conv] Invalid weight array with type ${f.dtype(weight)}.`, "DTYPE");
  };

  /** Input and weight of a convolution over so many axes. */
  const checked = (
    op: string,
    input: H,
    weight: H,
    walk: Pick<Walk, "stride" | "dilation"> & { readonly padding: readonly number[] },
    groups: number,
  ): [H, H] => {
    const { stride, padding, dilation } = walk;
    const shape = f.shape(input);
    refuseBelowOne(op, [groups], "groups");
    if (shape.length !== stride.length + 2) {
      throw rangeError(
        `[conv] Invalid input array with ${shape.length} dimensions for ${stride.length}D convolution. Expected an array with ${stride.length + 2} dimensions following the format [N, ..., C_in].`,
        "SHAPE",
      );
    }
    const whole = { stride, low: padding, high: padding, dilation, inputDilation: [1] };
    checkedWalk(op, shape, f.shape(weight), whole, groups);
    return floats(input, weight);
  };

  /** Input and weight of a transposed convolution. */
  const checkedTransposed = (
    op: string,
    input: H,
    weight: H,
    walk: Pick<Walk, "stride" | "dilation"> & {
      readonly padding: readonly number[];
      readonly outputPadding: readonly number[];
    },
    groups: number,
  ): [H, H] => {
    const { stride, padding, dilation, outputPadding } = walk;
    const [from, kernel] = [f.shape(input), f.shape(weight)];
    if (from.length !== stride.length + 2 || kernel.length !== from.length) {
      throw rangeError(
        `[${op}] the input has ${from.length} axes and the weight ${kernel.length}, both must have ${stride.length + 2}`,
        "SHAPE",
      );
    }
    refuseBelowOne(op, stride, "stride");
    refuseBelowOne(op, dilation, "dilation");
    const { low, high } = transposedPadding(kernel, dilation, padding, outputPadding);
    if ([...low, ...high].some((n) => Math.abs(n) > longest)) {
      throw rangeError(
        `[${op}] the padding that follows from kernel, dilation and padding is beyond 2^31-1`,
      );
    }
    const whole = { stride: [1], low, high, dilation, inputDilation: stride };
    checkedWalk(op, from, kernel, whole, groups);
    return floats(input, weight);
  };

  return {
    conv1d(input, weight, stride, padding, dilation, groups) {
      const walk = { stride: [stride], padding: [padding], dilation: [dilation] };
      const pair = checked("conv1d", input, weight, walk, groups);
      return f.kernels.conv1d(...pair, stride, padding, dilation, groups);
    },
    conv2d(input, weight, stride, padding, dilation, groups) {
      const pair = checked("conv2d", input, weight, { stride, padding, dilation }, groups);
      return f.kernels.conv2d(...pair, stride, padding, dilation, groups);
    },
    conv3d(input, weight, stride, padding, dilation, groups) {
      const pair = checked("conv3d", input, weight, { stride, padding, dilation }, groups);
      return f.kernels.conv3d(...pair, stride, padding, dilation, groups);
    },
    convTranspose1d(input, weight, stride, padding, dilation, outputPadding, groups) {
      const walk = {
        stride: [stride],
        padding: [padding],
        dilation: [dilation],
        outputPadding: [outputPadding],
      };
      const pair = checkedTransposed("convTranspose1d", input, weight, walk, groups);
      return f.kernels.convTranspose1d(...pair, stride, padding, dilation, outputPadding, groups);
    },
    convTranspose2d(input, weight, stride, padding, dilation, outputPadding, groups) {
      const walk = { stride, padding, dilation, outputPadding };
      const pair = checkedTransposed("convTranspose2d", input, weight, walk, groups);
      return f.kernels.convTranspose2d(...pair, stride, padding, dilation, outputPadding, groups);
    },
    convTranspose3d(input, weight, stride, padding, dilation, outputPadding, groups) {
      const walk = { stride, padding, dilation, outputPadding };
      const pair = checkedTransposed("convTranspose3d", input, weight, walk, groups);
      return f.kernels.convTranspose3d(...pair, stride, padding, dilation, outputPadding, groups);
    },
    convGeneral(input, weight, stride, low, high, dilation, inputDilation, groups, flip) {
      const walk = checkedWalk(
        "convGeneral",
        f.shape(input),
        f.shape(weight),
        { stride, low, high, dilation, inputDilation },
        groups,
      );
      return f.kernels.convGeneral(
        ...floats(input, weight),
        walk.stride,
        walk.low,
        walk.high,
        walk.dilation,
        walk.inputDilation,
        groups,
        flip,
      );
    },
    convolve(a, v, mode) {
      const [m, n] = [f.shape(a), f.shape(v)];
      if (m.length !== 1 || n.length !== 1) {
        throw rangeError(
          `[convolve] arrays of ${m.length} and ${n.length} axes were given, both must be vectors`,
          "SHAPE",
        );
      }
      if (m[0] === 0 || n[0] === 0) {
        throw rangeError("[convolve] a vector is empty, it must not be", "SHAPE");
      }
      return f.kernels.convolve(...floats(a, v), mode);
    },
  };
};
