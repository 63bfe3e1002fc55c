// Functions that hostile calls hand to transforms, and anything at all.

import * as mx from "../../src/index.js";
import type { Draws } from "./draws.js";
import * as some from "./values.js";

/** Anything at all. */
export const any = (draws: Draws): some.Value =>
  draws.pick([some.aJunk, some.aNumber, some.anArray, some.aShape, some.aDType, some.someNumbers])(
    draws,
  );

/** Functions that transforms get: well-behaved, throwing, of wrong results, and reading inside. */
const functions: readonly some.Value[] = [
  some.value("x => sum(x)", () => (x: mx.MLXArray) => mx.sum(x)),
  some.value("x => sum(x * x)", () => (x: mx.MLXArray) => mx.sum(mx.multiply(x, x))),
  some.value("x => x", () => (x: mx.MLXArray) => x),
  some.value("x => [sum(x), x]", () => (x: mx.MLXArray) => [mx.sum(x), x]),
  some.value("() => 1", () => () => 1),
  some.value("() => undefined", () => () => undefined),
  some.value("throws", () => () => {
    throw some.thrown;
  }),
  some.value("async", () => async (x: mx.MLXArray) => mx.sum(x)),
  some.value("x => x.item()", () => (x: mx.MLXArray) => mx.multiply(x, x.sum().item())),
  some.value("x => eval", () => (x: mx.MLXArray) => {
    mx.eval(x);
    return mx.sum(x);
  }),
  some.value("x => dispose", () => (x: mx.MLXArray) => {
    x.dispose();
    return mx.sum(x);
  }),
  some.value("returns released", () => (x: mx.MLXArray) => {
    const y = mx.sum(x);
    y.dispose();
    return y;
  }),
  some.value("returns stranger", () => () => new mx.MLXArray(some.stranger, 1)),
  some.value(
    "nested grad",
    () => (x: mx.MLXArray) => mx.grad((y: mx.MLXArray) => mx.sum(mx.square(y)))(x),
  ),
  some.value("x => argmax", () => (x: mx.MLXArray) => mx.argmax(x)),
  some.value("x => sort", () => (x: mx.MLXArray) => mx.sum(mx.sort(x, null))),
  some.value("x => take", () => (x: mx.MLXArray) => mx.sum(mx.take(x, mx.array([0, 99], "int32")))),
  some.value("x => prod", () => (x: mx.MLXArray) => mx.prod(x)),
  some.value("x => cumprod", () => (x: mx.MLXArray) => mx.sum(mx.cumprod(x))),
  some.value("x => softmax", () => (x: mx.MLXArray) => mx.sum(mx.softmax(x))),
  some.value("x => x.at(0)", () => (x: mx.MLXArray) => mx.sum(x.at(0).multiply(x.index(0)))),
  some.value("recursive result", () => () => some.recursive()),
];
/** A function that was called wrongly throws errors of its own, which are not the library's. */
export const aFunction = (draws: Draws): some.Value => {
  const { text, make } = draws.pick(functions);
  const inner = make() as (...args: never[]) => unknown;
  const guarded = (...args: never[]) => {
    try {
      const result = inner(...args);
      // A promise that nobody waits for is of whoever made it.
      if (result instanceof Promise) result.catch(() => undefined);
      return result;
    } catch (error) {
      throw error instanceof Error && "code" in error ? error : some.thrown;
    }
  };
  return some.value(text, () => guarded);
};
