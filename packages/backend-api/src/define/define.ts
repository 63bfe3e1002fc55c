// `defineBackend`: a whole Backend from an author's kernels. It puts a front before every op, fills in
// defaults, and looks after the handles that calls make on their way.

import type {
  Aval,
  Backend,
  DeviceType,
  Handle,
  HostTensor,
  Placement,
  Provenance,
} from "../backend.js";
import { dtypes as allDtypes, type DType, hostConstructor } from "../dtype.js";
import { MLXError, rangeError, typeError, UnsupportedError } from "../errors.js";
import type { ExtensionToken } from "../extensions.js";
import { type OpName, type Ops, opTable } from "../ops/index.js";
import { sizeOf } from "./axes.js";
import { defaultKernels } from "./defaults/index.js";
import { frontOps } from "./front/index.js";
import type { Front } from "./front.js";
import type { BackendDefinition, Kernels } from "./kernels.js";
import { elementOf } from "./operands.js";

type AnyFunction = (...args: never[]) => unknown;

const minimum: readonly DType[] = ["bool", "int32", "uint32", "float32"];

const opNames = Object.keys(opTable) as OpName[];

/** An error of ours whose message opens with its op. */
function withOp(op: string, error: unknown): unknown {
  if (error instanceof Error && "code" in error && !error.message.startsWith("[")) {
    error.message = `[${op}] ${error.message}`;
  }
  return error;
}

/** Optional ops that are composed where another optional op is there. */
const composedOf: Partial<Record<OpName, OpName>> = {
  linalgPinv: "linalgSvd",
  randomMultivariateNormal: "linalgSvd",
};

/** Refuses a definition that lacks something, before any array exists. */
function refuseIncomplete<H extends Handle>(definition: BackendDefinition<H>): void {
  const { id, required, overrides = {}, dtypes = allDtypes } = definition;
  const missing = opNames.filter(
    (op) => opTable[op].tier === "required" && typeof Reflect.get(required, op) !== "function",
  );
  if (missing.length > 0) {
    throw typeError(`[defineBackend] "${id}" lacks the required kernels ${missing.join(", ")}`);
  }
  const unknown = Object.keys(overrides).filter(
    (op) => !Object.hasOwn(opTable, op) || opTable[op as OpName].tier === "required",
  );
  if (unknown.length > 0) {
    throw typeError(
      `[defineBackend] "${id}" overrides ${unknown.join(", ")}, which are no optional ops of the table`,
    );
  }
  const lacking = minimum.filter((dtype) => !dtypes.includes(dtype));
  if (lacking.length > 0) {
    throw typeError(`[defineBackend] "${id}" lacks the dtypes ${lacking.join(", ")}`, "DTYPE");
  }
  const { toHost, toHostSync, release, retain } = definition.arrays;
  if (!toHost && !toHostSync) {
    throw typeError(`[defineBackend] "${id}" needs arrays.toHost or arrays.toHostSync`);
  }
  if (release && !retain) {
    throw typeError(`[defineBackend] "${id}" has arrays.release, so it needs arrays.retain too`);
  }
}

/**
 * Makes a backend from kernels. Its ops behave as MLX's: dtypes promote, shapes broadcast, axes count from
 * both ends, and wrong arguments are refused with MLX's messages before a kernel sees them.
 *
 * @typeParam H - what stands for an array in the author's engine
 * @param definition - id, array access, required kernels, and what the engine has beyond
 * @returns a backend for `mx.setDefaultBackend`
 * @throws TypeError when a required kernel is missing or an override is unknown
 * @example
 * ```ts
 * const backend = defineBackend({ id: "mine", arrays, required: kernels });
 * backend.provenance("softmax"); // "composed"
 * ```
 */
