// Making images, sequences and volumes larger (or smaller), channels last: where the samples lie and
// what they weigh is in ./interpolation.ts.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, float, numberArg, python } from "../arguments.js";
import { Module } from "../module.js";
import {
  cubicSamples,
  filteredCubicSamples,
  filteredLinearSamples,
  linearSamples,
  nearestPlaces,
  type Sample,
} from "./interpolation.js";

/** Options of {@link upsampleLinear} and {@link upsampleCubic}. */
export interface InterpolationOptions {
  /** Whether the first and last elements stay where they are, rather than the edges. Default: `false`. */
  alignCorners?: boolean | undefined;
  /** Whether samples are filtered where the result is smaller. Default: `false`. */
  antialias?: boolean | undefined;
}

/** How {@link Upsample} finds the values between elements. */
export type UpsampleMode = "nearest" | "linear" | "cubic";

/** Options of {@link Upsample}. */
export interface UpsampleOptions extends InterpolationOptions {
  /** How values between elements are found. Default: `"nearest"`. */
  mode?: UpsampleMode | undefined;
}

const interpolationNames = ["alignCorners", "antialias"] as const;

/** The sizes between the first axis and the last, which are resized. */
function spatialSizes(op: string, x: MLXArray): readonly number[] {
  const sizes = x.shape.slice(1, -1);
  if (x.ndim > 2) return sizes;
  throw rangeError(
    `[${op}] the input has shape [${x.shape}], it must be [n, ..., channels] with an axis between`,
    "SHAPE",
  );
}

/** One factor for each axis that is resized. */
function scalesFor(op: string, x: MLXArray, scaleFactor: unknown): readonly number[] {
  const sizes = spatialSizes(op, x);
  const scales = scalesArg(op, scaleFactor);
  if (typeof scales === "number") return sizes.map(() => scales);
  if (scales.length === sizes.length) return scales;
  throw rangeError(
    `[${op}] scaleFactor is ${shown(scales)}, it must have one factor for each of the ${sizes.length} axes between the first and the last of [${x.shape}]`,
  );
}

function scalesArg(op: string, value: unknown): number | readonly number[] {
  if (!Array.isArray(value)) return scaleArg(op, "scaleFactor", value);
  return value.map((item, i) => scaleArg(op, `scaleFactor[${i}]`, item));
}

function scaleArg(op: string, name: string, value: unknown): number {
  const scale = numberArg(op, name, value);
  if (scale > 0) return scale;
  throw rangeError(`[${op}] ${name} is ${scale}, it must be above 0`);
}

function interpolationArgs(op: string, alignCorners: unknown, antialias: unknown) {
  const options = mx.keywords<InterpolationOptions>(op, interpolationNames, [
    alignCorners,
    antialias,
  ]);
  const aligned = flagArg(op, "alignCorners", options.alignCorners ?? false);
  const filtered = flagArg(op, "antialias", options.antialias ?? false);
  if (!aligned || !filtered) return { aligned, filtered };
  throw rangeError(`[${op}] antialias needs alignCorners = false; both are true`);
}

/**
 * Resizes by repeating elements: each place takes the nearest element. By a factor $f > 1$ that is
 * $y_i = x_j$ with $(i + \frac{1}{2}) / f - \frac{1}{2}$ rounded to $j$, else $j = \lfloor i / f \rfloor$.
 *
 * @param x - `[n, ..., channels]`
 * @param scaleFactor - a factor above 0 for each axis between, or one for all
 * @returns the axes between are `floor(factor * size)` long
 * @throws TypeError for arguments of a wrong kind
 * @throws RangeError for factors out of range, or not one for each axis
 * @example
 * ```ts
 * nn.upsampleNearest(mx.array([[[1], [2]]]), [2]).flatten().tolist(); // [1, 1, 2, 2]
 * ```
 * @see Python: `mlx.nn.layers.upsample.upsample_nearest`
 */
export function upsampleNearest(x: MLXArray, scaleFactor: number | readonly number[]): MLXArray {
  const scales = scalesFor("upsampleNearest", x, scaleFactor);
  const sizes = spatialSizes("upsampleNearest", x);
  return mx.tidy(() => {
    if (scales.every(Number.isInteger)) return repeated(x, sizes, scales);
    const places = sizes.map((size, axis) =>
      onAxis(nearestPlaces(size, scales[axis] ?? 1), axis, sizes.length),
    );
    return x.index(mx.slice(), ...places);
  });
}

