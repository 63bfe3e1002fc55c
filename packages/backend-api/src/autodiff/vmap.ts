// vmap for engines that have none: the function runs once for each example.

import { type Backend, type Handle, Scalar } from "../backend.js";
import { shapeText, withoutAxes, withSize } from "../define/axes.js";
import type { HostData } from "../dtype.js";
import { rangeError, UnsupportedError } from "../errors.js";
import type { BatchedOutputs, TransformsExtension } from "../transforms.js";

/** The number of examples, which all batch axes have. */
function batchSize(
  shapes: readonly (readonly number[])[],
  axes: readonly (number | null)[],
): number {
  const sizes = axes.flatMap((axis, i) => {
    if (axis === null) return [];
    const size = shapes[i]?.[axis];
    if (size !== undefined) return [size];
    throw rangeError(`[vmap] axis ${axis} does not exist in an input of shape [${shapes[i]}]`);
  });
  const [size] = sizes;
  if (size === undefined) throw rangeError("[vmap] no input has a batch axis");
  const other = sizes.find((n) => n !== size);
  if (other === undefined) return size;
  throw rangeError(`[vmap] Inconsistent axis sizes: ${size} and ${other}.`, "SHAPE");
}

/** Takes one example of an array: its part of the batch, or all of it where it has no batch. */
export function exampleOf<H extends Handle>(
  backend: Pick<Backend<H>, "ops" | "aval" | "retain" | "release">,
): (input: H, axis: number | null, i: number) => H {
  const { ops } = backend;
  return (input, axis, i) => {
    if (axis === null) return backend.retain(input);
    const { shape, dtype } = backend.aval(input);
    const rest = withoutAxes(shape, [axis]);
    if (shape[axis] === 0) return ops.full(rest, new Scalar(0), dtype);
    const start = shape.map((_, at) => (at === axis ? i : 0));
    const stop = withSize(shape, axis, i + 1);
    const strides = shape.map(() => 1);
    const part = ops.slice(input, start, stop, strides);
    try {
      return ops.reshape(part, rest);
    } finally {
      backend.release([part]);
    }
  };
}

/** Whether host data is one block over and over, bit by bit: NaN is like itself. */
function isRepeated({ buffer, byteOffset, byteLength }: HostData, times: number): boolean {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const block = byteLength / times;
  return bytes.every((byte, i) => byte === bytes[i % block]);
}

/**
 * A vmap that calls the function once for each example and stacks what it gives. It takes as long as a loop.
 * An output without a batch axis is that of the first example; those of the others are compared with it, where
 * the backend can read at once. For an empty batch the function runs on an example of zeros, which tells shapes.
 *
 * @typeParam H - the backend's handle
 * @param backend - slices, stacks and runs the examples
 * @returns a `vmap` for {@link TransformsExtension}
 * @throws RangeError when batch axes are missing or differ in size, or examples in the shapes of their outputs, or in
 * an output without a batch axis
 * @example
 * ```ts
 * const vmap = loopVmap(myBackend);
 * const { ops } = myBackend;
 * const batch = ops.full([3, 2], new Scalar(1), "float32");
 * const [sums] = vmap(([x]) => ({ outputs: [ops.sum(x, null, false)], axes: [0] }), [batch], [0]);
 * myBackend.aval(sums).shape; // [3]
 * ```
 */
export function loopVmap<H extends Handle>(backend: Backend<H>): TransformsExtension<H>["vmap"] {
  const { ops } = backend;
  const shapeOf = (a: H) => backend.aval(a).shape;
  const example = exampleOf(backend);

  /** Whether examples gave the same array. */
  const isOne = (list: readonly H[]): boolean => {
    const [first, ...others] = list as [H, ...H[]];
    const shape = shapeText(shapeOf(first));
    if (others.length === 0) return true;
    if (others.some((other) => shapeText(shapeOf(other)) !== shape)) return false;
    const all = ops.stack(list, 0);
    try {
      return isRepeated(backend.toHostSync(all).data, list.length);
    } catch (error) {
      // A backend that cannot wait trusts its caller.
      if (error instanceof UnsupportedError) return true;
      throw error;
    } finally {
      backend.release([all]);
    }
  };

  /** An output of all examples; `first` alone tells the shape of none. */
  const joined = (list: readonly H[], axis: number | null, size: number): H => {
    const first = list[0] as H;
    if (axis === null) {
      if (isOne(list)) return backend.retain(first);
      throw rangeError(
        "[vmap] an output whose axis is null depends on a batched argument; give it an axis",
        "SHAPE",
      );
    }
    if (size > 0) return ops.stack(list, axis);
    const shape = [...shapeOf(first)];
    shape.splice(axis, 0, 0);
    return ops.full(shape, new Scalar(0), backend.aval(first).dtype);
  };

  return (fn, inputs, axes) => {
    const size = batchSize(inputs.map(shapeOf), axes);
    const examples: BatchedOutputs<H>[] = [];
    const results: H[] = [];
    try {
      for (let i = 0; i < Math.max(1, size); i++) {
        const own = inputs.map((input, at) => example(input, axes[at] ?? null, i));
        examples.push(fn(own));
      }
      const outAxes = examples[0]?.axes ?? [];
      for (const [at, axis] of outAxes.entries()) {
        const list = examples.map(({ outputs }) => outputs[at] as H);
        results.push(joined(list, axis, size));
      }
      return results;
    } catch (thrown) {
      backend.release(results);
      throw thrown;
    } finally {
      for (const { outputs } of examples) backend.release(outputs);
    }
  };
}
