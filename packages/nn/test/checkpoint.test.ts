// A model of checkpointed layers has the gradients of one without, at a lower peak of memory. What else holds for
// nn.checkpoint is in transformer.test.ts.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { needs } from "../../core/test/needs.js";
import * as nn from "../src/index.js";

const ROWS = 2048;
const WIDTH = 32;
const LAYERS = 12;

/** Small in parameters, large in what it computes between. */
class Block extends nn.Module {
  up = new nn.Linear(WIDTH, 8 * WIDTH);
  down = new nn.Linear(8 * WIDTH, WIDTH);

  forward(x: MLXArray): MLXArray {
    return mx.add(x, this.down.forward(nn.gelu(this.up.forward(x))));
  }
}

/** The gradients of a stack of blocks, and the most bytes that computing them took. */
function gradients(checkpointed: boolean) {
  mx.random.seed(0);
  const model = new nn.Sequential(...Array.from({ length: LAYERS }, () => new Block()));
  const blocks = model.layers as Block[];
  const calls = blocks.map((block) =>
    checkpointed ? nn.checkpoint(block) : (x: MLXArray) => block.forward(x),
  );
  const x = mx.random.normal([ROWS, WIDTH]);
  mx.eval(model, x);
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) =>
    mx.mean(mx.square(calls.reduce((y, call) => call(y), x))),
  );
  const before = mx.getActiveMemory();
  mx.resetPeakMemory();
  const [loss, grads] = lossAndGrad(x);
  mx.eval(loss, grads);
  return { loss: loss.item<number>(), grads, peak: mx.getPeakMemory() - before };
}

describe("checkpointed layers", () => {
  test("have the same loss and gradients", () => {
    const [kept, again] = [gradients(false), gradients(true)];
    expect(again.loss).toBe(kept.loss);
    const wanted = mx.treeFlatten(kept.grads);
    const got = mx.treeFlatten(again.grads);
    expect(got.map(([name]) => name)).toEqual(wanted.map(([name]) => name));
    for (const [i, [name, grad]] of got.entries()) {
      const other = wanted[i]?.[1] as MLXArray;
      const difference = mx.max(mx.abs(mx.subtract(grad, other))).item<number>();
      expect(difference / mx.max(mx.abs(other)).item<number>(), name).toBeLessThan(1e-5);
    }
  });

  test("take much less memory", () => {
    needs("native");
    const [kept, again] = [gradients(false).peak, gradients(true).peak];
    expect(again).toBeLessThan(0.6 * kept);
  });
});