/** Each element as many times as its axis' factor says, by broadcasting. */
function repeated(x: MLXArray, sizes: readonly number[], scales: readonly number[]): MLXArray {
  const [batch = 0] = x.shape;
  const channels = x.shape.at(-1) ?? 0;
  const apart = sizes.flatMap((size) => [size, 1]);
  const wide = sizes.flatMap((size, i) => [size, scales[i] ?? 1]);
  const long = sizes.map((size, i) => size * (scales[i] ?? 1));
  return mx
    .broadcastTo(x.reshape([batch, ...apart, channels]), [batch, ...wide, channels])
    .reshape([batch, ...long, channels]);
}

/** An array of one axis on the `axis`-th of `count` axes. */
const onAxis = (a: MLXArray, axis: number, count: number): MLXArray =>
  a.reshape(Array.from({ length: count }, (_, i) => (i === axis ? -1 : 1)));

/** Every combination of the axes' samples, weighted by the product of their weights. */
function interpolated(
  x: MLXArray,
  samplesOf: (size: number, scale: number) => readonly Sample[],
  scales: readonly number[],
): MLXArray {
  const sizes = x.shape.slice(1, -1);
  const samples = sizes.map((size, axis) =>
    samplesOf(size, scales[axis] ?? 1).map(({ places, weights }) => ({
      places: onAxis(places, axis, sizes.length),
      weights: mx.expandDims(onAxis(weights, axis, sizes.length), -1),
    })),
  );
  return total(
    combinations(samples).map((chosen) => {
      const weights = chosen.map((sample) => sample.weights).reduce((a, b) => mx.multiply(a, b));
      return mx.multiply(weights, x.index(mx.slice(), ...chosen.map((sample) => sample.places)));
    }),
  );
}

/** One axis after the other: filters have many samples, whose combinations would be too many. */
function interpolatedByAxis(
  x: MLXArray,
  samplesOf: (size: number, scale: number) => readonly Sample[],
  scales: readonly number[],
): MLXArray {
  return scales.reduce((out, scale, axis) => {
    const size = x.shape[axis + 1] ?? 0;
    return total(
      samplesOf(size, scale).map(({ places, weights }) => {
        const along = mx.expandDims(onAxis(weights, axis, scales.length), -1);
        return mx.multiply(mx.take(out, places, axis + 1), along);
      }),
    );
  }, x);
}

const total = (arrays: readonly MLXArray[]): MLXArray => arrays.reduce((a, b) => mx.add(a, b));

/** One of each list, in every combination; the last list changes fastest. */
const combinations = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>(
    (found, list) => found.flatMap((chosen) => list.map((item) => [...chosen, item])),
    [[]],
  );

/**
 * Resizes by linear interpolation along each axis: bilinear for images, trilinear for volumes. A place at
 * $p = (i + \frac{1}{2}) / f - \frac{1}{2}$ gets $(1 - t) x_{\lfloor p \rfloor} + t x_{\lceil p \rceil}$ with
 * $t = p - \lfloor p \rfloor$.
 *
 * @param x - `[n, ..., channels]`
 * @param scaleFactor - a factor above 0 for each axis between, or one for all
 * @param alignCorners - whether the first and last elements stay where they are, rather than the edges;
 * default `false`
 * @param antialias - whether samples are filtered where the result is smaller; default `false`
 * @returns the axes between are `floor(factor * size)` long
 * @throws TypeError for arguments of a wrong kind
 * @throws RangeError for factors out of range, or not one for each axis; for `antialias` with `alignCorners`
 * @example
 * ```ts
 * const x = mx.array([[[1], [2]]]);
 * nn.upsampleLinear(x, [2]).flatten().tolist(); // [1, 1.25, 1.75, 2]
 * ```
 * @see Python: `mlx.nn.layers.upsample.upsample_linear`
 */
export function upsampleLinear(
  x: MLXArray,
  scaleFactor: number | readonly number[],
  alignCorners?: boolean | InterpolationOptions,
  antialias?: boolean | InterpolationOptions,
): MLXArray {
  const op = "upsampleLinear";
  const scales = scalesFor(op, x, scaleFactor);
  const { aligned, filtered } = interpolationArgs(op, alignCorners, antialias);
  return mx.tidy(() =>
    filtered
      ? interpolatedByAxis(x, filteredLinearSamples, scales)
      : interpolated(x, (size, scale) => linearSamples(size, scale, aligned), scales),
  );
}

/**
 * Resizes by cubic convolution along each axis, with $a = -0.75$, or $-0.5$ where it is filtered:
 * bicubic for images.
 *
 * @param x - `[n, ..., channels]`
 * @param scaleFactor - a factor above 0 for each axis between, or one for all
 * @param alignCorners - whether the first and last elements stay where they are, rather than the edges;
 * default `false`
 * @param antialias - whether samples are filtered where the result is smaller; default `false`
 * @returns the axes between are `floor(factor * size)` long
 * @throws TypeError for arguments of a wrong kind
 * @throws RangeError for factors out of range, or not one for each axis; for `antialias` with `alignCorners`
 * @example
 * ```ts
 * nn.upsampleCubic(mx.ones([1, 4, 4, 3]), [2, 2]).shape; // [1, 8, 8, 3]
 * ```
 * @see Python: `mlx.nn.layers.upsample.upsample_cubic`
 * @see Keys, Cubic convolution interpolation for digital image processing, 1981
 */
