// Defaults of the family "fft": kernels made of other ops, for backends that have none of their own.

import { type Handle, Scalar } from "../../backend.js";
import type { FftOps, RequiredOp } from "../../ops/index.js";
import { affordable } from "../affordable.js";
import { sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import { type Direction, transformAxis, workOf } from "./dft.js";
import { frameDefaults } from "./frames.js";

type Norm = "backward" | "ortho" | "forward";

/** What a transform of so many elements, all axes together, is multiplied by. */
function factor(sizes: readonly number[], norm: Norm, direction: Direction): number {
  const n = sizeOf(sizes);
  switch (norm) {
    case "ortho":
      return 1 / Math.sqrt(n);
    case "backward":
      return direction === 1 ? 1 / n : 1;
    case "forward":
      return direction === 1 ? 1 : 1 / n;
  }
}

export const fftDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<FftOps<H>, RequiredOp>> => {
  const { kernels, ops } = f;

  /** An array whose axes are cut or filled up with zeros. */
  const fitted = (a: H, sizes: readonly number[], axes: readonly number[]): H => {
    const shape = f.shape(a);
    const wanted = axes.reduce<number[]>(
      (all, axis, i) => withSize(all, axis, sizes[i] ?? 0),
      [...shape],
    );
    affordable("fft", workOf * sizeOf(wanted), "the transform needs");
    const kept = shape.map((n, i) => Math.min(n, wanted[i] ?? n));
    const none = shape.map(() => 0);
    const steps = shape.map(() => 1);
    const cut = kept.some((n, i) => n < (shape[i] ?? 0)) ? ops.slice(a, none, kept, steps) : a;
    const missing = wanted.flatMap((n, i) => [0, n - (kept[i] ?? n)]);
    return missing.some((n) => n > 0) ? ops.pad(cut, missing, "constant", new Scalar(0)) : cut;
  };

  const scaled = (a: H, sizes: readonly number[], norm: Norm, direction: Direction): H => {
    const by = factor(sizes, norm, direction);
    return by === 1 ? a : ops.multiply(a, new Scalar(by));
  };

  const each = (a: H, axes: readonly number[], direction: Direction): H =>
    axes.reduce((all, axis) => transformAxis(f, all, axis, direction), a);

  const complex =
    (direction: Direction) =>
    (a: H, sizes: readonly number[], axes: readonly number[], norm: Norm): H =>
      scaled(each(fitted(a, sizes, axes), axes, direction), sizes, norm, direction);

  const forward = complex(-1);
  const inverse = complex(1);

  /** The part of an axis from one element to the one before another, in steps. */
  const part = (a: H, axis: number, from: number, to: number): H => {
    const shape = f.shape(a);
    return ops.slice(
      a,
      shape.map((_, i) => (i === axis ? from : 0)),
      withSize(shape, axis, to),
      shape.map(() => 1),
    );
  };

  const real = (a: H, sizes: readonly number[], axes: readonly number[], norm: Norm): H => {
    const spectrum = forward(ops.astype(a, "complex64"), sizes, axes, norm);
    const last = axes.at(-1) ?? 0;
    return part(spectrum, last, 0, Math.floor((sizes.at(-1) ?? 0) / 2) + 1);
  };

  /** Half a spectrum, of which the rest are the conjugates in reverse, and the real numbers that it is of. */
  const realInverse = (a: H, sizes: readonly number[], axes: readonly number[], norm: Norm): H => {
    const n = sizes.at(-1) ?? 0;
    const last = axes.at(-1) ?? 0;
    const half = Math.floor(n / 2) + 1;
    const rest = axes.slice(0, -1);
    const rows = each(fitted(a, [...sizes.slice(0, -1), half], axes), rest, 1);
    const mirrored = ops.conj(ops.flip(part(rows, last, 1, n - half + 1), [last]));
    const whole = n > half ? ops.concatenate([rows, mirrored], last) : part(rows, last, 0, n);
    return scaled(ops.real(transformAxis(f, whole, last, 1)), sizes, norm, 1);
  };

  const shifted =
    (sign: 1 | -1) =>
    (a: H, axes: readonly number[] | null): H => {
      const along = axes ?? f.shape(a).map((_, i) => i);
      const by = along.map((axis) => sign * Math.floor((f.shape(a)[axis] ?? 0) / 2));
      return ops.roll(a, by, along);
    };

  const per = (n: number, d: number) => f.scalar(Math.fround(1 / (n * d)), "float32");
  const one =
    (kernel: "fftFftn" | "fftIfftn" | "fftRfftn" | "fftIrfftn"): FftOps<H>["fftFft"] =>
    (a, n, axis, norm) =>
      kernels[kernel](a, [n ?? f.shape(a)[axis] ?? 0], [axis], norm);
  const two =
    (kernel: "fftFftn" | "fftIfftn" | "fftRfftn" | "fftIrfftn"): FftOps<H>["fftFft2"] =>
    (a, sizes, axes, norm) =>
      kernels[kernel](a, sizes, axes, norm);
  const many =
    (
      transform: (a: H, sizes: readonly number[], axes: readonly number[], norm: Norm) => H,
    ): FftOps<H>["fftFftn"] =>
    (a, sizes, axes, norm) =>
      transform(a, sizes ?? [], axes ?? [], norm);

  return {
    fftFft: one("fftFftn"),
    fftIfft: one("fftIfftn"),
    fftRfft: one("fftRfftn"),
    fftIrfft: one("fftIrfftn"),
    fftFft2: two("fftFftn"),
    fftIfft2: two("fftIfftn"),
    fftRfft2: two("fftRfftn"),
    fftIrfft2: two("fftIrfftn"),
    fftFftn: many(forward),
    fftIfftn: many(inverse),
    fftRfftn: many(real),
    fftIrfftn: many(realInverse),
    fftFftfreq(n, d) {
      const positive = Math.ceil(n / 2);
      const negative = n - positive;
      const steps = ops.concatenate(
        [
          kernels.arange(0, 1, positive, "float32"),
          kernels.arange(-negative, 1, negative, "float32"),
        ],
        0,
      );
      return ops.multiply(steps, per(n, d));
    },
    fftRfftfreq: (n, d) =>
      ops.multiply(kernels.arange(0, 1, Math.floor(n / 2) + 1, "float32"), per(n, d)),
    fftFftshift: shifted(1),
    fftIfftshift: shifted(-1),
    ...frameDefaults(f),
  };
};
