// Defaults of the family "fast": the layers written out, with sums in float32 where MLX has them.

import { type Handle, Scalar } from "../../backend.js";
import type { FastOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";
import { attention } from "./attention.js";
import { gatedDelta } from "./gated-delta.js";
import { rope } from "./rope.js";

export const fastDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<FastOps<H>, RequiredOp>> => {
  const { ops } = f;
  const rootMeanSquare = (x: H, eps: number): H =>
    ops.rsqrt(ops.add(ops.mean(ops.square(x), [-1], true), new Scalar(Math.fround(eps))));
  return {
    fastRmsNorm(x, weight, eps) {
      const wide = ops.astype(x, "float32");
      const rows = ops.astype(ops.multiply(wide, rootMeanSquare(wide, eps)), f.dtype(x));
      return weight === null ? rows : ops.multiply(rows, weight);
    },
    fastLayerNorm(x, weight, bias, eps) {
      const wide = ops.astype(x, "float32");
      const centred = ops.subtract(wide, ops.mean(wide, [-1], true));
      const normal = ops.multiply(centred, rootMeanSquare(centred, eps));
      const rows = ops.astype(normal, f.dtype(x));
      const scaled = weight === null ? rows : ops.multiply(rows, weight);
      return bias === null ? scaled : ops.add(scaled, bias);
    },
    fastRope: rope(f),
    fastScaledDotProductAttention: attention(f),
    fastCrossEntropy(logits, targets) {
      const picked = ops.takeAlongAxis(logits, ops.expandDims(targets, [-1]), -1);
      const loss = ops.subtract(ops.logsumexp(logits, [-1], false), ops.squeeze(picked, [-1]));
      return ops.astype(loss, "float32");
    },
    fastGatedDeltaUpdate: gatedDelta(f),
  };
};
