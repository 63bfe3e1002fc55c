// Short-time Fourier transforms: frames of a signal are gathered, weighted and transformed; back, frames are
// laid over each other and divided by what their windows add up to.

import { type Handle, Scalar } from "../../backend.js";
import type { FftOps } from "../../ops/index.js";
import { affordable } from "../affordable.js";
import { sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import { workOf } from "./dft.js";

/** What samples without any window are divided by: not 0. */
const leastEnvelope = 1e-8;

/** A window in the middle of a frame, with zeros around. */
function windowOf<H extends Handle>(
  f: Front<H>,
  window: H | null,
  length: number,
  nFft: number,
): H {
  const given = window ?? f.kernels.full([length], 1, "float32");
  const n = f.shape(given)[0] ?? 0;
  const before = Math.floor((nFft - n) / 2);
  return f.ops.pad(given, [before, nFft - n - before], "constant", new Scalar(0));
}

/** A part of the last axis. */
function lastPart<H extends Handle>({ ops, shape }: Front<H>, a: H, from: number, to: number): H {
  const sizes = shape(a);
  const start = sizes.map((_, i) => (i === sizes.length - 1 ? from : 0));
  return ops.slice(
    a,
    start,
    withSize(sizes, sizes.length - 1, to),
    sizes.map(() => 1),
  );
}

/** Zeros at both ends of an axis; a negative axis counts from the end. */
function padded<H extends Handle>(
  { ops, shape }: Front<H>,
  a: H,
  axis: number,
  before: number,
  after: number,
): H {
  const { length } = shape(a);
  const widths = shape(a).flatMap((_, i) => (i === length + axis ? [before, after] : [0, 0]));
  return ops.pad(a, widths, "constant", new Scalar(0));
}

/** Sums frames `[..., count, size]` up where they overlap: `[..., (count - 1) * hop + size]`. */
function laidOver<H extends Handle>(f: Front<H>, frames: H, hop: number): H {
  const { ops } = f;
  const shape = f.shape(frames);
  const [count = 0, size = 0] = shape.slice(-2);
  const overlap = Math.ceil(size / hop);
  // Frames are cut into pieces of a hop; piece i of a frame lies i hops behind its first.
  const whole = padded(f, frames, -1, 0, overlap * hop - size);
  let sum: H | undefined;
  for (let i = 0; i < overlap; i++) {
    const piece = lastPart(f, whole, i * hop, (i + 1) * hop);
    const placed = padded(f, piece, -2, i, overlap - 1 - i);
    sum = sum === undefined ? placed : ops.add(sum, placed);
  }
  const rows = (count + overlap - 1) * hop;
  const flat = ops.reshape(sum ?? whole, [...shape.slice(0, -2), rows]);
  return lastPart(f, flat, 0, (count - 1) * hop + size);
}

export const frameDefaults = <H extends Handle>(
  f: Front<H>,
): Pick<FftOps<H>, "fftStft" | "fftIstft"> => {
  const { ops } = f;
  return {
    fftStft(x, nFft, hopLength, winLength, window, center, padMode, norm, onesided) {
      const hop = hopLength ?? Math.trunc(nFft / 4);
      const half = center ? Math.floor(nFft / 2) : 0;
      const samples = f.shape(x).at(-1) ?? 1;
      const time = samples + 2 * half;
      const signals = sizeOf(f.shape(x)) / samples;
      const count = Math.floor((time - nFft) / hop) + 1;
      const work = workOf * signals * Math.max(time, count * nFft);
      affordable("stft", work, "the frames need");
      const widths = f
        .shape(x)
        .flatMap((_, i, { length }) => (i === length - 1 ? [half, half] : [0, 0]));
      const signal = half > 0 ? ops.pad(x, widths, padMode, new Scalar(0)) : x;
      const axis = f.shape(signal).length - 1;
      const starts = f.kernels.arange(0, hop, count, "int32");
      const places = ops.add(ops.expandDims(starts, [1]), f.kernels.arange(0, 1, nFft, "int32"));
      const frames = ops.multiply(
        ops.take(signal, places, axis),
        windowOf(f, window, winLength ?? nFft, nFft),
      );
      const spectra = onesided
        ? ops.fftRfft(frames, nFft, -1, norm)
        : ops.fftFft(frames, nFft, -1, norm);
      return ops.swapaxes(spectra, -1, -2);
    },

    fftIstft(matrix, nFft, hopLength, winLength, window, center, norm, onesided, length) {
      const spectra = ops.swapaxes(matrix, -1, -2);
      const rows = f.shape(matrix).at(-2) ?? 0;
      const n = nFft ?? (onesided ? 2 * (rows - 1) : rows);
      const hop = hopLength ?? Math.trunc(n / 4);
      const weights = windowOf(f, window, winLength ?? n, n);
      const frames = onesided
        ? ops.fftIrfft(spectra, n, -1, norm)
        : ops.real(ops.fftIfft(spectra, n, -1, norm));
      const count = f.shape(matrix).at(-1) ?? 0;
      affordable("istft", (workOf * n * sizeOf(f.shape(matrix))) / rows, "the frames need");
      const squares = ops.broadcastTo(ops.square(weights), [count, n]);
      const envelope = ops.maximum(laidOver(f, squares, hop), new Scalar(leastEnvelope));
      let signal = ops.divide(laidOver(f, ops.multiply(frames, weights), hop), envelope);
      const time = f.shape(signal).at(-1) ?? 0;
      const half = center ? Math.floor(n / 2) : 0;
      // A length is counted from the first sample, whatever was filled up behind the last.
      const end = length === null ? Math.max(time - half, half) : Math.min(half + length, time);
      signal = lastPart(f, signal, Math.min(half, end), end);
      const missing = (length ?? 0) - (f.shape(signal).at(-1) ?? 0);
      return missing > 0 ? padded(f, signal, -1, 0, missing) : signal;
    },
  };
};
