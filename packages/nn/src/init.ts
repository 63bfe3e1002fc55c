// Initializers: functions that make first values of an array's shape, for `module.apply` or one weight.
// They read nothing but the shape, and draw from `mx.random`'s global state in Python's order.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { DType, MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { dtypeArg, numberArg } from "./arguments.js";

/** Makes a new array of another's shape. */
export type Initializer = (a: MLXArray) => MLXArray;

/** Makes a new array of another's shape; its spread is multiplied by `gain`, by default `1`. */
export type GlorotInitializer = (a: MLXArray, gain?: number | GainOptions) => MLXArray;

/** Makes a new array of another's shape, spread by its inputs (the default) or its outputs. */
export type HeInitializer = (
  a: MLXArray,
  mode?: FanMode | HeOptions,
  gain?: number | GainOptions,
) => MLXArray;

/** Which connections count: those into an output, or those out of an input. */
export type FanMode = "fan_in" | "fan_out";

/** Options of initializers that have no others. */
export interface InitOptions {
  /** The result's dtype, whatever the array's is. Default: `"float32"`. */
  dtype?: DType | undefined;
}

/** Options of {@link normal}. */
export interface NormalOptions extends InitOptions {
  /** Default: `0`. */
  mean?: number | undefined;
  /** The standard deviation. Default: `1`. */
  std?: number | undefined;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends InitOptions {
  /** The least value. Default: `0`. */
  low?: number | undefined;
  /** The bound that values stay below. Default: `1`. */
  high?: number | undefined;
}

/** Options of {@link orthogonal}. */
export interface OrthogonalOptions extends InitOptions {
  /** A factor for all values. Default: `1`. */
  gain?: number | undefined;
}

/** Options of a {@link GlorotInitializer}. */
export interface GainOptions {
  /** A factor for all values. Default: `1`. */
  gain?: number | undefined;
}

/** Options of a {@link HeInitializer}. */
export interface HeOptions extends GainOptions {
  /** Which connections count. Default: `"fan_in"`. */
  mode?: FanMode | undefined;
}

const dtypeOf = (op: string, { dtype = "float32" }: InitOptions): DType =>
  dtypeArg(op, "dtype", dtype);

function arrayArg(op: string, value: unknown): asserts value is MLXArray {
  if (value instanceof mx.MLXArray) return;
  throw typeError(`[${op}] an array was expected, got ${shown(value)}`);
}

function matrixArg(op: string, value: unknown): [rows: number, columns: number] {
  arrayArg(op, value);
  const [rows, columns, ...more] = value.shape;
  if (rows !== undefined && columns !== undefined && more.length === 0) return [rows, columns];
  throw rangeError(`[${op}] the array has shape [${value.shape}], it must be a matrix`, "SHAPE");
}

/** The connections into each output and out of each input: `[outputs, ...window, inputs]`. */
function fansOf(op: string, a: unknown): [fanIn: number, fanOut: number] {
  arrayArg(op, a);
  const { shape } = a;
  if (shape.length < 2) {
    throw rangeError(
      `[${op}] the array has shape [${shape}], it must have at least 2 axes`,
      "SHAPE",
    );
  }
  const window = shape.slice(1, -1).reduce((n, size) => n * size, 1);
  return [(shape.at(-1) ?? 0) * window, (shape[0] ?? 0) * window];
}

const gainArg = (op: string, gain: unknown): number =>
  numberArg(op, "gain", mx.keywords<GainOptions>(op, ["gain"], [gain]).gain ?? 1);

/** The connections that count, and the gain. */
function heArgs(
  op: string,
  a: MLXArray,
  mode: unknown,
  gain: unknown,
): [fan: number, gain: number] {
  const [fanIn, fanOut] = fansOf(op, a);
  const options = mx.keywords<HeOptions>(op, ["mode", "gain"], [mode, gain]);
  const factor = numberArg(op, "gain", options.gain ?? 1);
  switch (options.mode ?? "fan_in") {
    case "fan_in":
      return [fanIn, factor];
    case "fan_out":
      return [fanOut, factor];
    default:
      throw rangeError(`[${op}] mode must be "fan_in" or "fan_out", got ${shown(options.mode)}`);
  }
}

/**
 * Fills with one value.
 *
 * @param value - the value
 * @param dtype - the result's dtype; default `"float32"`; also `{ dtype }`
 * @returns a function from an array to a new one of its shape
 * @throws TypeError for a value that is no number, or anything but a dtype
 * @example
 * ```ts
 * nn.init.constant(0.5)(mx.zeros([2])).tolist(); // [0.5, 0.5]
 * ```
 * @see Python: `mlx.nn.init.constant`
 */
export function constant(value: number, dtype?: DType | InitOptions): Initializer {
  const op = "init.constant";
  const to = dtypeOf(op, mx.keywords<InitOptions>(op, ["dtype"], [dtype]));
  if (typeof value !== "number") {
    throw typeError(`[${op}] value must be a number, got ${shown(value)}`);
  }
  return (a) => {
    arrayArg(op, a);
    return mx.full(a.shape, value, to);
  };
}

/**
 * Draws from the normal distribution $N(mean, std^2)$.
 *
 * @param mean - default `0`
 * @param std - the standard deviation; default `1`
 * @param dtype - the result's dtype; default `"float32"`
 * @returns a function from an array to a new one of its shape
 * @throws TypeError for arguments of a wrong kind
 * @example
 * ```ts
 * const layer = new nn.Linear(4, 8).apply(nn.init.normal({ std: 0.02 }));
 * layer.weight.shape; // [8, 4]
 * ```
 * @see Python: `mlx.nn.init.normal`
 */
export function normal(
  mean?: number | NormalOptions,
  std?: number | NormalOptions,
  dtype?: DType | NormalOptions,
): Initializer {
  const op = "init.normal";
  const options = mx.keywords<NormalOptions>(op, ["mean", "std", "dtype"], [mean, std, dtype]);
  const loc = numberArg(op, "mean", options.mean ?? 0);
  const scale = numberArg(op, "std", options.std ?? 1);
  const resultDtype = dtypeOf(op, options);
  return (a) => {
    arrayArg(op, a);
    return mx.random.normal(a.shape, resultDtype, loc, scale);
  };
}

/**
 * Draws evenly from $[low, high)$.
 *
 * @param low - the least value; default `0`
 * @param high - the bound that values stay below; default `1`
 * @param dtype - the result's dtype; default `"float32"`
 * @returns a function from an array to a new one of its shape
 * @throws TypeError for arguments of a wrong kind
 * @example
 * ```ts
 * nn.init.uniform(-0.1, 0.1)(mx.zeros([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.init.uniform`
 */
export function uniform(
  low?: number | UniformOptions,
  high?: number | UniformOptions,
  dtype?: DType | UniformOptions,
): Initializer {
  const op = "init.uniform";
  const options = mx.keywords<UniformOptions>(op, ["low", "high", "dtype"], [low, high, dtype]);
  const from = numberArg(op, "low", options.low ?? 0);
  const to = numberArg(op, "high", options.high ?? 1);
  const resultDtype = dtypeOf(op, options);
  return (a) => {
    arrayArg(op, a);
    return mx.random.uniform(from, to, a.shape, resultDtype);
  };
}

/**
 * Makes an identity matrix: $w_{ij} = 1$ where $i = j$, else 0.
 *
 * @param dtype - the result's dtype; default `"float32"`; also `{ dtype }`
 * @returns a function from a square matrix to a new one; it throws RangeError for other shapes
 * @throws TypeError for anything but a dtype
 * @example
 * ```ts
 * nn.init.identity()(mx.zeros([2, 2])).tolist(); // [[1, 0], [0, 1]]
 * ```
 * @see Python: `mlx.nn.init.identity`
 */
export function identity(dtype?: DType | InitOptions): Initializer {
  const op = "init.identity";
  const to = dtypeOf(op, mx.keywords<InitOptions>(op, ["dtype"], [dtype]));
  return (a) => {
    const [rows, columns] = matrixArg(op, a);
    if (rows === columns) return mx.eye(rows, { dtype: to });
    throw rangeError(`[${op}] the array has shape [${a.shape}], it must be square`, "SHAPE");
  };
}

/**
 * Draws from $N(0, \sigma^2)$ with $\sigma = gain \sqrt{2 / (fan_{in} + fan_{out})}$, where an array
 * `[outputs, ...window, inputs]` has as many inputs and outputs as its window's size times those.
 *
 * @param dtype - the result's dtype; default `"float32"`; also `{ dtype }`
 * @returns a function from an array and a `gain` (default `1`) to a new array of its shape; it throws
 * RangeError for less than 2 axes
 * @throws TypeError for anything but a dtype
 * @example
 * ```ts
 * nn.init.glorotNormal()(mx.zeros([8, 4]), { gain: 4 }).shape; // [8, 4]
 * ```
 * @see Python: `mlx.nn.init.glorot_normal`
 * @see Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010)
 */
export function glorotNormal(dtype?: DType | InitOptions): GlorotInitializer {
  const op = "init.glorotNormal";
  const to = dtypeOf(op, mx.keywords<InitOptions>(op, ["dtype"], [dtype]));
  return (a, gain) => {
    const [fanIn, fanOut] = fansOf(op, a);
    const std = gainArg(op, gain) * Math.sqrt(2 / (fanIn + fanOut));
    return mx.random.normal(a.shape, to, 0, std);
  };
}

/**
 * Draws evenly from $[-k, k)$ with $k = gain \sqrt{6 / (fan_{in} + fan_{out})}$; see {@link glorotNormal}.
 *
 * @param dtype - the result's dtype; default `"float32"`; also `{ dtype }`
 * @returns a function from an array and a `gain` (default `1`) to a new array of its shape; it throws
 * RangeError for less than 2 axes
 * @throws TypeError for anything but a dtype
 * @example
 * ```ts
 * nn.init.glorotUniform("float16")(mx.zeros([8, 4])).dtype; // "float16"
 * ```
 * @see Python: `mlx.nn.init.glorot_uniform`
 * @see Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010)
 */
export function glorotUniform(dtype?: DType | InitOptions): GlorotInitializer {
  const op = "init.glorotUniform";
  const to = dtypeOf(op, mx.keywords<InitOptions>(op, ["dtype"], [dtype]));
  return (a, gain) => {
    const [fanIn, fanOut] = fansOf(op, a);
    const limit = gainArg(op, gain) * Math.sqrt(6 / (fanIn + fanOut));
    return mx.random.uniform(-limit, limit, a.shape, to);
  };
}

/**
 * Draws from $N(0, \sigma^2)$ with $\sigma = gain / \sqrt{fan}$, where $fan$ counts the connections into an
 * output (`"fan_in"`) or out of an input (`"fan_out"`).
 *
 * @param dtype - the result's dtype; default `"float32"`; also `{ dtype }`
 * @returns a function from an array, a `mode` (default `"fan_in"`) and a `gain` (default `1`) to a new
 * array of its shape; it throws RangeError for less than 2 axes and other modes
 * @throws TypeError for anything but a dtype
 * @example
 * ```ts
 * nn.init.heNormal()(mx.zeros([8, 3, 3, 4]), "fan_out", { gain: Math.SQRT2 }).shape; // [8, 3, 3, 4]
 * ```
 * @see Python: `mlx.nn.init.he_normal`
 * @see He et al., "Delving Deep into Rectifiers" (2015)
 */
export function heNormal(dtype?: DType | InitOptions): HeInitializer {
  const op = "init.heNormal";
  const to = dtypeOf(op, mx.keywords<InitOptions>(op, ["dtype"], [dtype]));
  return (a, mode, gain) => {
    const [fan, factor] = heArgs(op, a, mode, gain);
    return mx.random.normal(a.shape, to, 0, factor / Math.sqrt(fan));
  };
}

/**
 * Draws evenly from $[-k, k)$ with $k = gain \sqrt{3 / fan}$; see {@link heNormal}.
 *
 * @param dtype - the result's dtype; default `"float32"`; also `{ dtype }`
 * @returns a function from an array, a `mode` (default `"fan_in"`) and a `gain` (default `1`) to a new
 * array of its shape; it throws RangeError for less than 2 axes and other modes
 * @throws TypeError for anything but a dtype
 * @example
 * ```ts
 * nn.init.heUniform()(mx.zeros([8, 4]), { mode: "fan_out" }).shape; // [8, 4]
 * ```
 * @see Python: `mlx.nn.init.he_uniform`
 * @see He et al., "Delving Deep into Rectifiers" (2015)
 */
export function heUniform(dtype?: DType | InitOptions): HeInitializer {
  const op = "init.heUniform";
  const to = dtypeOf(op, mx.keywords<InitOptions>(op, ["dtype"], [dtype]));
  return (a, mode, gain) => {
    const [fan, factor] = heArgs(op, a, mode, gain);
    const limit = factor * Math.sqrt(3 / fan);
    return mx.random.uniform(-limit, limit, a.shape, to);
  };
}

/**
 * Draws from $N(mean, std^2)$ and zeroes $\lceil sparsity \cdot columns \rceil$ elements of each row.
 *
 * @param sparsity - which share of each row is zero, in [0, 1]
 * @param mean - default `0`
 * @param std - the standard deviation; default `1`
 * @param dtype - the result's dtype; default `"float32"`
 * @returns a function from a matrix to a new one of its shape; it throws RangeError for other shapes
 * @throws RangeError for a sparsity out of range
 * @example
 * ```ts
 * const weight = nn.init.sparse(0.5, { std: 0.01 })(mx.zeros([3, 4]));
 * mx.equal(weight, 0).sum(1).tolist(); // [2, 2, 2]
 * ```
 * @see Python: `mlx.nn.init.sparse`
 * @see Martens, "Deep Learning via Hessian-free Optimization" (2010)
 */
export function sparse(
  sparsity: number,
  mean?: number | NormalOptions,
  std?: number | NormalOptions,
  dtype?: DType | NormalOptions,
): Initializer {
  const op = "init.sparse";
  const options = mx.keywords<NormalOptions>(op, ["mean", "std", "dtype"], [mean, std, dtype]);
  const share = numberArg(op, "sparsity", sparsity);
  if (share < 0 || share > 1) {
    throw rangeError(`[${op}] sparsity is ${share}, it must be between 0 and 1`);
  }
  const loc = numberArg(op, "mean", options.mean ?? 0);
  const scale = numberArg(op, "std", options.std ?? 1);
  const resultDtype = dtypeOf(op, options);
  return (a) => {
    const [, columns] = matrixArg(op, a);
    return mx.tidy(() => {
      const order = mx.argsort(mx.random.uniform(0, 1, a.shape), 1);
      const values = mx.random.normal(a.shape, resultDtype, loc, scale);
      const zeroed = order.index(mx.slice(), mx.slice(0, Math.ceil(share * columns)));
      return mx.putAlongAxis(values, zeroed, mx.array(0, values.dtype), 1);
    });
  };
}

/**
 * Makes a matrix with orthonormal rows or columns, whichever are fewer or equal, times a gain: part of
 * the $Q$ of a random square matrix, with signs such that it is spread evenly.
 *
 * @param gain - a factor for all values; default `1`
 * @param dtype - the result's dtype; default `"float32"`
 * @returns a function from a matrix to a new one of its shape; it throws RangeError for other shapes
 * @throws TypeError for a gain that is no number, or anything but a dtype
 * @example
 * ```ts
 * const weight = nn.init.orthogonal()(mx.zeros([3, 3]));
 * mx.allclose(weight.matmul(weight.T), mx.eye(3), { atol: 1e-5 }).item(); // true
 * ```
 * @see Python: `mlx.nn.init.orthogonal`
 * @see Saxe et al., "Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks" (2014)
 */
export function orthogonal(
  gain?: number | OrthogonalOptions,
  dtype?: DType | OrthogonalOptions,
): Initializer {
  const op = "init.orthogonal";
  const options = mx.keywords<OrthogonalOptions>(op, ["gain", "dtype"], [gain, dtype]);
  const factor = numberArg(op, "gain", options.gain ?? 1);
  const resultDtype = dtypeOf(op, options);
  return (a) => {
    const [rows, columns] = matrixArg(op, a);
    const n = Math.max(rows, columns);
    return mx.tidy(() => {
      // Where the engine has a GPU, it factors on the CPU only.
      const [q, r] = mx.linalg.qr(mx.random.normal([n, n]), { stream: mx.cpu });
      const signed = mx.multiply(q, mx.sign(mx.diag(r)));
      const part = signed.index(mx.slice(0, rows), mx.slice(0, columns));
      return mx.multiply(part, factor).astype(resultDtype);
    });
  };
}
