// Gradients with respect to a module's trainable parameters.

import { shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import type { Module } from "./module.js";
import { arrayKind, arrayPlaces, isModule, type ParameterTree, placesOf } from "./module-tree.js";

/**
 * A function that computes another's value, and its gradient with respect to a model's trainable
 * parameters. Arrays that the function leaves in the model, such as running means, stay there.
 *
 * @param model - whose trainable parameters to differentiate
 * @param fn - computes a scalar loss from its arguments with the model; it may return a list that
 * starts with the loss, further items are passed through
 * @returns a function of the same arguments that returns `[value, gradients]`; the gradients are a
 * tree like `model.trainableParameters()`
 * @throws TypeError when `model` is no module, `fn` no function, or the model has nothing to train
 * @throws RangeError when the value is no scalar
 * @example
 * ```ts
 * const model = new nn.Linear(2, 1);
 * const lossAndGrad = nn.valueAndGrad(model, (x: mx.MLXArray, y: mx.MLXArray) =>
 *   nn.losses.mseLoss(model.forward(x), y),
 * );
 * const [loss, grads] = lossAndGrad(mx.ones([4, 2]), mx.zeros([4, 1]));
 * loss.shape; // []
 * Object.keys(grads); // ["weight", "bias"]
 * ```
 * @see Python: `mlx.nn.value_and_grad`
 */
export function valueAndGrad<F extends mx.Fn>(
  model: Module,
  fn: F,
): (...args: Parameters<F>) => [value: ReturnType<F>, gradients: ParameterTree] {
  const op = "nn.valueAndGrad";
  if (!isModule(model)) throw typeError(`[${op}] a module was expected, got ${shown(model)}`);
  if (typeof fn !== "function") {
    throw typeError(`[${op}] a function was expected, got ${shown(fn)}`);
  }
  return (...args) => {
    const parameters = model.trainableParameters();
    const trained = placesOf(op, model, parameters, arrayKind, true);
    if (trained.length === 0) {
      throw typeError(`[${op}] the model has no trainable parameter; call its unfreeze()`);
    }
    const before = arrayPlaces(model);
    const traced = (tracers: unknown, ...rest: Parameters<F>): ReturnType<F> => {
      const swapped = placesOf(op, model, tracers, arrayKind, true);
      for (const { holder, key, value } of swapped) holder[key] = value;
      const result = fn(...(rest as never[])) as ReturnType<F>;
      // Only the tracers leave; what the function itself assigned stays.
      trained.forEach(({ holder, key, value }, i) => {
        if (holder[key] === swapped[i]?.value) holder[key] = value;
      });
      return result;
    };
    const known = new Set(before.map(({ value }) => value));
    const assigned = () => mx.arraysIn(model).filter((array) => !known.has(array));
    try {
      const both = mx.valueAndGradKeeping(op, traced, 0, assigned);
      const [value, gradients] = both(parameters, ...args);
      const present = new Set(mx.arraysIn(model));
      const gone = before.map((place) => place.value).filter((array) => !present.has(array));
      mx.replace(gone, `${op}, whose function replaced it`);
      return [value, gradients as ParameterTree];
    } catch (error) {
      // What the function assigned is gone with the trace.
      for (const { holder, key, value } of before) holder[key] = value;
      throw error;
    }
  };
}
