// Activations with options or weights as modules. They call the functions of ./activations.ts.

import { rangeError, shown } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { intArg, numberArg, numberOf } from "../arguments.js";
import { Activation } from "./activation-modules.js";
import * as f from "./activations.js";

/**
 * $\max(a x, x)$ with slope $a$; the function is `leakyRelu`.
 *
 * @example
 * ```ts
 * new nn.LeakyReLU({ negativeSlope: 0.25 }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.LeakyReLU`
 */
export class LeakyReLU extends Activation {
  readonly #negativeSlope: number;

  /**
   * @param negativeSlope - the slope below zero; default `0.01`; also `{ negativeSlope }`
   * @throws TypeError for anything but a number
   */
  constructor(negativeSlope?: number | f.LeakyReluOptions) {
    super();
    this.#negativeSlope = numberOf("LeakyReLU", "negativeSlope", negativeSlope, 0.01);
  }

  forward(x: MLXArray): MLXArray {
    return f.leakyRelu(x, this.#negativeSlope);
  }
}

/**
 * $x$ above zero, $\alpha (e^x - 1)$ below; the function is `elu`.
 *
 * @example
 * ```ts
 * new nn.ELU({ alpha: 0.25 }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.ELU`
 */
export class ELU extends Activation {
  readonly #alpha: number;

  /**
   * @param alpha - how far below zero the values go; default `1`; also `{ alpha }`
   * @throws TypeError for anything but a number
   */
  constructor(alpha?: number | f.AlphaOptions) {
    super();
    this.#alpha = numberOf("ELU", "alpha", alpha, 1);
  }

  forward(x: MLXArray): MLXArray {
    return f.elu(x, this.#alpha);
  }
}

/**
 * $\max(0, x) + \alpha (e^{\min(0, x) / \alpha} - 1)$; the function is `celu`.
 *
 * @example
 * ```ts
 * new nn.CELU({ alpha: 0.25 }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.CELU`
 */
export class CELU extends Activation {
  readonly #alpha: number;

  /**
   * @param alpha - how far below zero the values go; default `1`; also `{ alpha }`
   * @throws TypeError for anything but a number
   */
  constructor(alpha?: number | f.AlphaOptions) {
    super();
    this.#alpha = numberOf("CELU", "alpha", alpha, 1);
  }

  forward(x: MLXArray): MLXArray {
    return f.celu(x, this.#alpha);
  }
}

/**
 * $x \mp \lambda$ where it is farther than $\lambda$ from zero, else 0; the function is `softshrink`.
 *
 * @example
 * ```ts
 * new nn.Softshrink({ lambd: 0.25 }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Softshrink`
 */
export class Softshrink extends Activation {
  readonly #lambd: number;

  /**
   * @param lambd - the distance from zero that becomes zero; default `0.5`; also `{ lambd }`
   * @throws TypeError for anything but a number
   */
  constructor(lambd?: number | f.LambdOptions) {
    super();
    this.#lambd = numberOf("Softshrink", "lambd", lambd, 0.5);
  }

  forward(x: MLXArray): MLXArray {
    return f.softshrink(x, this.#lambd);
  }
}

/**
 * $x$ where it is farther than $\lambda$ from zero, else 0; the function is `hardShrink`.
 *
 * @example
 * ```ts
 * new nn.HardShrink({ lambd: 0.25 }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.HardShrink`
 */
export class HardShrink extends Activation {
  readonly #lambd: number;

  /**
   * @param lambd - the distance from zero that becomes zero; default `0.5`; also `{ lambd }`
   * @throws TypeError for anything but a number
   */
  constructor(lambd?: number | f.LambdOptions) {
    super();
    this.#lambd = numberOf("HardShrink", "lambd", lambd, 0.5);
  }

  forward(x: MLXArray): MLXArray {
    return f.hardShrink(x, this.#lambd);
  }
}

/**
 * 1 from a threshold on, $x \ge t$, 0 below; the function is `step`.
 *
 * @example
 * ```ts
 * new nn.Step({ threshold: 0.25 }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.Step`
 */
export class Step extends Activation {
  readonly #threshold: number;

