// Where the places of a resized axis lie on the axis it is made of, which elements each one mixes, and
// with what weights. Everything here is about one axis; ./upsample.ts brings the axes together.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";

/** For each place, an element and its weight. */
export interface Sample {
  /** uint32 `[places]` */
  readonly places: MLXArray;
  /** float32 `[places]` */
  readonly weights: MLXArray;
}

const lengthOf = (size: number, scale: number): number => Math.trunc(scale * size);

/** The places as positions between the elements, float32. */
function positions(size: number, scale: number, aligned: boolean): MLXArray {
  const length = lengthOf(size, scale);
  const places = mx.arange(length, { dtype: "float32" });
  if (aligned) return mx.multiply(places, (size - 1) / Math.max(length - 1, 1));
  const step = 1 / scale;
  return mx.subtract(mx.multiply(places, step), ((length - 1) * step - size + 1) / 2);
}

/** Numbers as element places; those outside are moved to the border. */
const clipped = (numbers: MLXArray, size: number): MLXArray =>
  mx.clip(numbers, 0, size - 1).astype("uint32");

/** The nearest element of each place. */
export function nearestPlaces(size: number, scale: number): MLXArray {
  const length = lengthOf(size, scale);
  const places = mx.arange(length, { dtype: "float32" });
  if (length <= size) return mx.multiply(places, size / length).astype("uint32");
  const centres = mx.subtract(mx.multiply(mx.add(places, 0.5), size / length), 0.5);
  return mx.round(centres).astype("uint32");
}

/** The two elements around each place. */
export function linearSamples(size: number, scale: number, aligned: boolean): Sample[] {
  const inside = mx.clip(positions(size, scale, aligned), 0, size - 1);
  const left = mx.floor(inside);
  const weight = mx.subtract(inside, left);
  return [
    { places: left.astype("uint32"), weights: mx.subtract(1, weight) },
    { places: mx.ceil(inside).astype("uint32"), weights: weight },
  ];
}

/** Keys' kernel at a distance below 1: $(a + 2) x^3 - (a + 3) x^2 + 1$ */
const innerCubic = (x: MLXArray, a: number): MLXArray => {
  const linear = mx.subtract(mx.multiply(x, a + 2), a + 3);
  return mx.add(mx.multiply(mx.multiply(linear, x), x), 1);
};

/** Keys' kernel at a distance from 1 to 2: $a (x^3 - 5 x^2 + 8 x - 4)$ */
const outerCubic = (x: MLXArray, a: number): MLXArray => {
  const square = mx.add(mx.multiply(mx.subtract(x, 5), x), 8);
  return mx.multiply(mx.subtract(mx.multiply(square, x), 4), a);
};

/** The four elements around each place, with OpenCV's coefficient. */
export function cubicSamples(size: number, scale: number, aligned: boolean): Sample[] {
  const a = -0.75;
  const at = positions(size, scale, aligned);
  const left = mx.floor(at);
  const right = mx.floor(mx.add(at, 1));
  const sample = (element: MLXArray, kernel: typeof innerCubic): Sample => ({
    places: clipped(element, size),
    weights: kernel(mx.abs(mx.subtract(at, element)), a),
  });
  return [
    sample(left, innerCubic),
    sample(right, innerCubic),
    sample(mx.subtract(left, 1), outerCubic),
    sample(mx.add(right, 1), outerCubic),
  ];
}

/** A filter: weights by distance, which are 0 from the radius on. */
interface Filter {
  readonly radius: number;
  weight(distance: MLXArray): MLXArray;
}

const triangle: Filter = {
  radius: 1,
  weight: (x) => mx.maximum(mx.subtract(1, x), 0),
};

/** Keys' kernel with Pillow's coefficient. */
const cubic: Filter = {
  radius: 2,
  weight: (x) => {
    const outer = mx.where(mx.lessEqual(x, 2), outerCubic(x, -0.5), 0);
    return mx.where(mx.lessEqual(x, 1), innerCubic(x, -0.5), outer);
  },
};

/**
 * The elements under a filter that is as wide as a place where places are wider than elements. Elements
 * beyond the border weigh nothing, and the weights of a place sum to 1.
 */
function filteredSamples(size: number, scale: number, filter: Filter): Sample[] {
  const width = Math.max(1 / scale, 1);
  const reach = Math.ceil(filter.radius * width) + 1;
  const at = positions(size, scale, false);
  const start = mx.floor(at);
  const taps = Array.from({ length: 2 * reach - 1 }, (_, i) => {
    const element = mx.add(start, i + 1 - reach);
    const distance = mx.divide(mx.abs(mx.subtract(at, element)), width);
    const isInside = mx.logicalAnd(mx.greaterEqual(element, 0), mx.less(element, size));
    return { element, weight: mx.where(isInside, filter.weight(distance), 0) };
  });
  const sum = taps.map(({ weight }) => weight).reduce((a, b) => mx.add(a, b));
  const whole = mx.where(mx.greater(sum, 0), sum, 1);
  return taps.map(({ element, weight }) => ({
    places: clipped(element, size),
    weights: mx.divide(weight, whole),
  }));
}

/** The elements under a triangle. */
export const filteredLinearSamples = (size: number, scale: number): Sample[] =>
  filteredSamples(size, scale, triangle);

/** The elements under a cubic kernel. */
export const filteredCubicSamples = (size: number, scale: number): Sample[] =>
  filteredSamples(size, scale, cubic);
