// Adam and its kin AdamW and Adamax: steps scaled by running means of the gradient and of its size.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { betasArg } from "./arguments.js";
import { Optimizer, type Schedule } from "./optimizer.js";
import { type ParameterState, stateArray } from "./state.js";

/** Options of {@link Adam}. */
export interface AdamOptions {
  /** The step size, or a function of the step number. Required, here or by position. */
  learningRate?: number | MLXArray | Schedule | undefined;
  /** How slowly the running means of the gradient and of its square change. Default: `[0.9, 0.999]`. */
  betas?: readonly [number, number] | undefined;
  /** Added to the denominator. Default: `1e-8`. */
  eps?: number | undefined;
  /** Whether the running means are corrected for their start at zero. Default: `false`. */
  biasCorrection?: boolean | undefined;
}

/** Options of {@link Adamax}. */
export type AdamaxOptions = Omit<AdamOptions, "biasCorrection">;

/** Options of {@link AdamW}. */
export interface AdamWOptions extends AdamOptions {
  /** How much of each parameter a unit of learning rate takes away. Default: `0.01`. */
  weightDecay?: number | undefined;
}

/**
 * Adam: $m = \beta_1 m + (1 - \beta_1) g$, $v = \beta_2 v + (1 - \beta_2) g^2$,
 * $w = w - \lambda \frac{m}{\sqrt{v} + \epsilon}$. With bias correction $m$ is divided by
 * $1 - \beta_1^t$ and $v$ by $1 - \beta_2^t$.
 *
 * @example
 * ```ts
 * const optimizer = new optim.Adam(1e-3, { betas: [0.9, 0.99] });
 * optimizer.learningRate.item(); // 0.001
 * ```
 * @see Python: `mlx.optimizers.Adam`; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015
 */
export class Adam extends Optimizer {
  /** How slowly the running means of the gradient and of its square change. */
  readonly betas: readonly [number, number];
  /** Added to the denominator. */
  readonly eps: number;
  /** Whether the running means are corrected for their start at zero. */
  readonly biasCorrection: boolean;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param betas - how slowly the running means change; default `[0.9, 0.999]`
   * @param eps - added to the denominator; default `1e-8`
   * @param biasCorrection - whether to correct for the start at zero; default `false`
   * @throws TypeError without a learning rate
   * @throws RangeError for betas outside [0, 1) or a negative eps
   */
  constructor(
    learningRate: number | MLXArray | Schedule | AdamOptions,
    betas?: readonly [number, number] | AdamOptions,
    eps?: number | AdamOptions,
    biasCorrection?: boolean | AdamOptions,
  ) {
    super();
    const op = new.target.name;
    const options = mx.keywords<AdamOptions>(
      op,
      ["learningRate", "betas", "eps", "biasCorrection"],
      [learningRate, betas, eps, biasCorrection],
    );
    this.betas = betasArg(op, options.betas ?? [0.9, 0.999]);
    this.eps = mx.numberArg(op, "eps", options.eps ?? 1e-8, 0);
    this.biasCorrection = mx.flagArg(op, "biasCorrection", options.biasCorrection ?? false);
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.m = mx.zerosLike(parameter);
    state.v = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const rate = this.learningRate.astype(gradient.dtype);
    const [b1, b2] = this.betas;
    const oldM = stateArray(this.constructor.name, state, "m");
    const oldV = stateArray(this.constructor.name, state, "v");
    const m = mx.add(mx.multiply(b1, oldM), mx.multiply(1 - b1, gradient));
    const v = mx.add(mx.multiply(b2, oldV), mx.multiply(1 - b2, mx.square(gradient)));
    state.m = m;
    state.v = v;
    if (!this.biasCorrection) {
      const step = mx.divide(mx.multiply(rate, m), mx.add(mx.sqrt(v), this.eps));
      return mx.subtract(parameter, step);
    }
    const rest = (beta: number) => mx.subtract(1, mx.power(beta, this.step));
    const c1 = mx.divide(rate, rest(b1)).astype(gradient.dtype);
    const c2 = mx.rsqrt(rest(b2)).astype(gradient.dtype);
    const denominator = mx.add(mx.multiply(mx.sqrt(v), c2), this.eps);
    return mx.subtract(parameter, mx.divide(mx.multiply(c1, m), denominator));
  }
}