  /**
   * @param threshold - where the step is; default `0`; also `{ threshold }`
   * @throws TypeError for anything but a number
   */
  constructor(threshold?: number | f.StepOptions) {
    super();
    this.#threshold = numberOf("Step", "threshold", threshold, 0);
  }

  forward(x: MLXArray): MLXArray {
    return f.step(x, this.#threshold);
  }
}

/**
 * $a \sigma(b)$, where $a$ and $b$ are the halves of an axis; the function is `glu`.
 *
 * @example
 * ```ts
 * new nn.GLU().forward(mx.ones([2, 4])).shape; // [2, 2]
 * ```
 * @see Python: `mlx.nn.GLU`
 */
export class GLU extends Activation {
  readonly #axis: number;

  /**
   * @param axis - the axis to halve; default `-1`; also `{ axis }`
   * @throws TypeError for anything but a number
   */
  constructor(axis?: number | f.AxisOptions) {
    super();
    this.#axis = numberOf("GLU", "axis", axis, -1);
  }

  forward(x: MLXArray): MLXArray {
    return f.glu(x, this.#axis);
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions {
  /** How many slopes to learn: one, or one for each feature of the last axis. Default: `1`. */
  numParameters?: number | undefined;
  /** What the slopes start from. Default: `0.25`. */
  init?: number | undefined;
}

/**
 * $\max(0, x) + a \min(0, x)$ with learned slopes $a$; the function is `prelu`.
 *
 * @example
 * ```ts
 * new nn.PReLU(3).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.PReLU`
 */
export class PReLU extends Activation {
  /** `[numParameters]` */
  weight: MLXArray;

  /**
   * @param numParameters - how many slopes to learn: one, or one for each feature; default `1`
   * @param init - what the slopes start from; default `0.25`
   * @throws TypeError for anything but numbers
   * @throws RangeError for a count that is no integer of at least 1
   */
  constructor(numParameters?: number | PReLUOptions, init?: number | PReLUOptions) {
    super();
    const options = mx.keywords<PReLUOptions>(
      "PReLU",
      ["numParameters", "init"],
      [numParameters, init],
    );
    const count = intArg("PReLU", "numParameters", options.numParameters ?? 1);
    this.weight = mx.full([count], numberArg("PReLU", "init", options.init ?? 0.25));
  }

  forward(x: MLXArray): MLXArray {
    return f.prelu(x, this.weight);
  }
}

/** How {@link GELU} is computed: exactly, to within 0.0005 (`"tanh"` is the same), or to within 0.015. */
export type GELUApprox = "none" | "precise" | "tanh" | "fast";

/** Options of {@link GELU}. */
export interface GELUOptions {
  /** How it is computed. Default: `"none"`. */
  approx?: GELUApprox | undefined;
}

const gelus = {
  none: f.gelu,
  precise: f.geluApprox,
  tanh: f.geluApprox,
  fast: f.geluFastApprox,
} as const;

/**
 * $x \Phi(x)$ with the Gaussian's distribution function $\Phi$, or an approximation; the functions are
 * `gelu`, `geluApprox` and `geluFastApprox`.
 *
 * @example
 * ```ts
 * new nn.GELU({ approx: "fast" }).forward(mx.ones([2, 3])).shape; // [2, 3]
 * ```
 * @see Python: `mlx.nn.GELU`
 */
export class GELU extends Activation {
  readonly #approx: GELUApprox;

  /**
   * @param approx - `"none"`, `"precise"`, `"tanh"` or `"fast"`; default `"none"`
   * @throws RangeError for other names
   */
  constructor(approx?: GELUApprox | GELUOptions) {
    super();
    const found = mx.keywords<GELUOptions>("GELU", ["approx"], [approx]).approx ?? "none";
    if (!Object.hasOwn(gelus, found)) {
      throw rangeError(
        `[GELU] approx must be ${Object.keys(gelus).join(", ")}, got ${shown(found)}`,
      );
    }
    this.#approx = found;
  }

  forward(x: MLXArray): MLXArray {
    return gelus[this.#approx](x);
  }
}