export function upsampleCubic(
  x: MLXArray,
  scaleFactor: number | readonly number[],
  alignCorners?: boolean | InterpolationOptions,
  antialias?: boolean | InterpolationOptions,
): MLXArray {
  const op = "upsampleCubic";
  const scales = scalesFor(op, x, scaleFactor);
  const { aligned, filtered } = interpolationArgs(op, alignCorners, antialias);
  return mx.tidy(() =>
    filtered
      ? interpolatedByAxis(x, filteredCubicSamples, scales)
      : interpolated(x, (size, scale) => cubicSamples(size, scale, aligned), scales),
  );
}

const modes: readonly UpsampleMode[] = ["nearest", "linear", "cubic"];
const optionNames = ["mode", ...interpolationNames] as const;

/**
 * Resizes the axes between the first and the last; the functions are `upsampleNearest`,
 * `upsampleLinear` and `upsampleCubic`.
 *
 * @example
 * ```ts
 * const layer = new nn.Upsample(2, { mode: "linear", alignCorners: true });
 * layer.forward(mx.ones([1, 4, 6, 3])).shape; // [1, 8, 12, 3]
 * ```
 * @see Python: `mlx.nn.Upsample`
 */
export class Upsample extends Module {
  /** The factor of all axes, or one for each. */
  readonly scaleFactor: number | readonly number[];
  /** How values between elements are found. */
  readonly mode: UpsampleMode;
  /** Whether the first and last elements stay where they are. */
  readonly alignCorners: boolean;
  /** Whether samples are filtered where the result is smaller. */
  readonly antialias: boolean;

  /**
   * @param scaleFactor - a factor above 0 for all axes, or one for each
   * @param mode - how values between elements are found; default `"nearest"`
   * @param alignCorners - whether the first and last elements stay where they are, rather than the
   * edges; default `false`
   * @param antialias - whether samples are filtered where the result is smaller; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for factors out of range, another mode, `antialias` with `"nearest"` or with
   * `alignCorners`
   */
  constructor(
    scaleFactor: number | readonly number[],
    mode?: UpsampleMode | UpsampleOptions,
    alignCorners?: boolean | UpsampleOptions,
    antialias?: boolean | UpsampleOptions,
  ) {
    super();
    const op = "Upsample";
    const given = [mode, alignCorners, antialias];
    const options = mx.keywords<UpsampleOptions>(op, optionNames, given);
    this.scaleFactor = scalesArg(op, scaleFactor);
    this.mode = modeArg(op, options.mode ?? "nearest");
    const { aligned, filtered } = interpolationArgs(op, options.alignCorners, options.antialias);
    if (filtered && this.mode === "nearest") {
      throw rangeError(`[${op}] antialias needs mode "linear" or "cubic", got "nearest"`);
    }
    this.alignCorners = aligned;
    this.antialias = filtered;
  }

  override extraRepr(): string {
    const { scaleFactor } = this;
    const scale =
      typeof scaleFactor === "number"
        ? float(scaleFactor)
        : `(${scaleFactor.map(float).join(", ")}${scaleFactor.length === 1 ? "," : ""})`;
    return (
      `scale_factor=${scale}, mode='${this.mode}', align_corners=${python(this.alignCorners)}` +
      (this.antialias ? ", antialias=True" : "")
    );
  }

  /**
   * @param x - `[n, ..., channels]`
   * @returns the axes between are `floor(factor * size)` long
   * @throws RangeError for inputs without an axis between, or not one factor for each
   */
  forward(x: MLXArray): MLXArray {
    const { scaleFactor, alignCorners, antialias } = this;
    switch (this.mode) {
      case "nearest":
        return upsampleNearest(x, scaleFactor);
      case "linear":
        return upsampleLinear(x, scaleFactor, alignCorners, antialias);
      case "cubic":
        return upsampleCubic(x, scaleFactor, alignCorners, antialias);
    }
  }
}

function modeArg(op: string, mode: unknown): UpsampleMode {
  const found = modes.find((known) => known === mode);
  if (found !== undefined) return found;
  const message = `[${op}] mode is ${shown(mode)}, it must be "nearest", "linear" or "cubic"`;
  throw typeof mode === "string" ? rangeError(message) : typeError(message);
}
