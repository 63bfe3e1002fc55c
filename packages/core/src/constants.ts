// Python's constants, and the version of this package.

import manifest from "../package.json" with { type: "json" };

/** Euler's number, the base of natural logarithms. */
export const e = Math.E;
/** The Euler-Mascheroni constant. */
export const eulerGamma = 0.5772156649015329;
/** Positive infinity. */
export const inf = Number.POSITIVE_INFINITY;
/** Not a number. */
export const nan = Number.NaN;
/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI;
/**
 * A new axis of size 1 in an index: another name for `null`.
 *
 * @example
 * ```ts
 * mx.arange(3).index(mx.newaxis, "...").shape; // [1, 3]
 * ```
 */
export const newaxis = null;

/**
 * The version of this package. The engine has its own: `nativeBackend.engineVersion` is what Python calls
 * `mlx.core.__version__`.
 */
export const version: string = manifest.version;
