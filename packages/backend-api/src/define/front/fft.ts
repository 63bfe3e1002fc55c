// How calls of the family "fft" are checked and prepared before a kernel sees them. A kernel's sizes and axes are
// never null; its operand is complex64, or float32 for transforms of real numbers, and not padded.

import type { Handle } from "../../backend.js";
import { rangeError } from "../../errors.js";
import type { FftOps } from "../../ops/index.js";
import { boundAxis, shapeText, size } from "../axes.js";
import type { Front } from "../front.js";
import { asArray } from "../operands.js";

type Norm = "backward" | "ortho" | "forward";

/** How an operand of a kind of transforms looks. */
interface Kind {
  readonly dtype: "float32" | "complex64";
  /** Half a spectrum stands for all of it. */
  readonly half: boolean;
}

const whole: Kind = { dtype: "complex64", half: false };
const real: Kind = { dtype: "float32", half: false };
const half: Kind = { dtype: "complex64", half: true };

/** What a transform over some axes is called with, checked. */
interface Call<H> {
  readonly a: H;
  readonly sizes: readonly number[];
  readonly axes: readonly number[];
}

/** Refuses what MLX takes minutes for, and nobody means. */
function refuseMany(op: string, times: number, what: string): void {
  if (times <= 4096) return;
  throw rangeError(`[${op}] ${what} ${times} times, at most 4096 are done`);
}

/** How frames are cut: the same checks there and back. */
function refuseFrames<H extends Handle>(
  f: Front<H>,
  op: string,
  nFft: number,
  hop: number,
  winLength: number | null,
  window: H | null,
): void {
  if (nFft <= 0) throw rangeError(`[${op}] n_fft must be positive.`);
  if (hop <= 0) throw rangeError(`[${op}] hop_length must be positive.`);
  const shape = window === null ? [] : f.shape(window);
  if (window !== null && shape.length !== 1) {
    throw rangeError(`[${op}] window must be a one-dimensional array.`, "SHAPE");
  }
  if ((winLength ?? 0) > nFft || (shape[0] ?? 0) > nFft) {
    throw rangeError(`[${op}] window length must not exceed n_fft.`, "SHAPE");
  }
}

