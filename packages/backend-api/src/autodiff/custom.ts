// Functions that are one step for gradients: those with rules of their own, and those that are computed again
// instead of being kept.

import type { Handle } from "../backend.js";
import { rangeError, typeError } from "../errors.js";
import type { CustomRules, TransformsExtension } from "../transforms.js";
import type { Graph, Pulled, Variable } from "./graph.js";
import type { Recorder } from "./recorder.js";

/**
 * `custom` and `checkpoint` of {@link TransformsExtension}.
 *
 * @param run - gives a function's outputs, by its batching rule where that is asked
 */
export function customFunctions<H extends Handle>(
  graph: Graph<H>,
  { aval, zerosLike }: Recorder<H>,
  run: (rules: CustomRules<Variable<H>>, inputs: readonly Variable<H>[]) => readonly Variable<H>[],
  vjp: TransformsExtension<Variable<H>>["vjp"],
): Pick<TransformsExtension<Variable<H>>, "custom" | "checkpoint"> {
  type V = Variable<H>;

  const filled = (found: readonly (V | undefined)[], like: readonly V[]): V[] =>
    like.map((one, i) => found[i] ?? zerosLike(one));

  /** What a rule gives, one for each of some arrays; released when the running rule ends. */
  const products = (rule: "vjp" | "jvp", run: () => readonly V[], like: readonly V[]): V[] => {
    const given = graph.unscoped(run).map((product) => graph.made(product));
    const op = `customFunction.${rule}`;
    if (given.length !== like.length) {
      throw rangeError(
        `[${op}] the rule gave ${given.length} arrays, it must give ${like.length}`,
        "SHAPE",
      );
    }
    for (const [i, product] of given.entries()) {
      const [from, to] = [aval(product).shape, aval(like[i] as V).shape];
      if (`${from}` === `${to}`) continue;
      throw rangeError(
        `[${op}] the rule gave an array of shape [${from.join(", ")}] where one of [${to.join(", ")}] was expected`,
        "SHAPE",
      );
    }
    return given;
  };

  /** Variables to give away. */
  const handed = (list: readonly V[]): V[] => list.map((one) => graph.share(one));

  /** Gradients by the rules. */
  const pull =
    (rules: CustomRules<V>) =>
    ({
      cotangents,
      inputs,
      results,
      wanted,
      transposing,
    }: Pulled<H>): readonly (V | undefined)[] => {
      const full = filled(cotangents, results);
      const { jvp: forward, vjp: back } = rules;
      if (transposing && forward) return transposed(forward, full, inputs, wanted);
      if (!transposing && back) {
        return products("vjp", () => back(handed(inputs), handed(full), handed(results)), inputs);
      }
      const { values, vjps } = vjp(rules.fn, inputs, full);
      graph.release(values);
      return vjps.map((product) => graph.made(product));
    };

  /**
   * Arrays that stand for what the transpose of a forward rule would give. Nobody reads them: they are there
   * to be differentiated with respect to the cotangents, and that is the rule.
   */
  const transposed = (
    rule: NonNullable<CustomRules<V>["jvp"]>,
    cotangents: readonly V[],
    primals: readonly V[],
    wanted: readonly boolean[],
  ): (V | undefined)[] => {
    const argnums = wanted.flatMap((isWanted, i) => (isWanted ? [i] : []));
    const like = argnums.map((n) => primals[n] as V);
    const stand = like.map((one) => graph.base.retain(graph.handle(zerosLike(one))));
    const count = cotangents.length;
    const found = graph.record([...cotangents, ...primals], stand, (asked) => {
      const tangents = filled(asked.cotangents, asked.results);
      const at = asked.inputs.slice(count);
      return products(
        "jvp",
        () => rule(handed(at), handed(tangents), argnums),
        asked.inputs.slice(0, count),
      );
    });
    const places = new Map(argnums.map((n, i) => [n, found[i]]));
    return wanted.map((_, i) => {
      const one = places.get(i);
      return one && graph.made(one);
    });
  };

  const custom: TransformsExtension<V>["custom"] = (rules, inputs) => {
    const plain = inputs.map((input) => graph.detached(input));
    const outputs = graph.unscoped(() => [...run(rules, plain)]);
    try {
      if (outputs.length === 0) {
        throw typeError("[customFunction] the function must return at least one array");
      }
      const results = outputs.map((output) => graph.base.retain(graph.handle(output)));
      return graph.record(inputs, results, pull(rules));
    } finally {
      graph.release(outputs);
    }
  };

  return { custom, checkpoint: (fn, inputs) => custom({ fn }, inputs) };
}
