// How the kit makes views: of elements that are stored otherwise, by the backend's own transpose, slice and
// broadcast, so that an engine with strides meets them in every op.

import type { Handle, HostTensor } from "../backend.js";
import type { Context } from "./case.js";
import { decode, sizeOf, tensor } from "./values.js";

/** Ways to store an array so that a view of it has the wanted elements. */
export const forms = ["transposed", "reversed", "strided", "offset"] as const;

/** A way to store an array. */
export type Form = (typeof forms)[number];

type Shape = readonly number[];

/** Reads elements of a shape by their places. */
type Place = (index: readonly number[]) => readonly number[] | undefined;

/** Elements of a new shape, each from a place of the old one; places outside it give junk. */
function arranged(from: HostTensor, shape: Shape, place: Place): HostTensor {
  const values = decode(from);
  const pair = from.dtype === "complex64" ? 2 : 1;
  const data: (number | bigint)[] = [];
  const index = shape.map(() => 0);
  for (let n = sizeOf(shape); n > 0; n--) {
    const at = place(index);
    const flat = at?.reduce((sum, i, axis) => sum * (from.shape[axis] ?? 1) + i, 0);
    // Junk is another element, so that a kernel that ignores strides gives plausible numbers, but wrong ones.
    const source = flat ?? values.length / pair - 1;
    for (let part = 0; part < pair; part++) data.push(values[source * pair + part] ?? 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = ((index[axis] ?? 0) + 1) % (shape[axis] ?? 1);
      if (index[axis] !== 0) break;
    }
  }
  return tensor(shape, from.dtype, data);
}

/** Whether a view of a form differs from the array itself. */
export const canTake = (shape: Shape, form: Form): boolean =>
  form === "transposed"
    ? shape.filter((size) => size > 1).length > 1
    : shape.length > 0 && sizeOf(shape) > 1;

/**
 * An array of the given elements that is a view of others, whose handle is given back at once.
 *
 * @param context - makes the arrays
 * @param wanted - the elements of the view
 * @param form - how they are stored
 */
export function viewed(context: Context, wanted: HostTensor, form: Form): Handle {
  const { shape } = wanted;
  const last = shape.length - 1;
  const of = (base: HostTensor, op: "transpose" | "slice", ...args: unknown[]): Handle => {
    const whole = context.array(base);
    const view = context.one(op, whole, ...args);
    context.drop(whole);
    return view;
  };
  switch (form) {
    case "transposed": {
      const axes = shape.map((_, i) => last - i);
      const base = arranged(wanted, [...shape].reverse(), (index) => [...index].reverse());
      return of(base, "transpose", axes);
    }
    case "reversed": {
      const base = arranged(wanted, shape, (index) =>
        index.map((i, axis) => (shape[axis] ?? 0) - 1 - i),
      );
      return of(
        base,
        "slice",
        shape.map((size) => size - 1),
        shape.map((size) => -size - 1),
        shape.map(() => -1),
      );
    }
    case "strided": {
      const wide = shape.map((size, axis) => (axis === last ? 2 * size : size));
      const base = arranged(wanted, wide, (index) => {
        if ((index[last] ?? 0) % 2 === 1) return undefined;
        return index.map((i, axis) => (axis === last ? i / 2 : i));
      });
      const steps = shape.map((_, axis) => (axis === last ? 2 : 1));
      return of(
        base,
        "slice",
        shape.map(() => 0),
        wide,
        steps,
      );
    }
    case "offset": {
      const wide = shape.map((size) => size + 1);
      const base = arranged(wanted, wide, (index) =>
        index.some((i) => i === 0) ? undefined : index.map((i) => i - 1),
      );
      return of(
        base,
        "slice",
        shape.map(() => 1),
        wide,
        shape.map(() => 1),
      );
    }
  }
}
