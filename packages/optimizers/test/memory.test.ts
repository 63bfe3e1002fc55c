// A training loop of 2,000 steps, written without scopes, holds arrays and memory constant.

import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { collectGarbage } from "./garbage.js";
import { batch, trainer } from "./mlp.js";

const STEPS = 2000;
const EVERY = 200;
const MINUTE = 60_000;

interface Sample {
  readonly arrays: number;
  readonly bytes: number;
}
const sample = (): Sample => ({ arrays: mx.liveArrays(), bytes: mx.getActiveMemory() });

/** Trains, samples after every 200th step, and once more when all garbage is collected. */
async function train(compiled: boolean, finish: (loss: mx.MLXArray) => void) {
  await collectGarbage();
  const { model, optimizer, step } = trainer(compiled);
  const batches = [0, 1, 2, 3].map(batch);
  const samples: Sample[] = [];
  const losses: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const loss = step(...(batches[i % 4] as [mx.MLXArray, mx.MLXArray]));
    mx.eval(model, optimizer);
    losses.push(loss.item());
    finish(loss);
    // The first weights and whatever made them.
    if (i === 0) await collectGarbage();
    if ((i + 1) % EVERY === 0) samples.push(sample());
  }
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 10);
  await collectGarbage();
  const after = sample();
  // A use, so that none of these is garbage before.
  mx.eval(model, optimizer, batches);
  return { samples, after };
}

describe.each([
  ["eager", false],
  ["compiled", true],
] as const)("%s training without scopes", (_kind, compiled) => {
  test(
    "holds arrays and memory exactly constant when it disposes the loss",
    async () => {
      const { samples } = await train(compiled, (loss) => loss.dispose());
      expect(samples).toHaveLength(STEPS / EVERY);
      expect(samples).toEqual(samples.map(() => samples[0]));
    },
    MINUTE,
  );

  test(
    "otherwise leaves only the losses to the garbage collector",
    async () => {
      const { samples, after } = await train(compiled, () => undefined);
      samples.forEach(({ arrays, bytes }, i) => {
        const waiting = arrays - after.arrays;
        expect(waiting).toBeLessThanOrEqual((i + 1) * EVERY);
        // A loss is four bytes; a batch or a weight would be many thousands.
        expect(bytes - after.bytes).toBeLessThanOrEqual(4 * waiting + 1000);
      });
    },
    MINUTE,
  );
});
