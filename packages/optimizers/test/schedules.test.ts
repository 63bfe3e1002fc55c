// Schedules against Python's, at the first steps, around their boundaries and far behind them.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import { expectClose, type Golden, goldens } from "../../nn/test/goldens.js";
import * as optim from "../src/index.js";

const { steps, ...rest } = goldens(import.meta.url, "schedules");
const cases = rest as Record<string, Golden[]>;

const MINUTE = 60_000;
const warmup = optim.linearSchedule(0, 0.1, 10);
const schedules: Readonly<Record<string, optim.StepSchedule>> = {
  exponentialDecay: optim.exponentialDecay(0.1, 0.9),
  "exponentialDecay that grows": optim.exponentialDecay(1, 1.01),
  stepDecay: optim.stepDecay(0.1, 0.5, 10),
  "stepDecay of one step": optim.stepDecay(0.1, 0.5, 1),
  cosineDecay: optim.cosineDecay(0.1, 100),
  "cosineDecay with an end": optim.cosineDecay(0.1, 30, { end: 0.01 }),
  linearSchedule: optim.linearSchedule(0, 0.1, 100),
  "linearSchedule that falls": optim.linearSchedule(0.5, -0.5, 7),
  joinSchedules: optim.joinSchedules([warmup, optim.cosineDecay(0.1, 200)], [10]),
  "joinSchedules of three": optim.joinSchedules(
    [warmup, optim.stepDecay(0.1, 0.5, 5), optim.exponentialDecay(0.01, 0.9)],
    [10, 30],
  ),
  "joinSchedules of one": optim.joinSchedules([optim.exponentialDecay(0.1, 0.9)], []),
};

test("every schedule that Python computed is tested", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(schedules));
});

describe.each(Object.entries(schedules))("%s", (name, schedule) => {
  const wanted = cases[name] ?? [];
  const at = (index: number): number => (steps as number[])[index] ?? Number.NaN;

  test("gives Python's values for step arrays and numbers", () => {
    expect(wanted.length).toBeGreaterThan(25);
    wanted.forEach((golden, i) => {
      expectClose(schedule(mx.array(at(i), "uint64")), golden, `the value at step ${at(i)}`);
      expectClose(schedule(at(i)), golden, `the value at the number ${at(i)}`);
    });
  });

  test("gives them to a compiled step that is traced once", { timeout: MINUTE }, () => {
    const optimizer = new optim.SGD(schedule);
    let traces = 0;
    const step = mx.compile(
      (w: MLXArray) => {
        traces++;
        return optimizer.applyGradients({ w: mx.ones([1]) }, { w }).w as MLXArray;
      },
      { state: optimizer.init({ w: mx.zeros([1]) }) },
    );
    for (let i = 0; i < 13; i++) {
      expect(at(i)).toBe(i);
      step(mx.zeros([1]));
      expectClose(optimizer.learningRate, wanted[i] as Golden, `the learning rate at step ${i}`);
    }
    expect(traces).toBe(1);
  });
});

test("a schedule keeps its result alone", () => {
  const schedule = schedules["joinSchedules of three"] as optim.StepSchedule;
  const step = mx.array(3, "uint64");
  const before = liveNow();
  const value = schedule(step);
  expect(mx.liveArrays() - before).toBe(1);
  expect(value.item()).toBeCloseTo(0.03);
});

describe("schedules refuse", () => {
  test.each<[string, () => unknown]>([
    [
      '[exponentialDecay] init must be a number, got "1"',
      () => optim.exponentialDecay("1" as never, 0.9),
    ],
    [
      "[exponentialDecay] decayRate is NaN, it must be finite",
      () => optim.exponentialDecay(1, NaN),
    ],
    [
      "[stepDecay] stepSize is 0, it must be an integer of at least 1",
      () => optim.stepDecay(1, 0.9, 0),
    ],
    [
      "[cosineDecay] decaySteps is 0.5, it must be an integer of at least 1",
      () => optim.cosineDecay(1, 0.5),
    ],
    [
      '[cosineDecay] there is no option "last"; the options are end',
      () => optim.cosineDecay(1, 5, { last: 0 } as never),
    ],
    [
      "[linearSchedule] steps is 0, it must be an integer of at least 1",
      () => optim.linearSchedule(0, 1, 0),
    ],
    ["[joinSchedules] there are no schedules to join", () => optim.joinSchedules([], [])],
    [
      "[joinSchedules] there are 2 boundaries, 2 schedules need 1",
      () => optim.joinSchedules([warmup, warmup], [1, 2]),
    ],
    [
      "[joinSchedules] schedules[1] must be a function, got 3",
      () => optim.joinSchedules([warmup, 3 as never], [1]),
    ],
    [
      "[joinSchedules] boundaries[0] is 1.5, it must be an integer of at least 0",
      () => optim.joinSchedules([warmup, warmup], [1.5]),
    ],
    [
      "[joinSchedules] boundaries[1] is 3, it must be at least 5, where the schedule before begins",
      () => optim.joinSchedules([warmup, warmup, warmup], [5, 3]),
    ],
    [
      "[joinSchedules] schedules has 4294967295 items, it has 16777216 at most",
      () => optim.joinSchedules(new Array(2 ** 32 - 1), []),
    ],
    [
      "[joinSchedules] boundaries must be a list, got 1",
      () => optim.joinSchedules([warmup, warmup], 1 as never),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
