// Recurrent layers, which walk along a sequence: RNN, GRU and LSTM. Parameters have Python's names,
// capitals included, so that checkpoints fit. Weights are transposed anew at each step: with one transpose for
// all steps the gradients of an LSTM take 7 % more memory at their peak.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, python } from "../arguments.js";
import { Module } from "../module.js";
import { type ArrayFunction, applied, arrayFunctionArg } from "./containers.js";

/** Options of {@link RNN}. */
export interface RNNOptions {
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
  /** What each state passes: a function or a module. Default: `mx.tanh`. */
  nonlinearity?: ArrayFunction | null | undefined;
}

/** Options of {@link GRU} and {@link LSTM}. */
export interface RecurrentOptions {
  /** Whether biases are added. Default: `true`. */
  bias?: boolean | undefined;
}

/** What {@link RNN} and {@link GRU} start a sequence from. */
export interface HiddenState {
  /** The state before the first step, `[..., hiddenSize]`. Default: `null`, zeros. */
  hidden?: MLXArray | null | undefined;
}

/** What {@link LSTM} starts a sequence from. */
export interface HiddenAndCell extends HiddenState {
  /** The memory before the first step, `[..., hiddenSize]`. Default: `null`, zeros. */
  cell?: MLXArray | null | undefined;
}

/** Uniform in [-k, k) with k = 1 / sqrt(hiddenSize), as all parameters here start. */
const uniform = (hiddenSize: number, shape: readonly number[]): MLXArray => {
  const k = 1 / Math.sqrt(hiddenSize);
  return mx.random.uniform(-k, k, shape);
};

/** The inputs of all steps at once, $x W^\top + b$, then apart: one array for each step. */
function projectedSteps(
  op: string,
  x: MLXArray,
  weight: MLXArray,
  bias: MLXArray | undefined,
): MLXArray[] {
  const [, size = 0] = weight.shape;
  const length = x.shape.at(-2) ?? 0;
  if (length < 1 || x.shape.at(-1) !== size) {
    throw rangeError(
      `[${op}] the input has shape [${x.shape}], it must be [..., length, ${size}] with at least one step`,
      "SHAPE",
    );
  }
  const transposed = weight.T;
  const all = bias === undefined ? mx.matmul(x, transposed) : mx.addmm(bias, x, transposed);
  // One split, whose gradient is one concatenation; slices would each pad theirs to the whole.
  return mx.split(all, length, -2).map((step) => mx.squeeze(step, -2));
}

/**
 * A recurrent layer of Elman's kind:
 * $h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b)$
 *
 * Parameters start uniform in $[-k, k)$ with $k = 1 / \sqrt{H}$, drawn in the order of the fields.
 *
 * @example
 * ```ts
 * const layer = new nn.RNN(4, 8, { nonlinearity: nn.relu });
 * layer.forward(mx.ones([2, 5, 4])).shape; // [2, 5, 8]
 * ```
 * @see Python: `mlx.nn.RNN`
 * @see Elman, Finding structure in time, 1990
 */
export class RNN extends Module {
  /** `[hiddenSize, inputSize]` */
  Wxh: MLXArray;
  /** `[hiddenSize, hiddenSize]` */
  Whh: MLXArray;
  /** `[hiddenSize]`; absent without bias */
  bias?: MLXArray;
  /** What each state passes. */
  readonly nonlinearity: ArrayFunction;
  /** Size of the state. */
  readonly hiddenSize: number;

  /**
   * @param inputSize - size of the input's last axis
   * @param hiddenSize - size of the state
   * @param bias - whether a bias is added; default `true`
   * @param nonlinearity - what each state passes, a function or a module; default `mx.tanh`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(
    inputSize: number,
    hiddenSize: number,
    bias?: boolean | RNNOptions,
    nonlinearity?: ArrayFunction | null | RNNOptions,
  ) {
    super();
    const op = "RNN";
    const options = mx.keywords<RNNOptions>(op, ["bias", "nonlinearity"], [bias, nonlinearity]);
    const inputs = intArg(op, "inputSize", inputSize);
    this.hiddenSize = intArg(op, "hiddenSize", hiddenSize);
    this.nonlinearity = arrayFunctionArg(op, "nonlinearity", options.nonlinearity ?? tanh);
    this.Wxh = uniform(hiddenSize, [hiddenSize, inputs]);
    this.Whh = uniform(hiddenSize, [hiddenSize, hiddenSize]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = uniform(hiddenSize, [hiddenSize]);
  }

  override extraRepr(): string {
    const { nonlinearity } = this;
    const name = typeof nonlinearity === "function" ? nonlinearity.name : String(nonlinearity);
    return (
      `input_dims=${this.Wxh.shape[1]}, hidden_size=${this.hiddenSize}, ` +
      `nonlinearity=${name}, bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[..., length, inputSize]`, most often `[n, length, inputSize]`
   * @param hidden - the state before the first step, `[..., hiddenSize]`; default `null`, zeros
   * @returns the state after each step, `[..., length, hiddenSize]`
   * @throws RangeError for other shapes, and for sequences without a step
   */
  forward(x: MLXArray, hidden?: MLXArray | null | HiddenState): MLXArray {
    const options = mx.keywords<HiddenState>("RNN", ["hidden"], [hidden]);
    let state = options.hidden ?? null;
    // In no scope of its own: the nonlinearity may be a module that keeps arrays.
    const states = projectedSteps("RNN", x, this.Wxh, this.bias).map((step) => {
      const sum = state === null ? step : mx.addmm(step, state, this.Whh.T);
      state = applied(this.nonlinearity, sum);
      return state;
    });
    return mx.stack(states, -2);
  }
}