/**
 * Adam with weight decay apart from the gradient: $w = w - \lambda (\frac{m}{\sqrt{v} + \epsilon} +
 * \alpha w)$ with weight decay $\alpha$; $m$ and $v$ as in {@link Adam}.
 *
 * @example
 * ```ts
 * const optimizer = new optim.AdamW(1e-3, { weightDecay: 0.1 });
 * ```
 * @see Python: `mlx.optimizers.AdamW`; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019
 */
export class AdamW extends Adam {
  /** How much of each parameter a unit of learning rate takes away. */
  readonly weightDecay: number;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param betas - how slowly the running means change; default `[0.9, 0.999]`
   * @param eps - added to the denominator; default `1e-8`
   * @param weightDecay - how much of each parameter a unit of learning rate takes away; default `0.01`
   * @param biasCorrection - whether to correct for the start at zero; default `false`
   * @throws TypeError without a learning rate
   * @throws RangeError for betas outside [0, 1) or a negative eps
   */
  constructor(
    learningRate: number | MLXArray | Schedule | AdamWOptions,
    betas?: readonly [number, number] | AdamWOptions,
    eps?: number | AdamWOptions,
    weightDecay?: number | AdamWOptions,
    biasCorrection?: boolean | AdamWOptions,
  ) {
    const { weightDecay: decay, ...options } = mx.keywords<AdamWOptions>(
      "AdamW",
      ["learningRate", "betas", "eps", "weightDecay", "biasCorrection"],
      [learningRate, betas, eps, weightDecay, biasCorrection],
    );
    super(options);
    this.weightDecay = mx.numberArg("AdamW", "weightDecay", decay ?? 0.01);
  }

  /** @hidden */
  override applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const rate = this.learningRate.astype(gradient.dtype);
    const kept = mx.subtract(1, mx.multiply(rate, this.weightDecay));
    return super.applySingle(gradient, mx.multiply(parameter, kept), state);
  }
}

/**
 * Adam with the gradient's infinity norm: $m = \beta_1 m + (1 - \beta_1) g$,
 * $v = \max(\beta_2 v, |g|)$, $w = w - \lambda \frac{m}{v + \epsilon}$, without bias correction.
 *
 * @example
 * ```ts
 * const optimizer = new optim.Adamax(0.1);
 * const { w } = optimizer.applyGradients({ w: mx.array([4]) }, { w: mx.zeros([1]) });
 * w; // array([-0.01])
 * ```
 * @see Python: `mlx.optimizers.Adamax`; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015
 */
export class Adamax extends Adam {
  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param betas - how slowly the running mean and the running maximum change; default `[0.9, 0.999]`
   * @param eps - added to the denominator; default `1e-8`
   * @throws TypeError without a learning rate
   * @throws RangeError for betas outside [0, 1) or a negative eps
   */
  constructor(
    learningRate: number | MLXArray | Schedule | AdamaxOptions,
    betas?: readonly [number, number] | AdamaxOptions,
    eps?: number | AdamaxOptions,
  ) {
    super(
      mx.keywords<AdamaxOptions>(
        "Adamax",
        ["learningRate", "betas", "eps"],
        [learningRate, betas, eps],
      ),
    );
  }

  /** @hidden */
  override applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const rate = this.learningRate.astype(gradient.dtype);
    const [b1, b2] = this.betas;
    const oldM = stateArray("Adamax", state, "m");
    const oldV = stateArray("Adamax", state, "v");
    const m = mx.add(mx.multiply(b1, oldM), mx.multiply(1 - b1, gradient));
    const v = mx.maximum(mx.multiply(b2, oldV), mx.abs(gradient));
    state.m = m;
    state.v = v;
    return mx.subtract(parameter, mx.divide(mx.multiply(rate, m), mx.add(v, this.eps)));
  }
}
