// Lion: steps of one size, in the direction that a running mean of the gradient points to.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { betasArg } from "./arguments.js";
import { Optimizer, type Schedule } from "./optimizer.js";
import { type ParameterState, stateArray } from "./state.js";

/** Options of {@link Lion}. */
export interface LionOptions {
  /** The step size, or a function of the step number. Required, here or by position. */
  learningRate?: number | MLXArray | Schedule | undefined;
  /** How much of the running mean is in the step's direction, and stays in itself. Default: `[0.9, 0.99]`. */
  betas?: readonly [number, number] | undefined;
  /** How much of each parameter a unit of learning rate takes away. Default: `0`. */
  weightDecay?: number | undefined;
}

/**
 * Lion: $c = \beta_1 m + (1 - \beta_1) g$, $m = \beta_2 m + (1 - \beta_2) g$,
 * $w = w - \lambda (\operatorname{sign}(c) + \alpha w)$ with weight decay $\alpha$.
 *
 * Each step has the full learning rate's size, so take one that is 3 to 10 times smaller than AdamW's,
 * and a weight decay that is as much larger.
 *
 * @example
 * ```ts
 * const optimizer = new optim.Lion(0.1);
 * const { w } = optimizer.applyGradients({ w: mx.array([4, -0.5]) }, { w: mx.zeros([2]) });
 * w; // array([-0.1, 0.1])
 * ```
 * @see Python: `mlx.optimizers.Lion`; Chen et al., "Symbolic Discovery of Optimization Algorithms",
 * arXiv:2302.06675
 */
export class Lion extends Optimizer {
  /** How much of the running mean is in the step's direction, and stays in itself. */
  readonly betas: readonly [number, number];
  /** How much of each parameter a unit of learning rate takes away. */
  readonly weightDecay: number;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param betas - how much of the running mean is in the step's direction, and stays in itself;
   * default `[0.9, 0.99]`
   * @param weightDecay - how much of each parameter a unit of learning rate takes away, where it is above
   * 0; default `0`
   * @throws TypeError without a learning rate
   * @throws RangeError for betas outside [0, 1)
   */
  constructor(
    learningRate: number | MLXArray | Schedule | LionOptions,
    betas?: readonly [number, number] | LionOptions,
    weightDecay?: number | LionOptions,
  ) {
    super();
    const options = mx.keywords<LionOptions>(
      "Lion",
      ["learningRate", "betas", "weightDecay"],
      [learningRate, betas, weightDecay],
    );
    this.betas = betasArg("Lion", options.betas ?? [0.9, 0.99]);
    this.weightDecay = mx.numberArg("Lion", "weightDecay", options.weightDecay ?? 0);
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.m = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const rate = this.learningRate.astype(gradient.dtype);
    const [b1, b2] = this.betas;
    const m = stateArray("Lion", state, "m");
    const direction = mx.add(mx.multiply(b1, m), mx.multiply(1 - b1, gradient));
    state.m = mx.add(mx.multiply(b2, m), mx.multiply(1 - b2, gradient));
    const kept =
      this.weightDecay > 0
        ? mx.multiply(mx.subtract(1, mx.multiply(rate, this.weightDecay)), parameter)
        : parameter;
    return mx.subtract(kept, mx.multiply(rate, mx.sign(direction)));
  }
}