/** A function of its own, whose name is printed. */
const tanh = (x: MLXArray): MLXArray => mx.tanh(x);

/**
 * A layer of gated recurrent units:
 *
 * $r_t = \sigma(W_{xr} x_t + W_{hr} h_{t-1} + b_r)$,
 * $z_t = \sigma(W_{xz} x_t + W_{hz} h_{t-1} + b_z)$,
 * $n_t = \tanh(W_{xn} x_t + b_n + r_t \odot (W_{hn} h_{t-1} + b_{hn}))$,
 * $h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}$
 *
 * The parts $r, z, n$ lie one after the other in the weights. Parameters start uniform in $[-k, k)$
 * with $k = 1 / \sqrt{H}$, drawn in the order of the fields.
 *
 * @example
 * ```ts
 * const layer = new nn.GRU(4, 8);
 * const states = layer.forward(mx.ones([2, 5, 4]));
 * states.shape; // [2, 5, 8]
 * layer.forward(mx.ones([2, 1, 4]), { hidden: states.index(":, -1") }).shape; // [2, 1, 8]
 * ```
 * @see Python: `mlx.nn.GRU`
 * @see Cho et al., Learning phrase representations using RNN encoder-decoder,
 * https://arxiv.org/abs/1406.1078
 */
export class GRU extends Module {
  /** `[3 * hiddenSize, inputSize]` */
  Wx: MLXArray;
  /** `[3 * hiddenSize, hiddenSize]` */
  Wh: MLXArray;
  /** `[3 * hiddenSize]`; absent without bias */
  b?: MLXArray;
  /** $b_{hn}$, `[hiddenSize]`; absent without bias */
  bhn?: MLXArray;
  /** Size of the state. */
  readonly hiddenSize: number;

  /**
   * @param inputSize - size of the input's last axis
   * @param hiddenSize - size of the state
   * @param bias - whether biases are added; default `true`; also `{ bias }`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(inputSize: number, hiddenSize: number, bias?: boolean | RecurrentOptions) {
    super();
    const op = "GRU";
    const options = mx.keywords<RecurrentOptions>(op, ["bias"], [bias]);
    const inputs = intArg(op, "inputSize", inputSize);
    this.hiddenSize = intArg(op, "hiddenSize", hiddenSize);
    this.Wx = uniform(hiddenSize, [3 * hiddenSize, inputs]);
    this.Wh = uniform(hiddenSize, [3 * hiddenSize, hiddenSize]);
    if (flagArg(op, "bias", options.bias ?? true)) {
      this.b = uniform(hiddenSize, [3 * hiddenSize]);
      this.bhn = uniform(hiddenSize, [hiddenSize]);
    }
  }

  override extraRepr(): string {
    return (
      `input_dims=${this.Wx.shape[1]}, hidden_size=${this.hiddenSize}, ` +
      `bias=${python(this.b !== undefined)}`
    );
  }

  /**
   * @param x - `[..., length, inputSize]`, most often `[n, length, inputSize]`
   * @param hidden - the state before the first step, `[..., hiddenSize]`; default `null`, zeros
   * @returns the state after each step, `[..., length, hiddenSize]`
   * @throws RangeError for other shapes, and for sequences without a step
   */
  forward(x: MLXArray, hidden?: MLXArray | null | HiddenState): MLXArray {
    const options = mx.keywords<HiddenState>("GRU", ["hidden"], [hidden]);
    return mx.tidy(() => {
      let state = options.hidden ?? null;
      const states = projectedSteps("GRU", x, this.Wx, this.b).map((step) => {
        state = this.#next(step, state);
        return state;
      });
      return mx.stack(states, -2);
    });
  }

