// `withValidation`: a backend that checks what is asked of the one below and what comes back. It costs time and
// waits for index values; it is for tests, and for finding out who is wrong.

import type { Aval, Backend, Handle, HostTensor } from "../backend.js";
import { sizeOf } from "../define/axes.js";
import { hostConstructor, isDType } from "../dtype.js";
import { MLXError, shown } from "../errors.js";
import { type OpName, opTable } from "../ops/index.js";
import { refuseOutOfBounds } from "./bounds.js";
import { everyOp, mapResult, opOf, withArrays } from "./calls.js";
import { type HandleMap, mappedExtension } from "./handles.js";
import { promised } from "./promises.js";

/** A handle of a validating backend: an object of its own, so that none can be taken for another. */
export class Checked {
  /** Why it may not be used any more. */
  gone: string | undefined;

  constructor(
    readonly inner: Handle,
    /** The validating backend's id and identity. */
    readonly owner: { readonly id: string },
  ) {}
}

const avalText = ({ dtype, shape }: Aval): string => `${dtype}[${shape.join(",")}]`;

/**
 * A backend that checks every call: handles that were released, are released twice or belong to another backend are
 * refused; so are indices out of bounds, which engines clamp or read beyond; results must have the shape and dtype that
 * the op table promises, and host elements must fit theirs.
 *
 * Indices are read, so calls with indices wait for them; where they have no values, as in functions that the engine
 * batches or compiles, they are trusted.
 *
 * @param backend - any backend
 * @returns the same backend, checked, with the id `withValidation(<backend>)` and handles of its own
 * @throws MLXError (`RELEASED`, `BACKEND_MISMATCH`) for wrong handles, RangeError (`INDEX`) for indices out of bounds,
 * MLXError (`ENGINE`) for results that are not what was promised, each at the call
 * @example
 * ```ts
 * const checked = withValidation(nativeBackend);
 * const a = checked.fromHost({ shape: [2], dtype: "float32", data: Float32Array.of(1, 2) });
 * checked.release([a]);
 * try {
 *   checked.ops.exp(a);
 * } catch (error) {
 *   String(error); // "MLXError: [exp] the array was released before"
 * }
 * ```
 */
export function withValidation<H extends Handle>(backend: Backend<H>): Backend<Checked> {
  const id = `withValidation(${backend.id})`;
  const owner = { id };

  const wrap = (inner: H): Checked => {
    const { shape, dtype } = backend.aval(inner);
    if (!isDType(dtype) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw broken("array", `an array of dtype ${shown(dtype)} and shape ${shown(shape)}`);
    }
    return new Checked(inner, owner);
  };

  const broken = (op: string, what: string): MLXError =>
    new MLXError(`[${op}] the backend "${backend.id}" gave ${what}`, "ENGINE");

  /** The handle below, of an array that may be used. */
  const inner = (op: string, value: unknown): H => {
    if (!(value instanceof Checked)) {
      throw new MLXError(
        `[${op}] ${shown(value)} is no array of the backend "${id}"; arrays of two backends do not mix`,
        "BACKEND_MISMATCH",
      );
    }
    if (value.owner !== owner) {
      throw new MLXError(
        `[${op}] an array of the backend "${value.owner.id}" came to "${id}"; arrays of two backends do not mix`,
        "BACKEND_MISMATCH",
      );
    }
    if (value.gone !== undefined) {
      throw new MLXError(`[${op}] the array was ${value.gone} before`, "RELEASED");
    }
    // Checked arrays of this owner hold its backend's handles.
    return value.inner as H;
  };

  const map = (op: string): HandleMap => ({
    wrap: (handle) => wrap(handle as H),
    inner: (handle) => inner(op, handle),
    give(handle) {
      const given = inner(op, handle);
      (handle as Checked).gone = "given to the engine";
      return given;
    },
  });

  const read = (array: Checked): HostTensor => fitting(backend.toHostSync(inner("read", array)));

  /** A host tensor from the engine, which must be whole. */
  const fitting = (tensor: HostTensor): HostTensor => {
    const { shape, dtype, data } = tensor;
    const length = sizeOf(shape) * (dtype === "complex64" ? 2 : 1);
    if (data instanceof hostConstructor(dtype) && data.length === length) return tensor;
    throw broken("read", `${shown(data)} of ${data.length} elements for ${avalText(tensor)}`);
  };

  /** Before the call, since engines may crash of what they do not check. */
  const refuseIndices = (op: OpName, args: readonly unknown[]): void => {
    try {
      refuseOutOfBounds<Checked>(op, args, {
        aval: (array) => backend.aval(inner(op, array)),
        read,
      });
    } catch (error) {
      // All else is left to the call: its own refusal of wrong arguments, and indices that have no values now.
      if (error instanceof RangeError && "code" in error && error.code === "INDEX") throw error;
    }
  };

  const refuseBroken = (op: OpName, args: readonly unknown[], result: H): void => {
    const wanted = promised(
      op,
      withArrays(op, args, (array: Checked) => backend.aval(inner(op, array))),
    );
    const got = backend.aval(result);
    const isShape = wanted.shape === undefined || `${wanted.shape}` === `${got.shape}`;
    if (isShape && (wanted.dtype ?? got.dtype) === got.dtype) return;
    const promise = avalText({
      shape: wanted.shape ?? got.shape,
      dtype: wanted.dtype ?? got.dtype,
    });
    throw broken(op, `${avalText(got)}, promised was ${promise}`);
  };

  const checked = (op: OpName) => {
    const call = opOf(backend, op);
    const { arity } = opTable[op];
    return (...args: unknown[]): Checked | Checked[] => {
      const given = withArrays(op, args, (array) => inner(op, array));
      refuseIndices(op, args);
      const result = call(...given);
      try {
        mapResult(result, (handle) => refuseBroken(op, args.slice(0, arity), handle));
        return mapResult(result, wrap);
      } catch (error) {
        backend.release([result].flat(1) as H[]);
        throw error;
      }
    };
  };

  const { exchange, track } = backend;
  return {
    id,
    apiVersion: 1,
    ops: everyOp(checked),
    provenance: (op) => backend.provenance(op),
    aval: (array) => backend.aval(inner("array", array)),
    fromHost: (tensor) => wrap(backend.fromHost(tensor)),
    toHostSync: read,
    toHost: async (array) => fitting(await backend.toHost(inner("read", array))),
    eval: (arrays) => backend.eval(arrays.map((array) => inner("eval", array))),
    evalAsync: async (arrays) => backend.evalAsync(arrays.map((array) => inner("eval", array))),
    retain: (array) => wrap(backend.retain(inner("retain", array))),
    release(arrays) {
      const handles: H[] = [];
      try {
        for (const array of arrays) {
          handles.push(inner("release", array));
          array.gone = "released";
        }
      } finally {
        backend.release(handles);
      }
    },
    ...(exchange && {
      exchange(into: Checked, from: Checked) {
        exchange.call(backend, inner("exchange", into), inner("exchange", from));
        from.gone = "exchanged";
      },
    }),
    ...(track && {
      track: (object: object, array: Checked) => track.call(backend, object, inner("track", array)),
    }),
    devices: () => backend.devices(),
    extension(token) {
      const part = backend.extension(token);
      return part === undefined ? undefined : mappedExtension(token, part, map(token.id));
    },
  };
}
