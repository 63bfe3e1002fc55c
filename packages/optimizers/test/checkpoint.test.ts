// A run that was saved to one file and loaded by new objects gives the very losses of one that was not
// interrupted: dropout, running statistics, schedules and the order of the data included.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, describe, expect, test } from "vitest";
import { has } from "../../core/test/needs.js";
import * as optim from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, `${name}.safetensors`);

const STEPS = 10;
const SAVED = 4;
const MINUTE = 60_000;

class Net extends nn.Module {
  inProj = new nn.Linear(4, 8);
  norm = new nn.BatchNorm(8);
  dropout = new nn.Dropout(0.3);
  outProj = new nn.Linear(8, 1);

  forward(x: MLXArray): MLXArray {
    const h = nn.relu(this.norm.forward(this.inProj.forward(x)));
    return this.outProj.forward(this.dropout.forward(h));
  }
}

const makers = {
  AdamW: () => new optim.AdamW(optim.cosineDecay(0.05, STEPS)),
  MultiOptimizer: () =>
    new optim.MultiOptimizer(
      [new optim.AdamW(0.01, { weightDecay: 0 }), new optim.SGD(0.05, { momentum: 0.9 })],
      [(path) => path.endsWith("bias")],
    ),
} satisfies Record<string, () => optim.Optimizer>;

function run(make: () => optim.Optimizer, compiled: boolean) {
  const model = new Net();
  const optimizer = make().init(model.trainableParameters());
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray, y: MLXArray) =>
    nn.losses.mseLoss(model.forward(x), y),
  );
  let traces = 0;
  const once = (x: MLXArray, y: MLXArray): MLXArray => {
    traces++;
    const [loss, grads] = lossAndGrad(x, y);
    optimizer.update(model, grads);
    return loss;
  };
  const state = [model, optimizer, mx.random.state];
  const step = compiled ? mx.compile(once, { state }) : once;
  const data = mx.random.normal([64, 4], { key: mx.random.key(1) });
  /** Batches are drawn from the global random state, too. */
  const train = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const x = data.index(mx.random.randint(0, 64, [16]));
      const loss = step(x, mx.sum(mx.square(x), 1, true));
      mx.eval(loss, model, optimizer);
      return loss.item<number>();
    });
  return { parts: { model, optimizer }, train, traces: () => traces };
}

const values = (tree: unknown): unknown[] => mx.arraysIn(tree).map((array) => array.tolist());

describe.each([
  ["eager", false],
  ["compiled", true],
] as const)("%s training", (kind, compiled) => {
  test.each(Object.entries(makers))(
    "with %s resumes exactly",
    { timeout: MINUTE },
    (name, make) => {
      const file = path(`${kind}-${name}`);
      mx.random.seed(5);
      const whole = run(make, compiled);
      whole.train(SAVED);
      optim.saveCheckpoint(file, whole.parts, { epoch: "2" });
      const rest = whole.train(STEPS - SAVED);

      mx.random.seed(77);
      const resumed = run(make, compiled);
      expect(optim.loadCheckpoint(file, resumed.parts)).toEqual({ epoch: "2" });
      expect(resumed.parts.optimizer.step.item()).toBe(SAVED);
      expect(resumed.train(STEPS - SAVED)).toEqual(rest);
      expect(values(resumed.parts.model.parameters())).toEqual(
        values(whole.parts.model.parameters()),
      );
      expect(values(resumed.parts.optimizer.state).length).toBe(
        values(whole.parts.optimizer.state).length,
      );
      expect(new Set(rest).size).toBe(STEPS - SAVED);
    },
  );
});

describe("a checkpoint", () => {
  test(
    "is loaded by objects that are in use, whose compiled step goes on without a new trace",
    () => {
      const file = path("same");
      mx.random.seed(5);
      const training = run(makers.AdamW, true);
      training.train(2);
      optim.saveCheckpoint(file, training.parts);
      const first = training.train(3);
      optim.loadCheckpoint(file, training.parts);
      expect(training.train(3)).toEqual(first);
      if (has("tracing")) expect(training.traces()).toBe(1);
    },
    MINUTE,
  );

  test("is one file with Python's names", () => {
    const file = path("names");
    const model = new nn.Sequential(new nn.Linear(1, 1, { bias: false }));
    const optimizer = new optim.SGD(0.1, { momentum: 0.5 }).init(model.trainableParameters());
    mx.random.seed(0);
    optim.saveCheckpoint(file, { net: model, netOptimizer: optimizer }, { best: "0.25" });
    const [arrays, metadata] = mx.load(file, "safetensors", true);
    expect(Object.keys(arrays).sort()).toEqual([
      "net.layers.0.weight",
      "net_optimizer.layers.0.weight.v",
      "net_optimizer.learning_rate",
      "net_optimizer.step",
      "random.key",
    ]);
    expect(arrays["random.key"]?.tolist()).toEqual([0, 0]);
    expect(metadata).toEqual({ best: "0.25" });
    optim.loadCheckpoint(file, { net: model, netOptimizer: optimizer });
  });

  test("may be written over while what was loaded from it is still to be read", () => {
    const file = path("over");
    const [a, b] = [new nn.Linear(2, 1), new nn.Linear(2, 1)];
    const wanted = values(a.parameters());
    optim.saveCheckpoint(file, { model: a });
    optim.loadCheckpoint(file, { model: b });
    optim.saveCheckpoint(file, { model: new nn.Linear(2, 1) });
    expect(values(b.parameters())).toEqual(wanted);
  });
});

describe("checkpoints refuse", () => {
  const file = path("refused");
  /** Arrays are made in the tests, since each file's are counted. */
  const made = () => ({ model: new nn.Linear(2, 1), optimizer: new optim.SGD(0.1) });

  test.each<[string, () => unknown]>([
    [
      `[loadCheckpoint] ${file} has model, optimizer; asked for were model`,
      () => optim.loadCheckpoint(file, { model: made().model }),
    ],
    [
      `[loadCheckpoint] ${file} has model, optimizer; asked for were generator, optimizer`,
      () => optim.loadCheckpoint(file, { generator: made().model, optimizer: made().optimizer }),
    ],
    [
      "wrong shape: weight is [1,2], the model has [1,3]",
      () => optim.loadCheckpoint(file, { ...made(), model: new nn.Linear(3, 1) }),
    ],
    [
      '[saveCheckpoint] a part cannot be named "random", it takes letters and digits, and "random" is the random state',
      () => optim.saveCheckpoint(file, { random: made().model }),
    ],
    [
      '[saveCheckpoint] a part cannot be named "my.model"',
      () => optim.saveCheckpoint(file, { "my.model": made().model }),
    ],
    [
      "[saveCheckpoint] model must be a model or an optimizer, got 3",
      () => optim.saveCheckpoint(file, { model: 3 as never }),
    ],
    [
      "[saveCheckpoint] parts by name were expected, { model, optimizer }",
      () => optim.saveCheckpoint(file, made().model as never),
    ],
    [
      '[saveSafetensors] the metadata "epoch" must be text, got 3',
      () => optim.saveCheckpoint(file, made(), { epoch: 3 as never }),
    ],
  ])("%s", (message, call) => {
    optim.saveCheckpoint(file, made());
    expect(call).toThrow(message);
  });

  test("files that are none", () => {
    const other = path("other");
    writeFileSync(other, "no checkpoint");
    expect(() => optim.loadCheckpoint(other, made())).toThrow(
      expect.objectContaining({ code: "FILE" }),
    );
  });
});
