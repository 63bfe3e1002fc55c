// The recurrence of gated delta networks, step by step, with a state in float32.

import type { Handle } from "../../backend.js";
import { promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { FastOps } from "../../ops/index.js";
import type { Front } from "../front.js";

/** Every step is some ops: more than this nobody waits for. */
const mostSteps = 2 ** 16;

export const gatedDelta =
  <H extends Handle>(f: Front<H>): FastOps<H>["fastGatedDeltaUpdate"] =>
  (q, k, v, gamma, beta, initialState, mask) => {
    const { ops } = f;
    const [batch = 0, steps = 0, heads = 1, width = 0] = f.shape(q);
    const [, , valueHeads = 0, valueWidth = 0] = f.shape(v);
    if (steps > mostSteps) {
      throw rangeError(
        `[fast.gatedDeltaUpdate] q has ${steps} steps, a backend without a kernel of its own takes at most ${mostSteps} at once`,
      );
    }
    const dtype = promoteTypes(promoteTypes(f.dtype(q), f.dtype(k)), f.dtype(v));
    const wide = (a: H) => ops.astype(a, "float32");
    /** One step of `[b, t, ...]`. */
    const at = (a: H, step: number): H => {
      const [b = 0, , ...rest] = f.shape(a);
      const start = [0, step, ...rest.map(() => 0)];
      const part = ops.slice(
        a,
        start,
        [b, step + 1, ...rest],
        start.map(() => 1),
      );
      return ops.squeeze(part, [1]);
    };
    // One query and key for each head of values, and an axis for the width of those.
    const spread = (a: H) => ops.expandDims(ops.repeat(wide(a), valueHeads / heads, 2), [3]);
    const [queries, keys] = [spread(q), spread(k)];
    const [values, decays, strengths] = [wide(v), wide(gamma), wide(beta)];

    let state =
      initialState === null
        ? f.kernels.full([batch, valueHeads, valueWidth, width], 0, "float32")
        : wide(initialState);
    const outputs: H[] = [];
    for (let step = 0; step < steps; step++) {
      const key = at(keys, step);
      const decayed = ops.multiply(state, ops.expandDims(at(decays, step), [-1, -2]));
      const given = ops.sum(ops.multiply(decayed, key), [-1], false);
      const missing = ops.multiply(
        ops.subtract(at(values, step), given),
        ops.expandDims(at(strengths, step), [-1]),
      );
      const moved = ops.add(decayed, ops.multiply(ops.expandDims(missing, [-1]), key));
      const answer = ops.sum(ops.multiply(moved, at(queries, step)), [-1], false);
      if (mask === null) {
        state = moved;
        outputs.push(answer);
      } else {
        const taken = ops.reshape(at(mask, step), [batch, 1, 1, 1]);
        state = ops.where(taken, moved, state);
        outputs.push(ops.where(ops.squeeze(taken, [3]), answer, ops.zerosLike(answer, null)));
      }
    }
    return [ops.astype(ops.stack(outputs, 1), dtype), state];
  };
