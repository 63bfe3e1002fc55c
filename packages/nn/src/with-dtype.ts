// Mixed precision: a model computes in a small dtype while its parameters stay in a large one.

import { shown, typeError } from "@mlx-ts/backend-api";
import type { InexactDType } from "@mlx-ts/core";
import { functionArg } from "./arguments.js";
import type { Module } from "./module.js";
import { isFloat } from "./module-options.js";
import { arrayKind, isModule, placesOf } from "./module-tree.js";

/**
 * Runs a function while a model's trainable parameters are cast to another dtype. Gradients flow through
 * the cast, $\frac{\partial L}{\partial w} = \mathrm{cast}(\frac{\partial L}{\partial \mathrm{cast}(w)})$,
 * and have the parameters' own dtype: an optimizer updates weights in float32 that compute in bfloat16.
 *
 * What is frozen stays as it is: running statistics keep their precision, and frozen weights need no second
 * copy (`setDtype` stores them in the small dtype). Cast the inputs yourself, and the outputs back before a loss.
 *
 * @param model - whose trainable floats to cast
 * @param dtype - a float dtype, for example `"bfloat16"`
 * @param fn - synchronous; computes with the model
 * @returns what `fn` returns
 * @throws TypeError when `model` is no module, `dtype` no float dtype, or `fn` no function or one that returns a promise
 * @example
 * ```ts
 * const model = new nn.Linear(2, 1);
 * const lossAndGrad = nn.valueAndGrad(model, (x: mx.MLXArray) =>
 *   nn.withDtype(model, "bfloat16", () => mx.mean(model.forward(x.astype("bfloat16")))),
 * );
 * const [loss, grads] = lossAndGrad(mx.ones([4, 2]));
 * loss.dtype; // "bfloat16"
 * mx.arraysIn(grads).map((grad) => grad.dtype); // ["float32", "float32"]
 * ```
 * @see Micikevicius et al., Mixed precision training, https://arxiv.org/abs/1710.03740
 */
export function withDtype<T>(
  model: Module,
  dtype: Exclude<InexactDType, "complex64">,
  fn: () => T,
): T {
  const op = "nn.withDtype";
  if (!isModule(model)) throw typeError(`[${op}] a module was expected, got ${shown(model)}`);
  if (!isFloat(dtype)) {
    throw typeError(`[${op}] dtype must be a float dtype such as "bfloat16", got ${shown(dtype)}`);
  }
  functionArg(op, "fn", fn);
  const places = placesOf(op, model, model.trainableParameters(), arrayKind, true)
    .filter(({ value }) => isFloat(value.dtype))
    .map(({ holder, key, value }) => ({ holder, key, value, cast: value.astype(dtype) }));
  try {
    for (const { holder, key, cast } of places) holder[key] = cast;
    const result = fn();
    if (result instanceof Promise) {
      // Nobody will wait for it: its own failure must not end the process.
      result.catch(() => undefined);
      throw typeError(`[${op}] the function returned a promise, it must be synchronous`);
    }
    return result;
  } finally {
    // What the function itself assigned stays.
    for (const { holder, key, value, cast } of places)
      if (holder[key] === cast) holder[key] = value;
  }
}
