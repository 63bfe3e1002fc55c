// vmap for engines that have none: the function runs once for each example.

import { type Backend, type Handle, Scalar } from "../backend.js";
import { withoutAxes, withSize } from "../define/axes.js";
import { rangeError } from "../errors.js";
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

/**
 * A vmap that calls the function once for each example and stacks what it gives. It takes as long as a loop;
 * an output without a batch axis is that of the first example. For an empty batch the function runs on an
 * example of zeros, which tells shapes.
 *
 * @typeParam H - the backend's handle
 * @param backend - slices, stacks and runs the examples
 * @returns a `vmap` for {@link TransformsExtension}
 * @throws RangeError when batch axes are missing or differ in size, or examples in their outputs
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

  /** One example of an input: its own, or all of it where it has no batch. */
  const example = (input: H, axis: number | null, i: number): H => {
    if (axis === null) return backend.retain(input);
    const shape = shapeOf(input);
    const rest = withoutAxes(shape, [axis]);
    if (shape[axis] === 0) return ops.full(rest, new Scalar(0), backend.aval(input).dtype);
    const start = shape.map((_, at) => (at === axis ? i : 0));
    const part = ops.slice(
      input,
      start,
      withSize(shape, axis, i + 1),
      shape.map(() => 1),
    );
    try {
      return ops.reshape(part, rest);
    } finally {
      backend.release([part]);
    }
  };

  /** An output of all examples; `first` alone tells the shape of none. */
  const joined = (list: readonly H[], axis: number | null, size: number): H => {
    const first = list[0] as H;
    if (axis === null) return backend.retain(first);
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
