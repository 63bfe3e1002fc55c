// Attention of several heads, written out: scores, mask, sinks, softmax, weighted values.

import { type Handle, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import { UnsupportedError } from "../../errors.js";
import type { FastOps } from "../../ops/index.js";
import { withSize } from "../axes.js";
import type { Front } from "../front.js";

/** The least numbers: scores of places that are not seen. */
const least: Partial<Record<DType, number>> = {
  float16: -65504,
  bfloat16: -(2 - 2 ** -7) * 2 ** 127,
  float32: -(2 - 2 ** -23) * 2 ** 127,
  float64: -Number.MAX_VALUE,
};

/** Which places each query sees: the last query all, the one before it one less. */
function causalMask<H extends Handle>({ kernels, ops }: Front<H>, queries: number, places: number) {
  const seen = kernels.arange(places - queries, 1, queries, "int32");
  return ops.greaterEqual(
    ops.expandDims(seen, [1]),
    ops.expandDims(kernels.arange(0, 1, places, "int32"), [0]),
  );
}

export const attention =
  <H extends Handle>(f: Front<H>): FastOps<H>["fastScaledDotProductAttention"] =>
  (q, k, v, scale, mask, causal, sinks, forceFused) => {
    const { ops } = f;
    if (forceFused) {
      throw new UnsupportedError(
        "scaled_dot_product_attention",
        f.id,
        "force_fused=True but it has no fused kernel",
      );
    }
    const dtype = f.dtype(q);
    const [batch = 0, heads = 0, queries = 0, width = 0] = f.shape(q);
    const [, shared = 1, places = 0] = f.shape(k);
    // Queries of heads that share keys stand beside each other: [b, g, h / g, t, d].
    const together = heads / shared;
    const grouped = (shape: readonly number[]): number[] => [
      batch,
      shared,
      together,
      ...shape.slice(2),
    ];
    const scaled = ops.multiply(q, f.scalar(Math.fround(scale), dtype));
    const queriesOf = ops.reshape(scaled, grouped([batch, heads, queries, width]));
    const keys = ops.swapaxes(ops.expandDims(k, [2]), -1, -2);
    let scores = ops.matmul(queriesOf, keys);

    if (causal || mask !== null) {
      const seen =
        mask === null ? causalMask(f, queries, places) : ops.reshape(mask, grouped(f.shape(mask)));
      scores =
        f.dtype(seen) === "bool"
          ? ops.where(seen, scores, new Scalar(least[dtype] ?? Number.NEGATIVE_INFINITY))
          : ops.add(scores, seen);
    }
    if (sinks === null) {
      scores = ops.softmax(scores, [-1], true);
    } else {
      // A sink takes its share of the weights, and gives nothing.
      const each = ops.reshape(sinks, [1, shared, together, 1, 1]);
      const column = ops.broadcastTo(each, withSize(f.shape(scores), 4, 1));
      const weights = ops.softmax(ops.concatenate([column, scores], -1), [-1], true);
      scores = ops.slice(weights, [0, 0, 0, 0, 1], f.shape(weights), [1, 1, 1, 1, 1]);
    }
    const out = ops.matmul(scores, ops.expandDims(v, [2]));
    return ops.reshape(out, [batch, heads, queries, f.shape(v)[3] ?? 0]);
  };