  /** One step, from its projected input. */
  #next(step: MLXArray, hidden: MLXArray | null): MLXArray {
    const gates = 2 * this.hiddenSize;
    const [xGates, xNew] = halves(step, gates);
    if (hidden === null) {
      const [r, z] = halves(mx.sigmoid(xGates), this.hiddenSize);
      const n = this.bhn === undefined ? xNew : mx.add(xNew, mx.multiply(r, this.bhn));
      return mx.multiply(mx.subtract(1, z), mx.tanh(n));
    }
    const [hGates, hNew] = halves(mx.matmul(hidden, this.Wh.T), gates);
    const [r, z] = halves(mx.sigmoid(mx.add(xGates, hGates)), this.hiddenSize);
    const hBiased = this.bhn === undefined ? hNew : mx.add(hNew, this.bhn);
    const n = mx.tanh(mx.add(xNew, mx.multiply(r, hBiased)));
    return mx.add(mx.multiply(mx.subtract(1, z), n), mx.multiply(z, hidden));
  }
}

/** The last axis before and from a place. */
function halves(a: MLXArray, at: number): [MLXArray, MLXArray] {
  const [first, second] = mx.split(a, [at], -1);
  return [first as MLXArray, second as MLXArray];
}

/**
 * A layer of long short-term memory:
 *
 * $i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i)$,
 * $f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)$,
 * $g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)$,
 * $o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + b_o)$,
 * $c_t = f_t \odot c_{t-1} + i_t \odot g_t$,
 * $h_t = o_t \odot \tanh(c_t)$
 *
 * The parts $i, f, g, o$ lie one after the other in the weights. Parameters start uniform in $[-k, k)$
 * with $k = 1 / \sqrt{H}$, drawn in the order of the fields.
 *
 * @example
 * ```ts
 * const layer = new nn.LSTM(4, 8);
 * const [hidden, cell] = layer.forward(mx.ones([2, 5, 4]));
 * hidden.shape; // [2, 5, 8]
 * const last = { hidden: hidden.index(":, -1"), cell: cell.index(":, -1") };
 * layer.forward(mx.ones([2, 1, 4]), last)[0].shape; // [2, 1, 8]
 * ```
 * @see Python: `mlx.nn.LSTM`
 * @see Hochreiter and Schmidhuber, Long short-term memory, 1997
 */
export class LSTM extends Module {
  /** `[4 * hiddenSize, inputSize]` */
  Wx: MLXArray;
  /** `[4 * hiddenSize, hiddenSize]` */
  Wh: MLXArray;
  /** `[4 * hiddenSize]`; absent without bias */
  bias?: MLXArray;
  /** Size of the state and of the memory. */
  readonly hiddenSize: number;

  /**
   * @param inputSize - size of the input's last axis
   * @param hiddenSize - size of the state and of the memory
   * @param bias - whether biases are added; default `true`; also `{ bias }`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(inputSize: number, hiddenSize: number, bias?: boolean | RecurrentOptions) {
    super();
    const op = "LSTM";
    const options = mx.keywords<RecurrentOptions>(op, ["bias"], [bias]);
    const inputs = intArg(op, "inputSize", inputSize);
    this.hiddenSize = intArg(op, "hiddenSize", hiddenSize);
    this.Wx = uniform(hiddenSize, [4 * hiddenSize, inputs]);
    this.Wh = uniform(hiddenSize, [4 * hiddenSize, hiddenSize]);
    if (flagArg(op, "bias", options.bias ?? true)) {
      this.bias = uniform(hiddenSize, [4 * hiddenSize]);
    }
  }

  override extraRepr(): string {
    return (
      `input_dims=${this.Wx.shape[1]}, hidden_size=${this.hiddenSize}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[..., length, inputSize]`, most often `[n, length, inputSize]`
   * @param hidden - the state before the first step, `[..., hiddenSize]`; default `null`, zeros
   * @param cell - the memory before the first step, `[..., hiddenSize]`; default `null`, zeros
   * @returns state and memory after each step, both `[..., length, hiddenSize]`
   * @throws RangeError for other shapes, and for sequences without a step
   */
  forward(
    x: MLXArray,
    hidden?: MLXArray | null | HiddenAndCell,
    cell?: MLXArray | null | HiddenAndCell,
  ): [hidden: MLXArray, cell: MLXArray] {
    const start = mx.keywords<HiddenAndCell>("LSTM", ["hidden", "cell"], [hidden, cell]);
    return mx.tidy(() => {
      let state = start.hidden ?? null;
      let memory = start.cell ?? null;
      const states: MLXArray[] = [];
      const memories: MLXArray[] = [];
      for (const step of projectedSteps("LSTM", x, this.Wx, this.bias)) {
        const sum = state === null ? step : mx.addmm(step, state, this.Wh.T);
        const [i, f, g, o] = mx.split(sum, 4, -1) as [MLXArray, MLXArray, MLXArray, MLXArray];
        const added = mx.multiply(mx.sigmoid(i), mx.tanh(g));
        memory = memory === null ? added : mx.add(mx.multiply(mx.sigmoid(f), memory), added);
        state = mx.multiply(mx.sigmoid(o), mx.tanh(memory));
        states.push(state);
        memories.push(memory);
      }
      return [mx.stack(states, -2), mx.stack(memories, -2)];
    });
  }
}
