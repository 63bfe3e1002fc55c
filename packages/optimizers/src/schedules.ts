// Learning rates that follow the step number. They compute with arrays, so that a compiled step that
// uses one is traced once.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { MLXArray } from "@mlx-ts/core";
import type { Schedule } from "./optimizer.js";

/** A {@link Schedule} that takes numbers, too. */
export type StepSchedule = (step: number | MLXArray) => MLXArray;

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** The value from `decaySteps` on. Default: `0`. */
  end?: number | undefined;
}

/** A schedule whose intermediate arrays are released, and whose steps are arrays. */
const scheduleOf =
  (value: (step: MLXArray) => MLXArray): StepSchedule =>
  (step) =>
    mx.tidy(() => value(step instanceof MLXArray ? step : mx.array(step)));

/**
 * A schedule that decays by a factor with each step: $\lambda_t = \lambda_0 r^t$.
 *
 * @param init - the value at step 0
 * @param decayRate - the factor
 * @returns a function of the step number
 * @throws TypeError for anything but numbers
 * @example
 * ```ts
 * const optimizer = new optim.SGD(optim.exponentialDecay(0.1, 0.5));
 * for (let i = 0; i < 4; i++) optimizer.applyGradients({}, {});
 * optimizer.learningRate; // array(0.0125)
 * ```
 * @see Python: `mlx.optimizers.exponential_decay`
 */
export function exponentialDecay(init: number, decayRate: number): StepSchedule {
  mx.numberArg("exponentialDecay", "init", init);
  mx.numberArg("exponentialDecay", "decayRate", decayRate);
  return scheduleOf((step) => mx.multiply(init, mx.power(decayRate, step)));
}

/**
 * A schedule that decays by a factor every few steps: $\lambda_t = \lambda_0 r^{\lfloor t / s \rfloor}$.
 *
 * @param init - the value at step 0
 * @param decayRate - the factor
 * @param stepSize - after how many steps, at least 1
 * @returns a function of the step number
 * @throws RangeError for a step size that is no integer of at least 1
 * @throws TypeError for anything but numbers
 * @example
 * ```ts
 * const rate = optim.stepDecay(0.1, 0.5, 10);
 * rate(9); // array(0.1)
 * rate(10); // array(0.05)
 * ```
 * @see Python: `mlx.optimizers.step_decay`
 */
export function stepDecay(init: number, decayRate: number, stepSize: number): StepSchedule {
  mx.numberArg("stepDecay", "init", init);
  mx.numberArg("stepDecay", "decayRate", decayRate);
  mx.intArg("stepDecay", "stepSize", stepSize);
  return scheduleOf((step) =>
    mx.multiply(init, mx.power(decayRate, mx.floorDivide(step, stepSize))),
  );
}

/**
 * A schedule that falls along half a cosine, and stays:
 * $\lambda_t = \lambda_n + \frac{1}{2} (1 + \cos(\pi \frac{\min(t, n)}{n})) (\lambda_0 - \lambda_n)$.
 *
 * @param init - the value at step 0
 * @param decaySteps - after how many steps the end is reached, at least 1
 * @param end - the value from then on; default `0`
 * @returns a function of the step number
 * @throws RangeError for a number of steps that is no integer of at least 1
 * @throws TypeError for anything but numbers
 * @example
 * ```ts
 * const rate = optim.cosineDecay(0.1, 100, { end: 0.02 });
 * rate(50); // array(0.06)
 * rate(200); // array(0.02)
 * ```
 * @see Python: `mlx.optimizers.cosine_decay`
 */
export function cosineDecay(
  init: number,
  decaySteps: number,
  end?: number | CosineDecayOptions,
): StepSchedule {
  const options = mx.keywords<CosineDecayOptions>("cosineDecay", ["end"], [end]);
  mx.numberArg("cosineDecay", "init", init);
  mx.intArg("cosineDecay", "decaySteps", decaySteps);
  const last = mx.numberArg("cosineDecay", "end", options.end ?? 0);
  return scheduleOf((step) => {
    const angle = mx.multiply(Math.PI / decaySteps, mx.minimum(step, decaySteps));
    const decay = mx.multiply(0.5, mx.add(1, mx.cos(angle)));
    return mx.add(last, mx.multiply(decay, init - last));
  });
}

/**
 * A schedule that goes along a line, and stays: $\lambda_t = \lambda_0 + \frac{\min(t, n)}{n} (\lambda_n -
 * \lambda_0)$. With a first value of 0 it warms up.
 *
 * @param init - the value at step 0
 * @param end - the value from `steps` on
 * @param steps - after how many steps the end is reached, at least 1
 * @returns a function of the step number
 * @throws RangeError for a number of steps that is no integer of at least 1
 * @throws TypeError for anything but numbers
 * @example
 * ```ts
 * const rate = optim.linearSchedule(0, 0.1, 100);
 * rate(50); // array(0.05)
 * rate(200); // array(0.1)
 * ```
 * @see Python: `mlx.optimizers.linear_schedule`
 */
export function linearSchedule(init: number, end: number, steps: number): StepSchedule {
  mx.numberArg("linearSchedule", "init", init);
  mx.numberArg("linearSchedule", "end", end);
  mx.intArg("linearSchedule", "steps", steps);
  return scheduleOf((step) =>
    mx.add(mx.multiply(mx.minimum(step, steps), (end - init) / steps), init),
  );
}

/**
 * Schedules one after the other; each counts its steps from where it begins.
 *
 * @param schedules - at least one
 * @param boundaries - at which step each but the first begins, in rising order
 * @returns a function of the step number
 * @throws RangeError without schedules, for another number of boundaries, or for boundaries that fall
 * @throws TypeError for schedules that are no functions, and boundaries that are no integers
 * @example
 * ```ts
 * const warmup = optim.linearSchedule(0, 0.1, 10);
 * const rate = optim.joinSchedules([warmup, optim.cosineDecay(0.1, 200)], [10]);
 * rate(5); // array(0.05)
 * rate(110); // array(0.05)
 * ```
 * @see Python: `mlx.optimizers.join_schedules`
 */
export function joinSchedules(
  schedules: readonly Schedule[],
  boundaries: readonly number[],
): StepSchedule {
  const op = "joinSchedules";
  const [first, ...later] = mx.listArg(op, "schedules", schedules);
  const starts = mx
    .listArg(op, "boundaries", boundaries)
    .map((boundary, i) => mx.intArg(op, `boundaries[${i}]`, boundary, 0));
  starts.forEach((start, i) => {
    const before = starts[i - 1] ?? 0;
    if (start >= before) return;
    throw rangeError(
      `[${op}] boundaries[${i}] is ${start}, it must be at least ${before}, where the schedule before begins`,
    );
  });
  if (first === undefined) throw rangeError(`[${op}] there are no schedules to join`);
  if (starts.length !== later.length) {
    throw rangeError(
      `[${op}] there are ${starts.length} boundaries, ${schedules.length} schedules need ${later.length}`,
    );
  }
  schedules.forEach((schedule: unknown, i) => {
    if (typeof schedule === "function") return;
    throw typeError(`[${op}] schedules[${i}] must be a function, got ${shown(schedule)}`);
  });
  return scheduleOf((step) =>
    later.reduce((value, schedule, i) => {
      const start = starts[i] ?? 0;
      return mx.where(mx.less(step, start), value, schedule(mx.subtract(step, start)));
    }, first(step)),
  );
}
