// How attention is checked and prepared: one dtype, a mask of the scores' shape, sinks for each head.

import type { Handle } from "../../backend.js";
import { dtypeKind, promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { FastOps } from "../../ops/index.js";
import { shapeText } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray, broadcast, broadcastShape } from "../operands.js";

const op = "scaled_dot_product_attention";

const refuse = (text: string, code: "SHAPE" | "DTYPE" = "SHAPE") =>
  rangeError(`[${op}] ${text}`, code);

/** Refuses shapes that do not belong together. */
function refuseShapes(q: Shape, k: Shape, v: Shape): void {
  if (k.length === 4 && k[1] === 0) {
    throw rangeError(
      "[fast.scaledDotProductAttention] k has no heads, it needs at least one",
      "SHAPE",
    );
  }
  for (const shape of [q, k, v]) {
    if (shape.length !== 4) {
      throw refuse(`input with shape ${shapeText(shape)} expected to be rank 4`);
    }
  }
  for (const shape of [k, v]) {
    if (shape[0] !== q[0]) {
      throw refuse(`mismatching batch dimension for input with shape ${shapeText(shape)}.`);
    }
  }
  if (q[3] !== k[3]) {
    throw refuse(
      `query, keys expected to have matching last dimension; found query shape ${shapeText(q)} for keys shape ${shapeText(k)}.`,
    );
  }
  const [heads = 0, shared = 0, valued] = [q[1], k[1], v[1]];
  if (shared !== valued) {
    throw refuse(
      `keys, values expected to have matching n_kv_heads; found keys with n_heads ${shared} for values with n_heads ${valued}.`,
    );
  }
  if (heads % shared !== 0) {
    throw refuse(
      `n_heads must be a multiple of n_kv_heads, found n_heads ${heads} for n_kv_heads ${shared}.`,
    );
  }
  if (k[2] !== v[2]) {
    throw refuse(
      `keys and values have ${k[2]} and ${v[2]} places, they need the same number of them.`,
    );
  }
}

export const attentionFront =
  <H extends Handle>(f: Front<H>): FastOps<H>["fastScaledDotProductAttention"] =>
  (q, k, v, scale, mask, causal, sinks, forceFused) => {
    const shape = f.shape(q);
    refuseShapes(shape, f.shape(k), f.shape(v));
    if (mask !== null && causal) {
      throw refuse("a mask array was given for causal attention, which has its own mask.");
    }
    const dtype = promoteTypes(promoteTypes(f.dtype(q), f.dtype(k)), f.dtype(v));
    if (dtypeKind(dtype) !== "float") throw refuse(`Received unsupported type ${dtype}.`, "DTYPE");
    const [batch = 0, heads = 0, queries = 0] = shape;
    const places = f.shape(k)[2] ?? 0;
    let masked = mask;
    if (mask !== null) {
      const of = f.shape(mask);
      if (of.length > 4) {
        throw refuse(`the mask with shape ${shapeText(of)} expected to have at most rank 4.`);
      }
      if (promoteTypes(f.dtype(mask), dtype) !== dtype) {
        throw refuse(`Mask type must promote to output type ${dtype}.`, "DTYPE");
      }
      const scores = [batch, heads, queries, places];
      if (shapeText(broadcastShape(op, [scores, of])) !== shapeText(scores)) {
        throw refuse(
          `the mask with shape ${shapeText(of)} does not broadcast to the scores ${shapeText(scores)}.`,
        );
      }
      const typed = f.dtype(mask) === "bool" ? mask : asArray(f, mask, dtype);
      masked = broadcast(f, typed, scores);
    }
    if (sinks !== null) {
      if (promoteTypes(f.dtype(sinks), dtype) !== dtype) {
        throw refuse(`Type of sinks must promote to output type ${dtype}.`, "DTYPE");
      }
      const of = f.shape(sinks);
      if (of.length !== 1 || of[0] !== heads) {
        throw refuse(`Received invalid shape for sinks ${shapeText(of)}.`);
      }
    }
    return f.kernels.fastScaledDotProductAttention(
      asArray(f, q, dtype),
      asArray(f, k, dtype),
      asArray(f, v, dtype),
      scale,
      masked,
      causal,
      sinks === null ? null : asArray(f, sinks, dtype),
      forceFused,
    );
  };
