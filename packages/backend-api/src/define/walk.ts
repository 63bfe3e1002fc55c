// How the kernel of a convolution walks over its input: what it may do, for inputs and weights of given shapes.
// One that leaves the input, or walks by steps of 0, is refused.

import { rangeError } from "../errors.js";
import { shapeText, sizeOf } from "./axes.js";
import type { Shape } from "./kernels.js";

/** How a kernel walks over the input: lists with one integer for each axis, or one for all. */
export interface Walk {
  readonly stride: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly dilation: readonly number[];
  readonly inputDilation: readonly number[];
}

export const longest = 2 ** 31 - 1;
/** Engines list the places of a kernel within one period of strides and dilations. */
const longestPeriod = 2 ** 24;

const commonMultiple = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
};

export function refuseBelowOne(op: string, list: readonly number[], what: string): void {
  for (const n of list) {
    if (n < 1) throw rangeError(`[${op}] ${what} is ${n}, it must be at least 1`);
  }
}

/** One integer for each axis. */
function spread(op: string, list: readonly number[], axes: number, what: string): Shape {
  if (list.length === axes) return list;
  if (list.length === 1) return Array.from({ length: axes }, () => list[0] as number);
  throw rangeError(
    `[${op}] ${what} has ${list.length} integers, it must have one or ${axes}, one for each axis`,
    "SHAPE",
  );
}

/** Refuses channels of input and weight that do not go together. */
function refuseChannels(input: Shape, weight: Shape, groups: number): void {
  const channels = input.at(-1) as number;
  const [outputs, each] = [weight[0] as number, weight.at(-1) as number];
  if (groups > 1 && input.length > 4) {
    throw rangeError("[conv] Can only handle groups != 1 in 1D or 2D convolutions.", "SHAPE");
  }
  if (channels % groups !== 0) {
    throw rangeError(
      `[conv] The input channels must be divisible by the number of groups. Got input with shape ${shapeText(input)} and ${groups} groups.`,
      "SHAPE",
    );
  }
  if (groups > 1 && outputs % groups !== 0) {
    throw rangeError(
      `[conv] If groups > 1, the output channels must be divisible by the number of groups. Got ${outputs} output channels and ${groups} groups.`,
      "SHAPE",
    );
  }
  if (channels !== groups * each) {
    throw rangeError(
      `[conv] Expect the input channels in the input and weight array to match but got shapes - input: ${shapeText(input)} and weight: ${shapeText(weight)}, in ${groups} groups`,
      "SHAPE",
    );
  }
}

/** Refuses what a kernel cannot walk through on one axis, and tells how many windows it sees there. */
function windowsOf(op: string, n: number, taps: number, walk: Walk, axis: number): number {
  const [stride = 1, low = 0, high = 0] = [walk.stride[axis], walk.low[axis], walk.high[axis]];
  const [dilation = 1, apart = 1] = [walk.dilation[axis], walk.inputDilation[axis]];
  if (Math.max(commonMultiple(apart, stride), commonMultiple(apart, dilation)) > longestPeriod) {
    throw rangeError(
      `[${op}] stride and dilations repeat after more than 2^24 elements; use smaller ones`,
    );
  }
  // A negative padding cuts off elements before anything else happens.
  const kept = n + Math.min(low, 0) + Math.min(high, 0);
  if (kept <= 0 && kept < n) {
    throw rangeError(
      `[${op}] a negative padding cuts off all of an axis of ${n} elements`,
      "SHAPE",
    );
  }
  const length = 1 + apart * (kept - 1) + Math.max(low, 0) + Math.max(high, 0);
  const reach = 1 + dilation * (taps - 1);
  if (Math.max(length, reach) > longest) {
    throw rangeError(`[${op}] the padded input or the dilated kernel is longer than 2^31-1`);
  }
  if (length < reach) {
    throw rangeError(
      `[${op}] the kernel reaches over ${reach} elements, the padded input has ${length}`,
      "SHAPE",
    );
  }
  return Math.floor((length - reach) / stride) + 1;
}

/** The walk with a value for each axis, if a kernel of this shape can take it over an input of this one. */
export function checkedWalk(
  op: string,
  input: Shape,
  weight: Shape,
  given: Walk,
  groups: number,
): Walk {
  refuseBelowOne(op, [groups], "groups");
  refuseBelowOne(op, given.stride, "stride");
  refuseBelowOne(op, given.dilation, "dilation");
  refuseBelowOne(op, given.inputDilation, "inputDilation");
  const axes = input.length - 2;
  if (axes < 1 || axes > 3) {
    throw rangeError(
      "[conv] Only works for inputs with 1-3 spatial dimensions. The inputs must be in the format [N, ..., C_in]",
      "SHAPE",
    );
  }
  if (weight.length !== input.length) {
    throw rangeError(
      `[conv] Invalid weight array with ${weight.length} dimensions for ${axes}D convolution. Expected an array with ${axes + 2} dimensions following the format [C_out, ..., C_in].`,
      "SHAPE",
    );
  }
  const walk = {
    stride: spread(op, given.stride, axes, "stride"),
    low: spread(op, given.low, axes, "padding"),
    high: spread(op, given.high, axes, "padding"),
    dilation: spread(op, given.dilation, axes, "dilation"),
    inputDilation: spread(op, given.inputDilation, axes, "inputDilation"),
  };
  if (sizeOf(weight) === 0 || input.at(-1) === 0) {
    throw rangeError(
      `[${op}] the weight or the input's channels are empty, they must not be`,
      "SHAPE",
    );
  }
  const taps = weight.slice(1, -1);
  const windows = taps.map((tap, i) => windowsOf(op, input[i + 1] as number, tap, walk, i));
  refuseChannels(input, weight, groups);
  const channels = input.at(-1) as number;
  if (sizeOf(windows) * (input[0] as number) > longest || sizeOf(taps) * channels > longest) {
    throw rangeError(
      `[${op}] the convolution has more than 2^31-1 windows, or elements in one; split the batch`,
    );
  }
  return walk;
}

/** The padding of the convolution that a transposed one is. */
export function transposedPadding(
  weight: Shape,
  dilation: readonly number[],
  padding: readonly number[],
  outputPadding: readonly number[],
): { low: number[]; high: number[] } {
  const low = dilation.map((d, i) => d * ((weight[i + 1] as number) - 1) - (padding[i] as number));
  return { low, high: low.map((n, i) => n + (outputPadding[i] as number)) };
}
