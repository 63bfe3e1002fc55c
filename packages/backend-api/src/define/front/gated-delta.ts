// How the recurrence of gated delta networks is checked: sizes that belong together, real floats.

import type { Handle } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { FastOps } from "../../ops/index.js";
import { shapeText } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray } from "../operands.js";

const op = "fast.gatedDeltaUpdate";

export const gatedDeltaFront = <H extends Handle>(
  f: Front<H>,
): FastOps<H>["fastGatedDeltaUpdate"] => {
  const hasShape = (a: H, wanted: Shape, what: string): void => {
    const found = shapeText(f.shape(a));
    if (found === shapeText(wanted)) return;
    throw rangeError(
      `[${op}] ${what} has the shape ${found}, here it must be ${shapeText(wanted)}`,
      "SHAPE",
    );
  };
  const hasFourAxes = (a: H, what: string): void => {
    if (f.shape(a).length === 4) return;
    throw rangeError(
      `[${op}] ${what} has the shape ${shapeText(f.shape(a))}, it needs 4 axes`,
      "SHAPE",
    );
  };

  return (q, k, v, gamma, beta, initialState, mask) => {
    hasFourAxes(q, "q");
    hasFourAxes(v, "v");
    const [batch = 0, steps = 0, heads = 0, width = 0] = f.shape(q);
    const [, , valueHeads = 0, valueWidth = 0] = f.shape(v);
    hasShape(k, f.shape(q), "k");
    hasShape(v, [batch, steps, valueHeads, valueWidth], "v");
    hasShape(gamma, [batch, steps, valueHeads], "gamma");
    hasShape(beta, [batch, steps, valueHeads], "beta");
    if (initialState !== null) {
      hasShape(initialState, [batch, valueHeads, valueWidth, width], "initialState");
    }
    if (mask !== null) hasShape(mask, [batch, steps], "mask");
    for (const [what, part] of Object.entries({ q, k, v, gamma, beta })) {
      if (dtypeKind(f.dtype(part)) !== "float") {
        throw rangeError(`[${op}] ${what} must be real floats`, "DTYPE");
      }
    }
    if (heads === 0 || valueHeads % heads !== 0) {
      throw rangeError(
        `[${op}] v has ${valueHeads} heads, which must be a multiple of those of q, ${heads}`,
        "SHAPE",
      );
    }
    if (steps === 0) {
      throw rangeError(`[${op}] there are no steps, the second axis of q is empty`, "SHAPE");
    }
    const flags = mask === null ? null : asArray(f, mask, "bool");
    return f.kernels.fastGatedDeltaUpdate(q, k, v, gamma, beta, initialState, flags);
  };
};
