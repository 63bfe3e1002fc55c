// What a training loop is made of besides its steps: progress that leaves the event loop free, evaluation that
// changes nothing, and stopping when it no longer helps.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, describe, expect, test } from "vitest";
import { has } from "../../core/test/needs.js";
import * as optim from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-loop-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MINUTE = 60_000;

class Net extends nn.Module {
  inProj = new nn.Linear(4, 16);
  norm = new nn.BatchNorm(16);
  dropout = new nn.Dropout(0.5);
  outProj = new nn.Linear(16, 1);

  forward(x: MLXArray): MLXArray {
    const h = nn.relu(this.norm.forward(this.inProj.forward(x)));
    return this.outProj.forward(this.dropout.forward(h));
  }
}

function start(rate: number) {
  mx.random.seed(0);
  const model = new Net();
  const optimizer = new optim.SGD(rate).init(model.trainableParameters());
  const loss = (x: MLXArray, y: MLXArray) => nn.losses.mseLoss(model.forward(x), y);
  const lossAndGrad = nn.valueAndGrad(model, loss);
  const step = (x: MLXArray, y: MLXArray): MLXArray => {
    const [value, grads] = lossAndGrad(x, y);
    optimizer.update(model, grads);
    return value;
  };
  const x = mx.random.normal([64, 4]);
  return { model, optimizer, loss, step, x, y: mx.sum(x, 1, true) };
}

const values = (tree: unknown): unknown[] => mx.arraysIn(tree).map((array) => array.tolist());

describe("a loop that is an async generator", () => {
  async function* train(count: number) {
    const { model, optimizer, step, x, y } = start(0.05);
    for (let i = 1; i <= count; i++) {
      const loss = mx.tidy(() => step(x, y));
      await mx.asyncEval(loss, model, optimizer);
      yield { step: i, steps: count, loss: loss.item<number>() };
      loss.dispose();
    }
  }

  test("reports each step, and lets others run meanwhile", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const reports = [];
    for await (const report of train(50)) reports.push(report);
    clearInterval(timer);
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(reports.at(-1)?.loss).toBeLessThan(reports[0]?.loss ?? 0);
    if (has("native")) expect(turns).toBeGreaterThan(0);
  });

  test("stops where its consumer stops", async () => {
    let last = 0;
    for await (const { step } of train(50)) {
      last = step;
      if (step === 3) break;
    }
    expect(last).toBe(3);
  });
});

describe("evaluation", () => {
  test("gives the same each time, draws no random numbers and changes nothing", () => {
    const { model, loss, step, x, y } = start(0.05);
    step(x, y);
    model.eval();
    const before = values([model.parameters(), mx.random.state.key]);
    const results = [1, 2, 3].map(() => mx.tidy(() => loss(x, y).item<number>()));
    expect(new Set(results).size).toBe(1);
    expect(values([model.parameters(), mx.random.state.key])).toEqual(before);
    model.train();
    expect(new Set([1, 2, 3].map(() => loss(x, y).item())).size).toBe(3);
  });

  test("between compiled steps costs no further trace of them", { timeout: MINUTE }, () => {
    const { model, optimizer, loss, step, x, y } = start(0.05);
    let [steps, evaluations] = [0, 0];
    const state = [model, optimizer, mx.random.state];
    const train = mx.compile(
      (x: MLXArray, y: MLXArray) => {
        steps++;
        return step(x, y);
      },
      { state },
    );
    const evaluate = mx.compile(
      (x: MLXArray, y: MLXArray) => {
        evaluations++;
        return loss(x, y);
      },
      { inputs: model },
    );
    const results: number[] = [];
    for (let i = 0; i < 3; i++) {
      mx.eval(model.train() && train(x, y), model, optimizer);
      model.eval();
      results.push(evaluate(x, y).item());
    }
    expect(new Set(results).size).toBe(3);
    if (has("tracing")) expect([steps, evaluations]).toEqual([1, 1]);
  });
});

describe("early stopping", () => {
  test("ends with the weights of the best evaluation", () => {
    const file = join(folder, "best.safetensors");
    // So large a rate makes the loss grow after some steps.
    const { model, optimizer, loss, step, x, y } = start(0.2);
    const evaluated = (): number => {
      model.eval();
      const value = mx.tidy(() => loss(x, y).item<number>());
      model.train();
      return value;
    };
    const seen: number[] = [];
    let best = Number.POSITIVE_INFINITY;
    for (let patience = 4; patience > 0 && seen.length < 100; ) {
      step(x, y);
      mx.eval(model, optimizer);
      const value = evaluated();
      seen.push(value);
      patience--;
      if (value < best) {
        [best, patience] = [value, 4];
        model.saveWeights(file);
      }
    }
    expect(seen.length).toBeLessThan(100);
    expect(best).toBe(Math.min(...seen));
    expect(evaluated()).toBeGreaterThan(best);
    model.loadWeights(file);
    expect(evaluated()).toBe(best);
  });
});
