// Twenty training steps give Python's losses, eager and compiled.

import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { goldens } from "../../nn/test/goldens.js";
import { batch, trainer } from "./mlp.js";

interface Training {
  readonly start: Readonly<Record<string, number>>;
  readonly "first batch": { readonly x: number; readonly y: readonly number[] };
  readonly losses: readonly number[];
}

const golden = goldens(import.meta.url, "training") as unknown as Training;
// Another BLAS sums in another order; each step hands its differences on.
const tolerance = (step: number): number => 2e-6 * (1 + step);

describe.each([
  ["eager", false],
  ["compiled", true],
] as const)("an %s training step", (_kind, compiled) => {
  test("starts from Python's weights and batches", () => {
    for (const [name, array] of mx.treeFlatten(trainer(compiled).model.parameters())) {
      expect(array.sum().item()).toBeCloseTo(golden.start[name] ?? Number.NaN, 3);
    }
    const [x, y] = batch(0);
    expect(x.sum().item() / golden["first batch"].x).toBeCloseTo(1, 6);
    expect(y.tolist()).toEqual(golden["first batch"].y);
  });

  test("gives Python's losses twenty times", () => {
    const { model, optimizer, step } = trainer(compiled);
    const differences = golden.losses.map((wanted, i) => {
      const loss = step(...batch(i % 4));
      mx.eval(model, optimizer);
      const difference = Math.abs(loss.item() - wanted) / wanted;
      expect(difference, `step ${i + 1}`).toBeLessThan(tolerance(i));
      return difference;
    });
    expect(differences).toHaveLength(20);
  });
});
