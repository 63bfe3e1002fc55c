// A whole backend seen as an author's engine: its ops as required kernels. Decorators build on it, and tests
// run every default on an engine that is known to be right.

import type { Backend, Handle, Placement } from "../backend.js";
import { Scalar } from "../backend.js";
import { type DType, dtypeKind, type HostData } from "../dtype.js";
import { type ExtensionToken, Memory, Streams } from "../extensions.js";
import { defineBackend } from "./define.js";
import { type ArrayAccess, type RequiredKernels, type Shape, supply } from "./kernels.js";

/** Ops that take and return what their kernels do. */
const alike = [
  "abs",
  "negative",
  "sign",
  "floor",
  "ceil",
  "sqrt",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "arcsin",
  "arctan",
  "tanh",
  "erf",
  "logicalNot",
  "bitwiseInvert",
  "add",
  "subtract",
  "multiply",
  "divide",
  "floorDivide",
  "remainder",
  "power",
  "maximum",
  "minimum",
  "arctan2",
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "logicalAnd",
  "logicalOr",
  "bitwiseAnd",
  "bitwiseOr",
  "bitwiseXor",
  "leftShift",
  "rightShift",
  "where",
  "sort",
  "argsort",
  "reshape",
  "transpose",
  "flip",
  "broadcastTo",
  "concatenate",
  "astype",
  "takeAlongAxis",
  "gather",
  "scatter",
  "scatterAdd",
  "matmul",
] as const satisfies readonly (keyof RequiredKernels<Handle>)[];

/** Elements of the dtypes that numbers alone do not reach. */
const wide: Partial<Record<DType, (value: number | bigint | boolean) => HostData>> = {
  float64: (value) => Float64Array.of(Number(value)),
  int32: (value) => Int32Array.of(Number(value)),
  uint32: (value) => Uint32Array.of(Number(value)),
  int64: (value) => BigInt64Array.of(BigInt(value)),
  uint64: (value) => BigUint64Array.of(BigInt(value)),
};

const reductions = ["sum", "prod", "max", "min", "all", "any"] as const;

/** Slices of kernels stop before the first element at -1; callers' slices count that from the end. */
export const callersStop = (stop: Shape, strides: Shape, shape: Shape): number[] =>
  stop.map((s, i) => (s < 0 && (strides[i] ?? 1) < 0 ? -(shape[i] ?? 0) - 1 : s));

/** Arrays and required kernels that call a backend's ops. */
export function over<H extends Handle>(
  base: Backend<H>,
): { arrays: ArrayAccess<H>; required: RequiredKernels<H> } {
  const { ops } = base;
  let at: Placement | undefined;
  const passed = Object.fromEntries(
    [...alike].map((op) => {
      // The placement stands behind the arguments, of which there are always as many.
      const call = ops[op] as (...args: unknown[]) => H;
      return [op, (...args: unknown[]) => call(...args, at)];
    }),
  ) as unknown as Pick<RequiredKernels<H>, (typeof alike)[number]>;
  const folds = Object.fromEntries(
    reductions.map((op) => [op, (a: H, axes: readonly number[]) => ops[op](a, axes, false, at)]),
  ) as unknown as Pick<RequiredKernels<H>, (typeof reductions)[number]>;
  const shapeOf = (a: H) => base.aval(a).shape;

  return {
    arrays: {
      aval: (a) => base.aval(a),
      fromHost: (tensor) => base.fromHost(tensor),
      toHostSync: (a) => base.toHostSync(a),
      toHost: (a) => base.toHost(a),
      eval: (handles) => base.eval(handles),
      evalAsync: (handles) => base.evalAsync(handles),
      release: (a) => base.release([a]),
      retain: (a) => base.retain(a),
      place(to) {
        at = to;
      },
    },
    required: {
      ...passed,
      ...folds,
      full(shape, value, dtype) {
        // A number alone becomes a float32 or an int64 first, which holds all but some of these.
        const host = wide[dtype];
        if (host !== undefined) {
          const one = base.fromHost({ shape: [], dtype, data: host(value) });
          const result = ops.broadcastTo(one, shape, at);
          base.release([one]);
          return result;
        }
        return ops.full(shape, new Scalar(value), dtype, at);
      },
      arange(start, step, count, dtype) {
        if (Number.isInteger(start) && Number.isInteger(step)) {
          return ops.arange(start, start + count * step, step, dtype, at);
        }
        // Half a step more than the last, so that rounding cannot lose it.
        const through = dtypeKind(dtype) === "float" ? dtype : "float64";
        const exact = ops.arange(start, start + (count - 0.5) * step, step, through, at);
        if (through === dtype) return exact;
        const result = ops.astype(exact, dtype, at);
        base.release([exact]);
        return result;
      },
      round: (a) => ops.round(a, 0, at),
      cumsum: (a, axis) => ops.cumsum(a, axis, false, true, null, at),
      cumprod: (a, axis) => ops.cumprod(a, axis, false, true, null, at),
      argmax: (a, axis) => ops.argmax(a, axis, false, at),
      argmin: (a, axis) => ops.argmin(a, axis, false, at),
      slice: (a, start, stop, strides) =>
        ops.slice(a, start, callersStop(stop, strides, shapeOf(a)), strides, at),
      sliceUpdate: (a, update, start, stop, strides) =>
        ops.sliceUpdate(a, update, start, callersStop(stop, strides, shapeOf(a)), strides, at),
    },
  };
}

/**
 * A backend that has only another's required ops: all others are composed of them. It shows what the defaults
 * are worth, in tests and in timings.
 *
 * @param base - any backend; the handles are its own
 * @returns a backend with the id `withDefaults(<base>)`
 * @example
 * ```ts
 * withDefaults(nativeBackend).provenance("softmax"); // "composed"
 * ```
 */
export function withDefaults<H extends Handle>(base: Backend<H>): Backend<H> {
  const kept = [Memory, Streams].flatMap((token: ExtensionToken<unknown>) => {
    const part = base.extension(token);
    return part === undefined ? [] : [supply(token, part)];
  });
  return defineBackend({
    id: `withDefaults(${base.id})`,
    devices: base.devices(),
    // The arrays are the engine's own, and so are what they occupy and where they are computed.
    extensions: kept,
    ...over(base),
  });
}
