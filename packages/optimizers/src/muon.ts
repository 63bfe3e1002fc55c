// Muon: momentum whose matrices are made nearly orthogonal before each step.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { Optimizer, type Schedule } from "./optimizer.js";
import { type ParameterState, stateArray } from "./state.js";

/** Options of {@link Muon}. */
export interface MuonOptions {
  /** The step size, or a function of the step number. Required, here or by position. */
  learningRate?: number | MLXArray | Schedule | undefined;
  /** How slowly the running mean of the gradient changes. Default: `0.95`. */
  momentum?: number | undefined;
  /** The L2 penalty: how much of the parameter is added to the gradient. Default: `0.01`. */
  weightDecay?: number | undefined;
  /** Whether the step is corrected by the momentum to come. Default: `true`. */
  nesterov?: boolean | undefined;
  /** How many Newton-Schulz iterations make a step orthogonal. Default: `5`. */
  nsSteps?: number | undefined;
}

/**
 * Muon: $v = \mu v + (1 - \mu) g$, $w = w - \lambda \sqrt{\max(1, \frac{n}{m})}\,
 * \operatorname{orth}(v)$ for matrices of `[n, m]`, where orth brings all singular values close to 1.
 * With nesterov $\mu v + (1 - \mu) g$ takes the place of $v$ in the step.
 *
 * Weights of three and more axes, such as those of convolutions, are taken as matrices of their first axis
 * and all others. Scalars and vectors step by $v$ itself: give them, embeddings and the last layer to
 * another optimizer by {@link MultiOptimizer}.
 *
 * @example
 * ```ts
 * const optimizer = new optim.Muon(0.1, { weightDecay: 0 });
 * const { w } = optimizer.applyGradients({ w: mx.eye(2) }, { w: mx.zeros([2, 2]) });
 * w.shape; // [2, 2]
 * ```
 * @see Python: `mlx.optimizers.Muon`; Jordan et al., "Muon: An optimizer for hidden layers in neural
 * networks", 2024
 */
export class Muon extends Optimizer {
  /** How slowly the running mean of the gradient changes. */
  readonly momentum: number;
  /** How much of the parameter is added to the gradient. */
  readonly weightDecay: number;
  /** Whether the step is corrected by the momentum to come. */
  readonly nesterov: boolean;
  /** How many Newton-Schulz iterations make a step orthogonal. */
  readonly nsSteps: number;

  /**
   * @param learningRate - the step size: a number, an array, or a function of the step number
   * @param momentum - how slowly the running mean of the gradient changes; default `0.95`
   * @param weightDecay - how much of the parameter is added to the gradient; default `0.01`
   * @param nesterov - whether the step is corrected by the momentum to come; default `true`
   * @param nsSteps - how many Newton-Schulz iterations make a step orthogonal, at least 0; default `5`
   * @throws TypeError without a learning rate
   * @throws RangeError when nsSteps is no integer of at least 0
   */
  constructor(
    learningRate: number | MLXArray | Schedule | MuonOptions,
    momentum?: number | MuonOptions,
    weightDecay?: number | MuonOptions,
    nesterov?: boolean | MuonOptions,
    nsSteps?: number | MuonOptions,
  ) {
    super();
    const options = mx.keywords<MuonOptions>(
      "Muon",
      ["learningRate", "momentum", "weightDecay", "nesterov", "nsSteps"],
      [learningRate, momentum, weightDecay, nesterov, nsSteps],
    );
    this.momentum = mx.numberArg("Muon", "momentum", options.momentum ?? 0.95);
    this.weightDecay = mx.numberArg("Muon", "weightDecay", options.weightDecay ?? 0.01);
    this.nesterov = mx.flagArg("Muon", "nesterov", options.nesterov ?? true);
    this.nsSteps = mx.intArg("Muon", "nsSteps", options.nsSteps ?? 5, 0);
    this.maybeSchedule("learningRate", options.learningRate);
  }

  /** @hidden */
  initSingle(parameter: MLXArray, state: ParameterState): void {
    state.v = mx.zerosLike(parameter);
  }

  /** @hidden */
  applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray {
    const { momentum, weightDecay } = this;
    const slope =
      weightDecay === 0 ? gradient : mx.add(gradient, mx.multiply(weightDecay, parameter));
    const rest = mx.multiply(1 - momentum, slope);
    const v = mx.add(mx.multiply(momentum, stateArray("Muon", state, "v")), rest);
    state.v = v;
    const step = this.nesterov ? mx.add(rest, mx.multiply(momentum, v)) : v;
    const rate = this.learningRate.astype(slope.dtype);
    if (step.ndim < 2) return mx.subtract(parameter, mx.multiply(rate, step));
    const [rows = 1, columns = 1] = step.shape.slice(-2);
    const scaled = mx.multiply(rate, Math.sqrt(Math.max(1, rows / columns)));
    return mx.subtract(parameter, mx.multiply(scaled, this.#orthogonal(step)));
  }

  /** The step as a matrix whose singular values are brought close to 1, in the step's own shape. */
  #orthogonal(step: MLXArray): MLXArray {
    const [rows = 1] = step.shape;
    const matrix = mx.reshape(step, [rows, -1]);
    const isTall = rows > (matrix.shape[1] ?? 1);
    // The iteration multiplies by the matrix' square, which is smaller when it is wide.
    const wide = orthogonalized(isTall ? mx.transpose(matrix) : matrix, this.nsSteps);
    return mx.reshape(isTall ? mx.transpose(wide) : wide, step.shape);
  }
}

/** A quintic in the singular values, with the slope at 0 as large as it may be; by Jordan et al. */
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315];

/** Newton-Schulz iterations $x = a x + (b A + c A^2) x$ with $A = x x^T$, from an $x$ of norm 1. */
function orthogonalized(matrix: MLXArray, steps: number): MLXArray {
  const norm = mx.linalg.norm(matrix, { keepdims: true });
  let x = mx.divide(matrix, mx.add(norm, 1e-7));
  for (let i = 0; i < steps; i++) {
    const square = mx.matmul(x, mx.transpose(x));
    const inner = mx.addmm(mx.multiply(cubic, square), square, square, { alpha: quintic });
    x = mx.addmm(mx.multiply(linear, x), inner, x);
  }
  return x;
}
