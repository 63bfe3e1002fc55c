// RMSprop, Adagrad and AdaDelta: steps scaled by the size that the gradients had so far.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { Optimizer, type Schedule } from "./optimizer.js";
import { type ParameterState, stateArray } from "./state.js";

/** Options of {@link Adagrad}. */
export interface AdagradOptions {
  /** The step size, or a function of the step number. Required, here or by position. */
  learningRate?: number | MLXArray | Schedule | undefined;
  /** Added to the denominator, above 0. Default: `1e-8`. */
  eps?: number | undefined;
}

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends AdagradOptions {
  /** How slowly the running mean of the gradient's square changes, at least 0. Default: `0.99`. */
  alpha?: number | undefined;
}

/** Options of {@link AdaDelta}. */
export interface AdaDeltaOptions {
  /** The step size, or a function of the step number. Required, here or by position. */
  learningRate?: number | MLXArray | Schedule | undefined;
  /** How slowly the running means change, at least 0. Default: `0.9`. */
  rho?: number | undefined;
  /** Added under both roots, above 0. Default: `1e-6`. */
  eps?: number | undefined;
}

/** A running mean with a new value taken in: $\beta m + (1 - \beta) x$. */
const runningMean = (beta: number, mean: MLXArray, value: MLXArray): MLXArray =>
  mx.add(mx.multiply(beta, mean), mx.multiply(1 - beta, value));

/** $w - \lambda \frac{g}{\sqrt{v} + \epsilon}$. */
function scaledStep(
  parameter: MLXArray,
  rate: MLXArray,
  gradient: MLXArray,
  v: MLXArray,
  eps: number,
): MLXArray {
  const step = mx.divide(mx.multiply(rate, gradient), mx.add(mx.sqrt(v), eps));
  return mx.subtract(parameter, step);
}

/**
 * RMSprop: $v = \alpha v + (1 - \alpha) g^2$, $w = w - \lambda \frac{g}{\sqrt{v} + \epsilon}$.
 *
 * @example
 * ```ts
 * const optimizer = new optim.RMSprop(0.1, { alpha: 0.75 });
 * const { w } = optimizer.applyGradients({ w: mx.array([4]) }, { w: mx.zeros([1]) });
 * w; // array([-0.2])
 * ```
 * @see Python: `mlx.optimizers.RMSprop`; Tieleman and Hinton, "Lecture 6.5: RMSprop", 2012
 */
export class RMSprop extends Optimizer {
  /** How slowly the running mean of the gradient's square changes. */
  readonly alpha: number;
  /** Added to the denominator. */
  readonly eps: number;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param alpha - how slowly the running mean changes, at least 0; default `0.99`
   * @param eps - added to the denominator, above 0; default `1e-8`
   * @throws TypeError without a learning rate
   * @throws RangeError for a negative alpha, or an eps that is not above 0
   */
  constructor(
    learningRate: number | MLXArray | Schedule | RMSpropOptions,
    alpha?: number | RMSpropOptions,
    eps?: number | RMSpropOptions,
  ) {
    super();
    const options = mx.keywords<RMSpropOptions>(
      "RMSprop",
      ["learningRate", "alpha", "eps"],
      [learningRate, alpha, eps],
    );
    this.alpha = mx.numberArg("RMSprop", "alpha", options.alpha ?? 0.99, 0);
    this.eps = mx.positiveArg("RMSprop", "eps", options.eps ?? 1e-8);
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.v = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const rate = this.learningRate.astype(gradient.dtype);
    const v = runningMean(this.alpha, stateArray("RMSprop", state, "v"), mx.square(gradient));
    state.v = v;
    return scaledStep(parameter, rate, gradient, v, this.eps);
  }
}

/**
 * Adagrad: $v = v + g^2$, $w = w - \lambda \frac{g}{\sqrt{v} + \epsilon}$.
 *
 * @example
 * ```ts
 * const optimizer = new optim.Adagrad(0.1);
 * const { w } = optimizer.applyGradients({ w: mx.array([4]) }, { w: mx.zeros([1]) });
 * w; // array([-0.1])
 * ```
 * @see Python: `mlx.optimizers.Adagrad`; Duchi, Hazan and Singer, "Adaptive Subgradient Methods for
 * Online Learning and Stochastic Optimization", 2011
 */
export class Adagrad extends Optimizer {
  /** Added to the denominator. */
  readonly eps: number;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param eps - added to the denominator, above 0; default `1e-8`
   * @throws TypeError without a learning rate
   * @throws RangeError for an eps that is not above 0
   */
  constructor(
    learningRate: number | MLXArray | Schedule | AdagradOptions,
    eps?: number | AdagradOptions,
  ) {
    super();
    const options = mx.keywords<AdagradOptions>(
      "Adagrad",
      ["learningRate", "eps"],
      [learningRate, eps],
    );
    this.eps = mx.positiveArg("Adagrad", "eps", options.eps ?? 1e-8);
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.v = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const rate = this.learningRate.astype(gradient.dtype);
    const v = mx.add(stateArray("Adagrad", state, "v"), mx.square(gradient));
    state.v = v;
    return scaledStep(parameter, rate, gradient, v, this.eps);
  }
}

/**
 * AdaDelta with a learning rate: $v = \rho v + (1 - \rho) g^2$,
 * $\Delta = \frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}} g$, $u = \rho u + (1 - \rho) \Delta^2$,
 * $w = w - \lambda \Delta$.
 *
 * @example
 * ```ts
 * const optimizer = new optim.AdaDelta(1, { rho: 0.75, eps: 1e-4 });
 * const { w } = optimizer.applyGradients({ w: mx.array([200]) }, { w: mx.zeros([1]) });
 * w; // array([-0.02])
 * ```
 * @see Python: `mlx.optimizers.AdaDelta`; Zeiler, "ADADELTA: An Adaptive Learning Rate Method",
 * arXiv:1212.5701
 */
export class AdaDelta extends Optimizer {
  /** How slowly the running means change. */
  readonly rho: number;
  /** Added under both roots. */
  readonly eps: number;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param rho - how slowly the running means change, at least 0; default `0.9`
   * @param eps - added under both roots, above 0; default `1e-6`
   * @throws TypeError without a learning rate
   * @throws RangeError for a negative rho, or an eps that is not above 0
   */
  constructor(
    learningRate: number | MLXArray | Schedule | AdaDeltaOptions,
    rho?: number | AdaDeltaOptions,
    eps?: number | AdaDeltaOptions,
  ) {
    super();
    const options = mx.keywords<AdaDeltaOptions>(
      "AdaDelta",
      ["learningRate", "rho", "eps"],
      [learningRate, rho, eps],
    );
    this.rho = mx.numberArg("AdaDelta", "rho", options.rho ?? 0.9, 0);
    this.eps = mx.positiveArg("AdaDelta", "eps", options.eps ?? 1e-6);
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.v = mx.zerosLike(parameter);
    state.u = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const { rho, eps } = this;
    const rate = this.learningRate.astype(gradient.dtype);
    const u = stateArray("AdaDelta", state, "u");
    const v = runningMean(rho, stateArray("AdaDelta", state, "v"), mx.square(gradient));
    const scale = mx.divide(mx.sqrt(mx.add(u, eps)), mx.sqrt(mx.add(v, eps)));
    const delta = mx.multiply(scale, gradient);
    state.v = v;
    state.u = runningMean(rho, u, mx.square(delta));
    return mx.subtract(parameter, mx.multiply(rate, delta));
  }
}
