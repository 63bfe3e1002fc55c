// How calls of the family "fast" are checked and prepared before a kernel sees them: operands that are computed
// together have the dtype of the result, masks the shape of the scores, classes are inside the last axis.

import type { Handle } from "../../backend.js";
import { type DType, dtypeKind, promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { FastOps } from "../../ops/index.js";
import { shapeText } from "../axes.js";
import type { Front } from "../front.js";
import { asArray } from "../operands.js";
import { insideFromZero } from "../places.js";
import { attentionFront } from "./attention.js";
import { gatedDeltaFront } from "./gated-delta.js";

/** What normalizations check: rows, and weights that fit them. */
function normalized<H extends Handle>(
  f: Front<H>,
  op: string,
  x: H,
  parts: readonly (readonly [name: string, part: H | null])[],
): DType {
  const n = f.shape(x).at(-1);
  if (n === undefined) {
    throw rangeError(
      `[${op}] Input must have at least 1 dimension but got input with 0 dimensions.`,
      "SHAPE",
    );
  }
  let dtype = f.dtype(x);
  for (const [name, part] of parts) {
    if (part === null) continue;
    const shape = f.shape(part);
    if (shape.length !== 1) {
      throw rangeError(
        `[${op}] ${name} must have 1 dimension but has ${shape.length} dimensions.`,
        "SHAPE",
      );
    }
    if (shape[0] !== n) {
      throw rangeError(
        `[${op}] ${name} must have the same size as the last dimension of x but has ${shape[0]} elements.`,
        "SHAPE",
      );
    }
    dtype = promoteTypes(dtype, f.dtype(part));
  }
  if (dtypeKind(dtype) !== "float") {
    throw rangeError(`[${op}] Received unsupported type ${dtype}.`, "DTYPE");
  }
  return dtype;
}

/** What `rope` does not turn. */
function refuseRope<H extends Handle>(
  f: Front<H>,
  a: H,
  dims: number,
  base: number | null,
  freqs: H | null,
  offsets: H | null,
): void {
  if (freqs !== null && base !== null) {
    throw rangeError("[rope] Only one of base or freqs can have a value.");
  }
  if (freqs === null && base === null) {
    throw rangeError("[rope] Neither base nor freqs has a value.");
  }
  const shape = f.shape(a);
  if (shape.length < 3) {
    throw rangeError(
      `[rope] Input must have at least 3 dimensions but got input with ${shape.length} dimensions.`,
      "SHAPE",
    );
  }
  if (dtypeKind(f.dtype(a)) !== "float") {
    throw rangeError(`[rope] Input must be a floating type but got ${f.dtype(a)}.`, "DTYPE");
  }
  if (offsets !== null) {
    const of = f.shape(offsets);
    if (of.length > 1) {
      throw rangeError(
        `[rope] offset must have at most one dimension but has shape ${shapeText(of)}.`,
        "SHAPE",
      );
    }
    if ((of[0] ?? 1) !== 1 && of[0] !== shape[0]) {
      throw rangeError(
        `[rope] offset must be a scalar or vector with ${shape[0]} elements but has shape ${shapeText(of)}.`,
        "SHAPE",
      );
    }
    const kind = dtypeKind(f.dtype(offsets));
    if (kind !== "signed" && kind !== "unsigned") {
      throw rangeError(
        `[rope] offset must be an integer but got type ${f.dtype(offsets)}.`,
        "DTYPE",
      );
    }
  }
  if (dims <= 0) throw rangeError(`[rope] dims must be positive but got ${dims}.`);
  if (dims % 2 !== 0) throw rangeError(`[rope] dims must be even but got ${dims}.`);
  const last = shape.at(-1) ?? 0;
  if (dims > last) {
    throw rangeError(
      `[rope] dims must not exceed the input's last dimension (${last}) but got ${dims}.`,
    );
  }
  const found = freqs === null ? [dims / 2] : f.shape(freqs);
  if (found.length !== 1 || found[0] !== dims / 2) {
    throw rangeError(
      `[rope] freqs must be one dimensional with size ${dims / 2} but got shape ${shapeText(found)}.`,
      "SHAPE",
    );
  }
}

export const fastFront = <H extends Handle>(f: Front<H>): FastOps<H> => {
  const { kernels } = f;
  const as = (a: H | null, dtype: DType) => (a === null ? null : asArray(f, a, dtype));
  return {
    fastRmsNorm(x, weight, eps) {
      const dtype = normalized(f, "rms_norm", x, [["(*weight)", weight]]);
      return kernels.fastRmsNorm(asArray(f, x, dtype), as(weight, dtype), eps);
    },
    fastLayerNorm(x, weight, bias, eps) {
      const parts = [["weight", weight] as const, ["bias", bias] as const];
      const dtype = normalized(f, "layer_norm", x, parts);
      return kernels.fastLayerNorm(asArray(f, x, dtype), as(weight, dtype), as(bias, dtype), eps);
    },
    fastRope(a, dims, traditional, base, scale, offset, freqs, offsets) {
      refuseRope(f, a, dims, base, freqs, offsets);
      return kernels.fastRope(
        a,
        dims,
        traditional,
        base,
        scale,
        offset,
        as(freqs, "float32"),
        as(offsets, "int32"),
      );
    },
    fastScaledDotProductAttention: attentionFront(f),
    fastCrossEntropy(logits, targets) {
      const shape = f.shape(logits);
      const classes = shape.at(-1);
      if (classes === undefined) {
        throw rangeError(
          "[cross_entropy] logits must have at least 1 dimension but got input with 0 dimensions.",
          "SHAPE",
        );
      }
      const dtype = f.dtype(logits);
      if (dtypeKind(dtype) !== "float") {
        throw rangeError(`[cross_entropy] Received unsupported logits type ${dtype}.`, "DTYPE");
      }
      const kind = dtypeKind(f.dtype(targets));
      if (kind !== "signed" && kind !== "unsigned") {
        throw rangeError(
          `[cross_entropy] targets must be integer class indices but got ${f.dtype(targets)}.`,
          "DTYPE",
        );
      }
      const rows = shape.slice(0, -1);
      if (shapeText(f.shape(targets)) !== shapeText(rows)) {
        throw rangeError(
          `[cross_entropy] targets shape ${shapeText(f.shape(targets))} does not match logits shape ${shapeText(shape)} with the last axis removed.`,
          "SHAPE",
        );
      }
      return kernels.fastCrossEntropy(
        logits,
        insideFromZero(f, "fast.crossEntropy", targets, classes),
      );
    },
    fastGatedDeltaUpdate: gatedDeltaFront(f),
  };
};
