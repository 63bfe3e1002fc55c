// What a rule of differentiation is, which ops have one, and what rules work with.

import type { Handle } from "../../backend.js";
import type { RequiredKernels, Shape } from "../../define/kernels.js";
import type { DType } from "../../dtype.js";
import type { Ops, RequiredOp } from "../../ops/index.js";

/** Required ops through which no gradient flows: they count, compare, choose places, or are constant almost everywhere. */
type Flat =
  | "full"
  | "arange"
  | "sign"
  | "floor"
  | "ceil"
  | "round"
  | "logicalNot"
  | "bitwiseInvert"
  | "floorDivide"
  | "equal"
  | "notEqual"
  | "less"
  | "lessEqual"
  | "greater"
  | "greaterEqual"
  | "logicalAnd"
  | "logicalOr"
  | "bitwiseAnd"
  | "bitwiseOr"
  | "bitwiseXor"
  | "leftShift"
  | "rightShift"
  | "all"
  | "any"
  | "argmax"
  | "argmin"
  | "argsort";

/** Required ops that pass gradients on. */
export type SmoothOp = Exclude<RequiredOp, Flat>;

/**
 * From the cotangent of an op's result to those of its arrays, in the order of the op's arguments; each is
 * computed only where it is wanted, and an array without one, such as indices, gets no gradient.
 *
 * Rules are made of the decorated backend's ops, so that they can be differentiated in turn. What they make
 * on their way is released when they have run.
 *
 * @param args - the kernel's arguments, canonical as kernels get them
 * @param ct - the cotangent, of the result's shape
 * @param out - the result
 */
export type Rule<V extends Handle, Op extends SmoothOp> = (
  args: Parameters<RequiredKernels<V>[Op]>,
  ct: V,
  out: V,
) => readonly ((() => V) | undefined)[];

/** A rule for each op that passes gradients on. */
export type Rules<V extends Handle> = { readonly [Op in SmoothOp]: Rule<V, Op> };

/** What rules are made of. */
export interface RuleTools<V extends Handle> {
  readonly ops: Ops<V>;
  shape(a: V): Shape;
  dtype(a: V): DType;
  /** The complex conjugate; real arrays as they are. */
  conj(a: V): V;
  zerosLike(a: V): V;
}
