// Activations without options as modules, for Sequential and for fields that are exchanged. They call
// the functions of ./activations.ts; those with options are in ./parametric-activations.ts.

import type { MLXArray } from "@mlx-ts/core";
import { Module } from "../module.js";
import * as f from "./activations.js";

/** What the activation modules share: a function of one array. */
export abstract class Activation extends Module {
  /**
   * @param x - any shape
   * @returns the activation of each element
   */
  abstract override forward(x: MLXArray): MLXArray;
}

/**
 * $\frac{1}{1 + e^{-x}}$; the function is `sigmoid`.
 *
 * @example
 * ```ts
 * new nn.Sigmoid().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Sigmoid`
 */
export class Sigmoid extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.sigmoid(x);
  }
}

/**
 * $x \tanh(\log(1 + e^x))$; the function is `mish`.
 *
 * @example
 * ```ts
 * new nn.Mish().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Mish`
 */
export class Mish extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.mish(x);
  }
}

/**
 * $\max(x, 0)$; the function is `relu`.
 *
 * @example
 * ```ts
 * new nn.ReLU().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.ReLU`
 */
export class ReLU extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.relu(x);
  }
}

/**
 * $\max(x, 0)^2$; the function is `relu2`.
 *
 * @example
 * ```ts
 * new nn.ReLU2().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.ReLU2`
 */
export class ReLU2 extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.relu2(x);
  }
}

/**
 * $\min(\max(x, 0), 6)$; the function is `relu6`.
 *
 * @example
 * ```ts
 * new nn.ReLU6().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.ReLU6`
 */
export class ReLU6 extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.relu6(x);
  }
}

/**
 * $e^{x_i} / \sum_j e^{x_j}$ along the last axis; the function is `softmax`.
 *
 * @example
 * ```ts
 * new nn.Softmax().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Softmax`
 */
export class Softmax extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.softmax(x);
  }
}

/**
 * $\log(1 + e^x)$; the function is `softplus`.
 *
 * @example
 * ```ts
 * new nn.Softplus().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Softplus`
 */
export class Softplus extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.softplus(x);
  }
}

/**
 * $\frac{x}{1 + |x|}$; the function is `softsign`.
 *
 * @example
 * ```ts
 * new nn.Softsign().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Softsign`
 */
export class Softsign extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.softsign(x);
  }
}

/**
 * $x \sigma(x)$; the function is `silu`.
 *
 * @example
 * ```ts
 * new nn.SiLU().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.SiLU`
 */
export class SiLU extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.silu(x);
  }
}

/**
 * $x - \log \sum_i e^{x_i}$ along the last axis; the function is `logSoftmax`.
 *
 * @example
 * ```ts
 * new nn.LogSoftmax().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.LogSoftmax`
 */
export class LogSoftmax extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.logSoftmax(x);
  }
}

/**
 * $\log \sigma(x)$; the function is `logSigmoid`.
 *
 * @example
 * ```ts
 * new nn.LogSigmoid().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.LogSigmoid`
 */
export class LogSigmoid extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.logSigmoid(x);
  }
}

/**
 * $\tanh(x)$; the function is `tanh`.
 *
 * @example
 * ```ts
 * new nn.Tanh().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Tanh`
 */
export class Tanh extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.tanh(x);
  }
}

/**
 * $x \min(\max(x + 3, 0), 6) / 6$; the function is `hardswish`.
 *
 * @example
 * ```ts
 * new nn.Hardswish().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Hardswish`
 */
export class Hardswish extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.hardswish(x);
  }
}

/**
 * $1.0507 \cdot elu(x, 1.67326)$; the function is `selu`.
 *
 * @example
 * ```ts
 * new nn.SELU().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.SELU`
 */
export class SELU extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.selu(x);
  }
}

/**
 * $\max(\min(x, 1), -1)$; the function is `hardTanh`.
 *
 * @example
 * ```ts
 * new nn.HardTanh().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.HardTanh`
 */
export class HardTanh extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.hardTanh(x);
  }
}

/**
 * $e^{-x_i} / \sum_j e^{-x_j}$ along the last axis; the function is `softmin`.
 *
 * @example
 * ```ts
 * new nn.Softmin().forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Softmin`
 */
export class Softmin extends Activation {
  forward(x: MLXArray): MLXArray {
    return f.softmin(x);
  }
}
