// MLX's transforms over lists of handles. A callback owns the handles it gets, and gives away those it
// returns.

import type {
  BatchedOutputs,
  CustomRules,
  HandleFunction,
  TransformsExtension,
} from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { list, results } from "./wire.js";

/** A callback as C++ calls it: inputs wait in the results buffer, outputs go back as a list. */
export const callback =
  (fn: HandleFunction<number>) =>
  (count: number): number =>
    list(fn(results(count)));

/** Values and derivatives, which follow each other in the results buffer. */
function parted(valueCount: number, derivativeCount: number): [number[], number[]] {
  const all = results(valueCount + derivativeCount);
  return [all.slice(0, valueCount), all.slice(valueCount)];
}

const axisCode = (axis: number | null): number => axis ?? -1;
const axisOf = (code: number): number | null => (code < 0 ? null : code);

/** Outputs, and behind them their axes. */
const batched = ({ outputs, axes }: BatchedOutputs<number>): number =>
  list([...outputs, ...axes.map(axisCode)]);

/** What a custom function is asked for; cpp/custom.cc has the same numbers. */
const Rule = { forward: 0, vjp: 1, jvp: 2, vmap: 3 } as const;

/** A custom function as C++ calls it: up to three lists wait in the results buffer, of a, b and c items. */
function ruleCaller({ fn, vjp, jvp, vmap }: CustomRules<number>) {
  return (rule: number, a: number, b: number, c: number): number => {
    const all = results(a + b + c);
    const [first, second, third] = [all.slice(0, a), all.slice(a, a + b), all.slice(a + b)];
    if (rule === Rule.vjp && vjp) return list(vjp(first, second, third));
    if (rule === Rule.jvp && jvp) return list(jvp(first, second, third));
    if (rule === Rule.vmap && vmap) return batched(vmap(first, second.map(axisOf)));
    return list(fn(first));
  };
}

export const transformsExtension = (addon: Addon): TransformsExtension<number> => ({
  valueAndGrad(fn, inputs, argnums) {
    const count = addon.valueAndGrad(callback(fn), list(inputs), list(argnums));
    const [values, grads] = parted(count, argnums.length);
    return { values, grads };
  },
  vjp(fn, primals, cotangents) {
    const count = addon.vjp(callback(fn), list(primals), list(cotangents));
    const [values, vjps] = parted(count, primals.length);
    return { values, vjps };
  },
  jvp(fn, primals, tangents) {
    const count = addon.jvp(callback(fn), list(primals), list(tangents));
    // One product for each output that depends on a primal; MLX gives one for each value.
    const [values, jvps] = parted(count, count);
    return { values, jvps };
  },
  vmap(fn, inputs, axes) {
    const example = (count: number) => batched(fn(results(count)));
    return results(addon.vmap(example, list(inputs), list(axes.map(axisCode))));
  },
  custom(rules, inputs) {
    const has =
      (rules.vjp ? 1 << Rule.vjp : 0) |
      (rules.jvp ? 1 << Rule.jvp : 0) |
      (rules.vmap ? 1 << Rule.vmap : 0);
    return results(addon.customFunction(ruleCaller(rules), has, list(inputs)));
  },
  checkpoint: (fn, inputs) => results(addon.checkpoint(ruleCaller({ fn }), list(inputs))),
  depends: (inputs, dependencies) => results(addon.depends(list(inputs), list(dependencies))),
});
