// Adafactor: Adam's scaling with the memory of rows and columns only, and a step size of its own.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { twoNumbersArg } from "./arguments.js";
import { Optimizer, type Schedule } from "./optimizer.js";
import { type ParameterState, stateArray } from "./state.js";

/** Options of {@link Adafactor}. */
export interface AdafactorOptions {
  /** The step size, or a function of the step number; needed without `relativeStep`. Default: none. */
  learningRate?: number | MLXArray | Schedule | null | undefined;
  /** Added to the gradient's square, and the least scale of a parameter. Default: `[1e-30, 1e-3]`. */
  eps?: readonly [number, number] | undefined;
  /** The root mean square that an update may have before it is scaled. Default: `1`. */
  clipThreshold?: number | undefined;
  /** The power of the step number that the running mean of squares forgets by. Default: `-0.8`. */
  decayRate?: number | undefined;
  /** How slowly a running mean of the updates changes; `null` keeps none. Default: `null`. */
  beta1?: number | null | undefined;
  /** How much of each parameter a unit of its step size takes away. Default: `0`. */
  weightDecay?: number | undefined;
  /** Whether steps are scaled by the parameter's root mean square. Default: `true`. */
  scaleParameter?: boolean | undefined;
  /** Whether the step size follows from the step number. Default: `true`. */
  relativeStep?: boolean | undefined;
  /** Whether the relative step size begins near 0. Default: `false`. */
  warmupInit?: boolean | undefined;
}

const names = [
  "learningRate",
  "eps",
  "clipThreshold",
  "decayRate",
  "beta1",
  "weightDecay",
  "scaleParameter",
  "relativeStep",
  "warmupInit",
] as const;

/** The root of the mean square. */
const rms = (array: MLXArray): MLXArray => mx.sqrt(mx.mean(mx.square(array)));

/**
 * Adafactor: $v = \beta_t v + (1 - \beta_t)(g^2 + \epsilon_1)$ with $\beta_t = 1 - t^{\tau}$,
 * $u = \frac{g}{\sqrt{v}}$, $w = w - \lambda_t \frac{u}{\max(1, \operatorname{rms}(u) / d)}$.
 *
 * Of the running mean $v$ of a weight of `[..., n, m]` only the means over its rows `[..., n]` and over its
 * columns `[..., m]` are kept. The step size $\lambda_t$ is $\min(0.01, \frac{1}{\sqrt{t}})$, with `warmupInit`
 * $\min(10^{-6} t, \frac{1}{\sqrt{t}})$, without `relativeStep` the learning rate; with `scaleParameter` times
 * $\max(\epsilon_2, \operatorname{rms}(w))$.
 *
 * @example
 * ```ts
 * const optimizer = new optim.Adafactor({ learningRate: 0.1, relativeStep: false });
 * const { w } = optimizer.applyGradients({ w: mx.array([4]) }, { w: mx.array([2]) });
 * w; // array([1.8])
 * ```
 * @see Python: `mlx.optimizers.Adafactor`; Shazeer and Stern, "Adafactor: Adaptive Learning Rates with
 * Sublinear Memory Cost", arXiv:1804.04235
 */
