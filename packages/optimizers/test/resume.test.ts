// Training that was saved and resumed, by new objects from files, gives the very losses and weights of
// training that was not interrupted.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, expect, test } from "vitest";
import * as optim from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));

const STEPS = 8;
const SAVED = 4;
const MINUTE = 60_000;

const optimizers: readonly [name: string, make: () => optim.Optimizer][] = [
  ["SGD", () => new optim.SGD(0.05, { momentum: 0.9, nesterov: true })],
  ["RMSprop", () => new optim.RMSprop(0.01)],
  ["Adagrad", () => new optim.Adagrad(0.05)],
  ["AdaDelta", () => new optim.AdaDelta(1)],
  ["Adam", () => new optim.Adam(0.01, { biasCorrection: true })],
  ["AdamW", () => new optim.AdamW(optim.cosineDecay(0.01, STEPS))],
  ["Adamax", () => new optim.Adamax(0.01)],
  ["Lion", () => new optim.Lion(0.01, { weightDecay: 0.1 })],
  ["Adafactor", () => new optim.Adafactor({ beta1: 0.9 })],
  ["Muon", () => new optim.Muon(optim.stepDecay(0.05, 0.5, 3))],
  [
    "MultiOptimizer",
    () =>
      new optim.MultiOptimizer(
        [
          new optim.AdamW(optim.exponentialDecay(0.01, 0.9), { weightDecay: 0 }),
          new optim.Muon(0.05),
        ],
        [(path) => path.endsWith("bias")],
      ),
  ],
];

function training(make: () => optim.Optimizer, compiled: boolean) {
  const model = new nn.Sequential(new nn.Linear(4, 6), nn.gelu, new nn.Linear(6, 1));
  const optimizer = make().init(model.trainableParameters());
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray, y: MLXArray) =>
    nn.losses.mseLoss(model.forward(x), y),
  );
  const once = (x: MLXArray, y: MLXArray): MLXArray => {
    const [loss, grads] = lossAndGrad(x, y);
    optimizer.update(model, grads);
    return loss;
  };
  const step = compiled ? mx.compile(once, { state: [model, optimizer] }) : once;
  const inputs = mx.random.normal([16, 4], { key: mx.random.key(1) });
  const targets = mx.sum(mx.square(inputs), 1, true);
  const run = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const loss = step(inputs, targets);
      mx.eval(model, optimizer);
      return loss.item();
    });
  return { model, optimizer, run };
}

const values = (tree: unknown): unknown[] => mx.arraysIn(tree).map((array) => array.tolist());

function resumes(name: string, make: () => optim.Optimizer, compiled: boolean): void {
  const [weights, state] = ["weights", "state"].map((file) =>
    join(folder, `${name}-${file}.safetensors`),
  ) as [string, string];
  mx.random.seed(3);
  const whole = training(make, compiled);
  const first = whole.run(SAVED);
  whole.model.saveWeights(weights);
  whole.optimizer.saveState(state);
  const rest = whole.run(STEPS - SAVED);

  mx.random.seed(99);
  const resumed = training(make, compiled);
  resumed.model.loadWeights(weights);
  resumed.optimizer.loadState(state);
  expect(resumed.run(STEPS - SAVED)).toEqual(rest);
  expect(values(resumed.model.parameters())).toEqual(values(whole.model.parameters()));
  expect(values(resumed.optimizer.state).length).toBe(values(whole.optimizer.state).length);
  expect(resumed.optimizer.step.item()).toBe(STEPS);
  expect(rest.at(-1)).toBeLessThan(first[0] ?? 0);
}

test.each(optimizers)("%s resumes to the same losses", (name, make) => {
  resumes(name, make, false);
});

// Each is compiled by the machine's C++ compiler, which takes its time.
test.each(optimizers.filter(([name]) => /^(Adam|Adafactor|MultiOptimizer)$/.test(name)))(
  "%s resumes to the same losses when it is compiled",
  { timeout: MINUTE },
  (name, make) => resumes(name, make, true),
);