export function defineBackend<H extends Handle>(definition: BackendDefinition<H>): Backend<H> {
  refuseIncomplete(definition);
  const { id, arrays, required, overrides = {}, dtypes = allDtypes } = definition;
  const devices: readonly DeviceType[] = definition.devices ?? ["cpu"];
  const extensions = new Map(
    (definition.extensions ?? []).map(({ token, part }) => [token.id, part]),
  );

  /** Handles made since the outermost call began; `undefined` outside calls. */
  let made: Set<H> | undefined;

  const retained = (a: H): H => (arrays.retain ? arrays.retain(a) : a);

  const refuseDtype = (op: string, dtype: DType): void => {
    if (dtypes.includes(dtype)) return;
    throw new UnsupportedError(op, id, `it has no ${dtype}; its dtypes are ${dtypes.join(", ")}`);
  };

  /** A kernel whose results are noted, so that they can be released. */
  const noted = (kernel: AnyFunction): AnyFunction => {
    if (!arrays.release) return kernel;
    return (...args) => {
      const result = kernel(...args);
      // Operands that come back are not made here. Numbers among the arguments may be sizes and axes, so
      // engines whose handles are numbers always give new ones.
      const given = new Set<unknown>(args.flat(1).filter((arg) => typeof arg === "object"));
      for (const handle of [result].flat(1) as H[]) if (!given.has(handle)) made?.add(handle);
      return result;
    };
  };

  /** An op as callers see it: told where to run, and its results owned by the caller. */
  const outer = (op: OpName, front: AnyFunction): AnyFunction => {
    const { arity } = opTable[op];
    return (...args: unknown[]) => {
      const at = args.length > arity ? (args[arity] as Placement | undefined) : undefined;
      if (at) refuseDevice(op, at);
      if (at) arrays.place?.(at);
      const outermost = made === undefined;
      made ??= new Set();
      try {
        const result = (front as (...args: unknown[]) => H | H[])(...args.slice(0, arity));
        if (!outermost) return result;
        return Array.isArray(result) ? result.map(owned) : owned(result);
      } catch (error) {
        throw outermost ? withOp(op, error) : error;
      } finally {
        if (at) arrays.place?.(undefined);
        if (outermost) {
          const rest = made;
          made = undefined;
          if (arrays.release) for (const handle of rest) arrays.release(handle);
        }
      }
    };
  };

  /** Takes a handle out of those to release; one that is an operand's becomes a second one. */
  const owned = (handle: H): H => (made?.delete(handle) ? handle : retained(handle));

  const refuseDevice = (op: string, at: Placement): void => {
    if (devices.includes(at.device)) return;
    throw new MLXError(
      `[${op}] the backend "${id}" has no device "${at.device}", it has ${devices.join(", ")}`,
      "UNSUPPORTED",
    );
  };

  const fromHost = (tensor: HostTensor): H => {
    refuseDtype("array", tensor.dtype);
    const size = sizeOf(tensor.shape) * (tensor.dtype === "complex64" ? 2 : 1);
    if (!(tensor.data instanceof hostConstructor(tensor.dtype)) || tensor.data.length !== size) {
      throw rangeError(
        `[array] the host elements do not fit ${tensor.dtype} of shape (${tensor.shape.join(",")})`,
        "SHAPE",
      );
    }
    return arrays.fromHost(tensor);
  };

  const toHostSync = (a: H): HostTensor => {
    if (arrays.toHostSync) return arrays.toHostSync(a);
    throw new UnsupportedError("read", id, "it cannot wait; use `await a.data()`");
  };

  const front: Front<H> = {
    id,
    // Both are filled below: fronts and defaults only use them in calls.
    ops: {} as Ops<H>,
    kernels: {} as Kernels<H>,
    shape: (a) => arrays.aval(a).shape,
    dtype: (a) => arrays.aval(a).dtype,
    read: toHostSync,
    constant: noted(fromHost) as typeof fromHost,
    scalar: (value, dtype) => front.kernels.full([], elementOf(value, dtype), dtype),
  };
  const kernels: Record<string, AnyFunction> = { ...defaultKernels(front) };
  for (const [op, kernel] of Object.entries({ ...required, ...overrides })) {
    // Methods of an author's object keep their `this`.
    const home = Object.hasOwn(overrides, op) ? overrides : required;
    kernels[op] = noted((kernel as AnyFunction).bind(home));
  }
  const checked = { full: 2, arange: 3, astype: 1 } as const;
  for (const [op, place] of Object.entries(checked)) {
    const kernel = kernels[op] as AnyFunction;
    kernels[op] = (...args: never[]) => {
      refuseDtype(op, args[place] as unknown as DType);
      return kernel(...args);
    };
  }
  for (const op of opNames) {
    kernels[op] ??= () => {
      throw new UnsupportedError(op, id, "it has no default: give it as an override");
    };
  }
  Object.assign(front.kernels, kernels);
  const fronts: Ops<H> = frontOps(front);
  for (const op of opNames)
    Object.assign(front.ops, { [op]: outer(op, fronts[op] as AnyFunction) });

  const provenance = (op: OpName): Provenance => {
    if (Object.hasOwn(required, op) || Object.hasOwn(overrides, op)) return "native";
    const source = composedOf[op];
    const composed =
      opTable[op].tier === "composed" || (source && Object.hasOwn(overrides, source));
    return composed ? "composed" : "unsupported";
  };
  const aval = (a: H): Aval => arrays.aval(a);

  return {
    id,
    apiVersion: 1,
    ops: front.ops,
    provenance,
    aval,
    fromHost,
    toHostSync,
    toHost: async (a) => (arrays.toHost ? arrays.toHost(a) : toHostSync(a)),
    eval: (handles) => arrays.eval?.(handles),
    evalAsync: async (handles) =>
      arrays.evalAsync ? arrays.evalAsync(handles) : arrays.eval?.(handles),
    retain: retained,
    release: (handles) => {
      if (arrays.release) for (const handle of handles) arrays.release(handle);
    },
    devices: () => devices,
    extension: <E>(token: ExtensionToken<E>) => extensions.get(token.id) as E | undefined,
  };
}
