// Rotary positions: pairs of features as points of a plane, turned by angles that grow with the position.

import { type Handle, Scalar } from "../../backend.js";
import type { FastOps } from "../../ops/index.js";
import { sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";

/** Angles `[t, dims / 2]`, or `[b, 1, t, dims / 2]` where examples have offsets of their own. */
function angles<H extends Handle>(
  f: Front<H>,
  steps: number,
  dims: number,
  base: number,
  scale: number,
  offset: H,
  freqs: H | null,
): H {
  const { ops, kernels } = f;
  const several = f.shape(offset).length > 0;
  const start = several ? ops.expandDims(offset, [-1, -2]) : offset;
  const positions = ops.multiply(
    ops.add(kernels.arange(0, 1, steps, "float32"), start),
    new Scalar(Math.fround(scale)),
  );
  const half = dims / 2;
  const inverse =
    freqs === null
      ? ops.exp(
          ops.multiply(
            kernels.arange(0, -1, half, "float32"),
            new Scalar(Math.fround(Math.log(Math.fround(base)) / half)),
          ),
        )
      : ops.reciprocal(freqs);
  return ops.multiply(ops.expandDims(positions, [-1]), inverse);
}

export const rope =
  <H extends Handle>(f: Front<H>): FastOps<H>["fastRope"] =>
  (a, dims, traditional, base, scale, offset, freqs, offsets) => {
    const { ops } = f;
    const shape = f.shape(a);
    const [steps = 0, width = 0] = shape.slice(-2);
    const heads = sizeOf(shape.slice(1, -2));
    const x = ops.reshape(a, [shape[0] ?? 0, heads, steps, width]);
    const start = offsets ?? f.scalar(offset, "int32");
    const theta = angles(f, steps, dims, base ?? 1, scale, start, freqs);
    const [cos, sin] = [ops.cos(theta), ops.sin(theta)].map((part) =>
      ops.astype(part, f.dtype(a)),
    ) as [H, H];

    const part = (from: number, to: number, step: number): H =>
      ops.slice(x, [0, 0, 0, from], withSize(f.shape(x), 3, to), [1, 1, 1, step]);
    const half = dims / 2;
    const first = traditional ? part(0, dims, 2) : part(0, half, 1);
    const second = traditional ? part(1, dims, 2) : part(half, dims, 1);
    const turned = [
      ops.subtract(ops.multiply(first, cos), ops.multiply(second, sin)),
      ops.add(ops.multiply(first, sin), ops.multiply(second, cos)),
    ];
    const rest = dims < width ? [part(dims, width, 1)] : [];
    if (!traditional) return ops.reshape(ops.concatenate([...turned, ...rest], 3), shape);
    const pairs = ops.reshape(ops.stack(turned, -1), withSize(f.shape(x), 3, dims));
    return ops.reshape(ops.concatenate([pairs, ...rest], 3), shape);
  };
