// Stochastic gradient descent, with momentum.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { Optimizer, type Schedule } from "./optimizer.js";
import { type ParameterState, stateArray } from "./state.js";

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** The step size, or a function of the step number. Required, here or by position. */
  learningRate?: number | MLXArray | Schedule | undefined;
  /** How much of the last step is taken again. Default: `0`. */
  momentum?: number | undefined;
  /** The L2 penalty: how much of the parameter is added to the gradient. Default: `0`. */
  weightDecay?: number | undefined;
  /** How much of the gradient momentum leaves out. Default: `0`. */
  dampening?: number | undefined;
  /** Whether the gradient is corrected by the momentum to come. Default: `false`. */
  nesterov?: boolean | undefined;
}

/**
 * Stochastic gradient descent: $v = \mu v + (1 - \tau) g$, $w = w - \lambda v$ with momentum $\mu$
 * and dampening $\tau$.
 *
 * @example
 * ```ts
 * const optimizer = new optim.SGD(0.1, { momentum: 0.9 });
 * const { w } = optimizer.applyGradients({ w: mx.ones([1]) }, { w: mx.zeros([1]) });
 * w; // array([-0.1])
 * ```
 * @see Python: `mlx.optimizers.SGD`
 */
export class SGD extends Optimizer {
  /** How much of the last step is taken again. */
  readonly momentum: number;
  /** How much of the parameter is added to the gradient. */
  readonly weightDecay: number;
  /** How much of the gradient momentum leaves out. */
  readonly dampening: number;
  /** Whether the gradient is corrected by the momentum to come. */
  readonly nesterov: boolean;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param momentum - how much of the last step is taken again; default `0`
   * @param weightDecay - how much of the parameter is added to the gradient; default `0`
   * @param dampening - how much of the gradient momentum leaves out; default `0`
   * @param nesterov - whether the gradient is corrected by the momentum to come; default `false`
   * @throws TypeError without a learning rate
   * @throws RangeError for nesterov without momentum or with dampening
   */
  constructor(
    learningRate: number | MLXArray | Schedule | SGDOptions,
    momentum?: number | SGDOptions,
    weightDecay?: number | SGDOptions,
    dampening?: number | SGDOptions,
    nesterov?: boolean | SGDOptions,
  ) {
    super();
    const options = mx.keywords<SGDOptions>(
      "SGD",
      ["learningRate", "momentum", "weightDecay", "dampening", "nesterov"],
      [learningRate, momentum, weightDecay, dampening, nesterov],
    );
    this.momentum = mx.numberArg("SGD", "momentum", options.momentum ?? 0);
    this.weightDecay = mx.numberArg("SGD", "weightDecay", options.weightDecay ?? 0);
    this.dampening = mx.numberArg("SGD", "dampening", options.dampening ?? 0);
    this.nesterov = mx.flagArg("SGD", "nesterov", options.nesterov ?? false);
    if (this.nesterov && (this.momentum <= 0 || this.dampening !== 0)) {
      throw rangeError(
        `[SGD] nesterov was given with momentum ${this.momentum} and dampening ${this.dampening}, it needs a momentum above 0 and no dampening`,
      );
    }
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.v = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const { momentum, weightDecay, dampening } = this;
    const rate = this.learningRate.astype(gradient.dtype);
    const slope =
      weightDecay === 0 ? gradient : mx.add(gradient, mx.multiply(weightDecay, parameter));
    if (momentum <= 0) return mx.subtract(parameter, mx.multiply(rate, slope));
    const fresh = dampening > 0 ? mx.multiply(1 - dampening, slope) : slope;
    const v = mx.add(mx.multiply(momentum, stateArray("SGD", state, "v")), fresh);
    state.v = v;
    const step = this.nesterov ? mx.add(slope, mx.multiply(momentum, v)) : v;
    return mx.subtract(parameter, mx.multiply(rate, step));
  }
}