export const fftFront = <H extends Handle>(f: Front<H>): FftOps<H> => {
  const { kernels } = f;

  /** A call over axes that are counted from the front already, or refused. */
  const checked = (
    kind: Kind,
    a: H,
    sizes: readonly number[] | null,
    axes: readonly number[],
  ): Call<H> => {
    const shape = f.shape(a);
    if (shape.length === 0) {
      throw rangeError("[fftn] Requires array with at least one dimension.", "SHAPE");
    }
    const natural = axes.map((axis, i) => {
      const n = shape[axis] ?? 0;
      return kind.half && i === axes.length - 1 ? 2 * (n - 1) : n;
    });
    const of = sizes ?? natural;
    if (of.length !== axes.length) {
      throw rangeError("[fftn] Shape and axes have different sizes.", "SHAPE");
    }
    if (new Set(axes).size !== axes.length) {
      throw rangeError(`[fftn] Duplicated axis received ${shapeText(axes)}`);
    }
    if (of.some((n) => n <= 0)) {
      throw rangeError(`[fftn] Invalid FFT output size requested ${shapeText(of)}`, "SHAPE");
    }
    return { a: asArray(f, a, kind.dtype), sizes: of, axes };
  };

  const along =
    (op: "fftFft" | "fftIfft" | "fftRfft" | "fftIrfft", kind: Kind): FftOps<H>["fftFft"] =>
    (a, n, axis, norm) => {
      const at = boundAxis(`fft.${op.slice(3).toLowerCase()}`, axis, f.shape(a).length);
      const call = checked(kind, a, n === null ? null : [n], [at]);
      return kernels[op](call.a, call.sizes[0] ?? 0, at, norm);
    };

  const over =
    (
      op:
        | "fftFft2"
        | "fftIfft2"
        | "fftRfft2"
        | "fftIrfft2"
        | "fftFftn"
        | "fftIfftn"
        | "fftRfftn"
        | "fftIrfftn",
      kind: Kind,
    ) =>
    (a: H, s: readonly number[] | null, axes: readonly number[] | null, norm: Norm): H => {
      const name = `fft.${op.slice(3).toLowerCase()}`;
      if (s !== null && axes === null) {
        throw rangeError(
          `[${name}] s was given and axes is null; give the axes of these sizes`,
          "SHAPE",
        );
      }
      const shape = f.shape(a);
      const at = (axes ?? shape.map((_, i) => i)).map((axis) =>
        boundAxis(name, axis, shape.length),
      );
      const call = checked(kind, a, s, at);
      return at.length === 0 ? a : kernels[op](call.a, call.sizes, at, norm);
    };

  const frequencies =
    (op: "fftFftfreq" | "fftRfftfreq", name: string): FftOps<H>["fftFftfreq"] =>
    (n, d) => {
      if (n === 2 ** 31 - 1) throw rangeError(`[fft.${name}] n is 2^31 - 1, it must be less`);
      if (n <= 0) throw rangeError(`[${name}] \`n\` must be greater than 0.`);
      if (d === 0) throw rangeError(`[${name}] \`d\` must be non-zero.`);
      return kernels[op](n, d);
    };

  const shift =
    (op: "fftFftshift" | "fftIfftshift", name: string): FftOps<H>["fftFftshift"] =>
    (a, axes) => {
      const ndim = f.shape(a).length;
      const at = (axes ?? f.shape(a).map((_, i) => i)).map((axis) => {
        if (axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
        throw rangeError(
          `[${name}] Invalid axis ${axis} for array with ${ndim} dimensions.`,
          "SHAPE",
        );
      });
      return at.length === 0 ? a : kernels[op](a, at);
    };

  return {
    fftFft: along("fftFft", whole),
    fftIfft: along("fftIfft", whole),
    fftRfft: along("fftRfft", real),
    fftIrfft: along("fftIrfft", half),
    fftFft2: over("fftFft2", whole),
    fftIfft2: over("fftIfft2", whole),
    fftRfft2: over("fftRfft2", real),
    fftIrfft2: over("fftIrfft2", half),
    fftFftn: over("fftFftn", whole),
    fftIfftn: over("fftIfftn", whole),
    fftRfftn: over("fftRfftn", real),
    fftIrfftn: over("fftIrfftn", half),
    fftFftfreq: frequencies("fftFftfreq", "fftfreq"),
    fftRfftfreq: frequencies("fftRfftfreq", "rfftfreq"),
    fftFftshift: shift("fftFftshift", "fftshift"),
    fftIfftshift: shift("fftIfftshift", "ifftshift"),

    fftStft(x, nFft, hopLength, winLength, window, center, padMode, norm, onesided) {
      const op = "fft.stft";
      if (winLength !== null) size(op, winLength);
      const shape = f.shape(x);
      const samples = shape.at(-1);
      if (samples === undefined) {
        throw rangeError("[stft] Input must have at least one dimension.", "SHAPE");
      }
      const hop = hopLength ?? Math.trunc(nFft / 4);
      refuseFrames(f, "stft", nFft, hop, winLength, window);
      if (samples === 0) {
        throw rangeError(`[${op}] the signal has no samples, it needs some`, "SHAPE");
      }
      const padding = center ? Math.floor(nFft / 2) : 0;
      if (padMode === "reflect") {
        refuseMany(op, padding / Math.max(samples - 1, 1), "the signal would be reflected");
      }
      if (samples + 2 * padding < nFft) {
        throw rangeError("[stft] Input is too short for the given n_fft.", "SHAPE");
      }
      const complex = f.dtype(x) === "complex64";
      return kernels.fftStft(
        asArray(f, x, complex ? "complex64" : "float32"),
        nFft,
        hop,
        winLength ?? nFft,
        window,
        center,
        padMode,
        norm,
        onesided ?? !complex,
      );
    },

    fftIstft(matrix, nFft, hopLength, winLength, window, center, norm, onesided, length) {
      const op = "fft.istft";
      if (winLength !== null) size(op, winLength);
      if (length !== null) size(op, length);
      const shape = f.shape(matrix);
      const [rows, count] = [shape.at(-2), shape.at(-1)];
      if (rows === undefined || count === undefined) {
        throw rangeError(
          "[istft] Input must have at least two dimensions (freq, frames).",
          "SHAPE",
        );
      }
      if (rows === 0 || count === 0) {
        throw rangeError(
          `[${op}] the matrix has no frequencies or no frames, it needs both`,
          "SHAPE",
        );
      }
      const oneSide = onesided ?? true;
      const n = nFft ?? (oneSide ? 2 * (rows - 1) : rows);
      const hop = hopLength ?? Math.trunc(n / 4);
      refuseFrames(f, "istft", n, hop, winLength, window);
      const overlap = Math.ceil(n / hop);
      refuseMany(op, overlap, "frames overlap");
      const together = (count + overlap) * overlap * hop;
      if (together > 2 ** 31 - 1) {
        throw rangeError(
          `[${op}] the frames have ${together} samples together, at most 2^31 - 1 can be computed with`,
        );
      }
      return kernels.fftIstft(
        asArray(f, matrix, "complex64"),
        n,
        hop,
        winLength ?? n,
        window,
        center,
        norm,
        oneSide,
        length,
      );
    },
  };
};
