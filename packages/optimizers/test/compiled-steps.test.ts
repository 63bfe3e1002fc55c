// One update is one scope; a compiled step is one native call for forward, backward and update, traced once
// whatever the learning rate becomes. Counted at the backend, for every optimizer.

import { type Backend, Compile, Transforms, withRecording } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { describe, expect, test } from "vitest";
import { testBackend } from "../../core/test/backends.js";
import { needs } from "../../core/test/needs.js";
import * as optim from "../src/index.js";

const MINUTE = 60_000;

const optimizers = {
  SGD: () => new optim.SGD(0.05),
  "SGD with momentum": () => new optim.SGD(0.05, { momentum: 0.9, nesterov: true }),
  RMSprop: () => new optim.RMSprop(0.01),
  Adagrad: () => new optim.Adagrad(0.05),
  AdaDelta: () => new optim.AdaDelta(1),
  Adam: () => new optim.Adam(0.01, { biasCorrection: true }),
  AdamW: () => new optim.AdamW(0.01),
  Adamax: () => new optim.Adamax(0.01),
  Lion: () => new optim.Lion(0.01, { weightDecay: 0.1 }),
  Adafactor: () => new optim.Adafactor(0.01, { relativeStep: false }),
  Muon: () => new optim.Muon(0.05),
  MultiOptimizer: () =>
    new optim.MultiOptimizer(
      [new optim.AdamW(0.01, { weightDecay: 0 }), new optim.Muon(0.05)],
      [(path) => path.endsWith("bias")],
    ),
} satisfies Record<string, () => optim.Optimizer>;

test("every optimizer is tested", () => {
  const classes = Object.values(optim).filter(
    (value) => typeof value === "function" && value.prototype instanceof optim.Optimizer,
  );
  const tested = new Set(Object.values(optimizers).map((make) => make().constructor));
  expect(tested).toEqual(new Set(classes));
});

/** The tests' backend, which counts what is asked of it. */
function counting() {
  const counts = { ops: 0, compiled: 0, gradients: 0, releases: 0 };
  const recording = withRecording(testBackend, (line) => {
    if (!line.startsWith("eval") && !line.startsWith("read")) counts.ops++;
  });
  const backend: Backend = {
    ...recording,
    release(arrays) {
      counts.releases++;
      recording.release(arrays);
    },
    extension(token) {
      const found = recording.extension(token);
      if (found === undefined) return found;
      // The token tells which of these it is.
      if ((token as unknown) === Compile) {
        const compile = recording.extension(Compile);
        const counter: typeof compile = {
          compile(shapeless) {
            const made = (compile as NonNullable<typeof compile>).compile(shapeless);
            return {
              dispose: () => made.dispose(),
              call(...args) {
                counts.compiled++;
                return made.call(...args);
              },
            };
          },
        };
        return counter as typeof found;
      }
      if ((token as unknown) === Transforms) {
        const transforms = recording.extension(Transforms);
        const counter = Object.create(transforms as object, {
          valueAndGrad: {
            value: (...args: Parameters<NonNullable<typeof transforms>["valueAndGrad"]>) => {
              counts.gradients++;
              return (transforms as NonNullable<typeof transforms>).valueAndGrad(...args);
            },
          },
        });
        return counter as typeof found;
      }
      return found;
    },
  };
  return { backend, counts };
}

/** Runs a test on a counting backend, and leaves nothing on it. */
function counted(body: (counts: ReturnType<typeof counting>["counts"]) => void): void {
  const { backend, counts } = counting();
  mx.withBackend(backend, () => {
    mx.random.seed(0);
    try {
      body(counts);
    } finally {
      mx.random.state.key?.dispose();
    }
  });
}

/** A model of two layers, its step, and how often it was traced. */
function training(make: () => optim.Optimizer) {
  const model = new nn.Sequential(new nn.Linear(4, 6), nn.gelu, new nn.Linear(6, 1));
  const optimizer = make().init(model.trainableParameters());
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray) => mx.mean(mx.square(model.forward(x))));
  let traces = 0;
  const step = mx.compile(
    (x: MLXArray): MLXArray => {
      traces++;
      const [loss, grads] = lossAndGrad(x);
      optimizer.update(model, grads);
      return loss;
    },
    { state: [model, optimizer] },
  );
  return { model, optimizer, lossAndGrad, step, traces: () => traces };
}

describe.each(Object.entries(optimizers))("%s", (_name, make) => {
  test("compiled is one native call, traced once for all learning rates", {
    timeout: MINUTE,
  }, () => {
    needs("tracing", "gradients");
    counted((counts) => {
      const { model, optimizer, step, traces } = training(make);
      const x = mx.ones([8, 4]);
      mx.eval(step(x), model, optimizer);
      const losses: number[] = [];
      for (const rate of [0.01, 0.02, 0.03]) {
        optimizer.learningRate = rate;
        Object.assign(counts, { ops: 0, compiled: 0, gradients: 0 });
        const loss = step(x);
        expect(counts).toMatchObject({ ops: 0, compiled: 1, gradients: 0 });
        mx.eval(loss, model, optimizer);
        losses.push(loss.item());
      }
      expect(traces()).toBe(1);
      expect(optimizer.step.item()).toBe(4);
      expect(new Set(losses).size).toBe(3);
    });
  });

  test("takes the learning rate that was set after the trace", { timeout: MINUTE }, () => {
    needs("tracing");
    // Adafactor's own terms aside, a rate of 0 moves nothing.
    mx.random.seed(0);
    const { model, optimizer, step } = training(make);
    const x = mx.ones([8, 4]);
    const values = () => mx.arraysIn(model.parameters()).map((array) => array.tolist());
    step(x);
    const before = values();
    optimizer.learningRate = 0;
    step(x);
    expect(values()).toEqual(before);
    optimizer.learningRate = 0.01;
    step(x);
    expect(values()).not.toEqual(before);
  });

  test("updates in one scope, and releases what it used up and replaced", () => {
    needs("gradients");
    counted((counts) => {
      const { model, optimizer, lossAndGrad } = training(make);
      const x = mx.ones([8, 4]);
      const once = () => {
        const [loss, grads] = lossAndGrad(x);
        const count = mx.arraysIn(grads).length;
        const held = mx.arraysIn([model, optimizer]);
        counts.releases = 0;
        optimizer.update(model, grads);
        const { releases } = counts;
        mx.eval(loss, model, optimizer);
        // What was replaced and what was used up goes one by one, all that lies between in one call.
        const now = new Set(mx.arraysIn([model, optimizer]));
        const replaced = held.filter((array) => !now.has(array));
        const gone = mx.arraysIn([grads, replaced]).filter((array) => array.isReleased);
        return { scopes: releases - gone.length, left: count + replaced.length - gone.length };
      };
      // The first weights are the garbage collector's: who made them may hold them.
      once();
      expect(once()).toEqual({ scopes: 1, left: 0 });
    });
  });
});