export class Adafactor extends Optimizer {
  /** Added to the gradient's square, and the least scale of a parameter. */
  readonly eps: readonly [number, number];
  /** The root mean square that an update may have before it is scaled. */
  readonly clipThreshold: number;
  /** The power of the step number that the running mean of squares forgets by. */
  readonly decayRate: number;
  /** How slowly a running mean of the updates changes; `null` keeps none. */
  readonly beta1: number | null;
  /** How much of each parameter a unit of its step size takes away. */
  readonly weightDecay: number;
  /** Whether steps are scaled by the parameter's root mean square. */
  readonly scaleParameter: boolean;
  /** Whether the step size follows from the step number. */
  readonly relativeStep: boolean;
  /** Whether the relative step size begins near 0. */
  readonly warmupInit: boolean;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number; needed without
   * `relativeStep`, which else takes its place; default none
   * @param eps - added to the gradient's square, and the least scale of a parameter; default `[1e-30, 1e-3]`
   * @param clipThreshold - the root mean square that an update may have before it is scaled; default `1`
   * @param decayRate - the power of the step number that the running mean of squares forgets by; default `-0.8`
   * @param beta1 - how slowly a running mean of the updates changes; `null` keeps none; default `null`
   * @param weightDecay - how much of each parameter a unit of its step size takes away; default `0`
   * @param scaleParameter - whether steps are scaled by the parameter's root mean square; default `true`
   * @param relativeStep - whether the step size follows from the step number; default `true`
   * @param warmupInit - whether the relative step size begins near 0; default `false`
   * @throws TypeError for options of the wrong kind, at the first step without a step size
   */
  constructor(
    learningRate?: number | MLXArray | Schedule | null | AdafactorOptions,
    eps?: readonly [number, number] | AdafactorOptions,
    clipThreshold?: number | AdafactorOptions,
    decayRate?: number | AdafactorOptions,
    beta1?: number | null | AdafactorOptions,
    weightDecay?: number | AdafactorOptions,
    scaleParameter?: boolean | AdafactorOptions,
    relativeStep?: boolean | AdafactorOptions,
    warmupInit?: boolean | AdafactorOptions,
  ) {
    super();
    const op = "Adafactor";
    const options = mx.keywords<AdafactorOptions>(op, names, [
      learningRate,
      eps,
      clipThreshold,
      decayRate,
      beta1,
      weightDecay,
      scaleParameter,
      relativeStep,
      warmupInit,
    ]);
    this.eps = twoNumbersArg(op, "eps", options.eps ?? [1e-30, 1e-3]);
    this.clipThreshold = mx.numberArg(op, "clipThreshold", options.clipThreshold ?? 1);
    this.decayRate = mx.numberArg(op, "decayRate", options.decayRate ?? -0.8);
    const momentum = options.beta1 ?? null;
    this.beta1 = momentum === null ? null : mx.numberArg(op, "beta1", momentum);
    this.weightDecay = mx.numberArg(op, "weightDecay", options.weightDecay ?? 0);
    this.scaleParameter = mx.flagArg(op, "scaleParameter", options.scaleParameter ?? true);
    this.relativeStep = mx.flagArg(op, "relativeStep", options.relativeStep ?? true);
    this.warmupInit = mx.flagArg(op, "warmupInit", options.warmupInit ?? false);
    const rate = options.learningRate ?? null;
    if (rate !== null) this.maybeSchedule("learningRate", rate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    const { shape, dtype, ndim } = parameter;
    if (ndim >= 2) {
      state.expAvgSqRow = mx.zeros(shape.slice(0, -1), dtype);
      state.expAvgSqCol = mx.zeros([...shape.slice(0, -2), ...shape.slice(-1)], dtype);
    } else {
      state.expAvgSq = mx.zerosLike(parameter);
    }
    if (this.beta1 !== null) state.expAvg = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const { beta1, clipThreshold, weightDecay } = this;
    const size = rms(parameter);
    const rate = this.#rate(size);
    const unscaled = mx.multiply(this.#scale(gradient, size, state), gradient);
    const excess = mx.maximum(1, mx.divide(rms(unscaled), clipThreshold));
    let update = mx.multiply(rate, mx.divide(unscaled, excess));
    if (beta1 !== null) {
      const mean = stateArray("Adafactor", state, "expAvg");
      update = mx.add(mx.multiply(beta1, mean), mx.multiply(1 - beta1, update));
      state.expAvg = update;
    }
    if (weightDecay === 0) return mx.subtract(parameter, update);
    const decay = mx.multiply(parameter, mx.multiply(-weightDecay, rate));
    return mx.subtract(mx.add(parameter, decay), update);
  }

  /** The step size of a parameter of a root mean square. */
  #rate(size: MLXArray): MLXArray {
    const rate = (this.relativeStep ? this.#relativeRate() : this.learningRate).astype(size.dtype);
    return this.scaleParameter ? mx.multiply(mx.maximum(this.eps[1], size), rate) : rate;
  }

  #relativeRate(): MLXArray {
    const most = this.warmupInit ? mx.multiply(1e-6, this.step) : 1e-2;
    return mx.minimum(most, mx.rsqrt(this.step));
  }

  /** Takes the gradient's square into the state; one over the root of its running mean. */
  #scale(gradient: MLXArray, { dtype }: MLXArray, state: ParameterState): MLXArray {
    const beta = mx.subtract(1, mx.power(this.step, this.decayRate).astype(dtype));
    const square = mx.add(mx.square(gradient), this.eps[0]);
    const updated = (name: string, value: MLXArray): MLXArray => {
      const mean = mx.multiply(beta, stateArray("Adafactor", state, name));
      const next = mx.add(mean, mx.multiply(mx.subtract(1, beta), value));
      state[name] = next;
      return next;
    };
    if (gradient.ndim < 2) return mx.rsqrt(updated("expAvgSq", square));
    const row = updated("expAvgSqRow", mx.mean(square, -1));
    const column = updated("expAvgSqCol", mx.mean(square, -2));
    const rows = mx.rsqrt(mx.divide(row, mx.mean(row, -1, true)));
    return mx.multiply(mx.expandDims(rows, -1), mx.expandDims(mx.rsqrt(column), -2));
  }
}
