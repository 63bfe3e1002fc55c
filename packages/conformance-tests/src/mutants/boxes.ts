// A backend whose handles are boxes, so that what an array is can change under its holder: the mistakes of
// engines that write into buffers which somebody else still reads.

import { type Backend, type Handle, type Ops, Scalar } from "@mlx-ts/backend-api";
import { inherited } from "./mutant.js";

/** A handle whose array may be swapped. */
export class Box {
  released = false;

  constructor(public inner: Handle) {}
}

const unboxed = (value: unknown): unknown => {
  if (value instanceof Box) return value.inner;
  return Array.isArray(value) ? value.map(unboxed) : value;
};

const inside = (a: Handle): Handle => (a instanceof Box ? a.inner : a);

/** The same backend behind boxes; it has no extensions, whose functions would see what is inside. */
export function boxed(good: Backend): Backend {
  const ops = Object.fromEntries(
    Object.entries(good.ops).map(([name, op]) => [
      name,
      (...args: unknown[]) => {
        const plain = args.map((arg) => (arg instanceof Scalar ? arg : unboxed(arg)));
        const result = (op as (...args: unknown[]) => Handle | Handle[])(...plain);
        return Array.isArray(result) ? result.map((a) => new Box(a)) : new Box(result);
      },
    ]),
  ) as unknown as Ops;
  return {
    ...inherited(good),
    ops,
    aval: (a) => good.aval(inside(a)),
    fromHost: (tensor) => new Box(good.fromHost(tensor)),
    toHostSync: (a) => good.toHostSync(inside(a)),
    toHost: (a) => good.toHost(inside(a)),
    eval: (arrays) => good.eval(arrays.map(inside)),
    evalAsync: (arrays) => good.evalAsync(arrays.map(inside)),
    retain: (a) => new Box(good.retain(inside(a))),
    release(arrays) {
      for (const a of arrays) {
        if (!(a instanceof Box) || a.released) continue;
        a.released = true;
        good.release([a.inner]);
      }
    },
    extension: () => undefined,
  };
}

/** Puts another array into a box; the old one is given back. */
export function swap(good: Backend, box: Handle, array: Handle): void {
  if (!(box instanceof Box) || box.released) return;
  good.release([box.inner]);
  box.inner = good.retain(inside(array));
}
