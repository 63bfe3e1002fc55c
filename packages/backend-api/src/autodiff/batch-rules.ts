// Batching rules of custom functions, under a vmap that runs examples one by one. A rule takes the whole batch,
// which is there only when all examples have come to its call. So the examples run again, once for each such call,
// and then take their parts of what its rule gave in place of what the function gives.

import type { Handle } from "../backend.js";
import { shapeText } from "../define/axes.js";
import { rangeError } from "../errors.js";
import type { BatchedOutputs, CustomRules, TransformsExtension } from "../transforms.js";
import type { Graph, Value, Variable } from "./graph.js";
import type { Recorder } from "./recorder.js";
import type { exampleOf } from "./vmap.js";

type Axis = number | null;

/** A custom function with a rule, as the examples come to it. */
interface Call<V> {
  readonly rule: NonNullable<CustomRules<V>["vmap"]>;
  /** Its arguments in each example that came. */
  readonly inputs: (readonly V[])[];
  /** How many arrays the function itself gives. */
  outputs: number;
}

/** A running vmap. */
class Loop<H extends Handle> {
  /** What rules gave, in the order of the calls: the outputs of each example; none where no rule is asked. */
  readonly known: (readonly Variable<H>[])[][] = [];
  /** The first call whose rule was not asked yet. */
  open: Call<Variable<H>> | undefined;
  /** Which input of the vmap the examples' own inputs are of. */
  readonly sources = new Map<Value<H>, number>();
  /** The example that runs. */
  example = -1;
  /** How many calls with rules it has made. */
  calls = 0;
}

/** What the transforms take from here. */
interface BatchRules<H extends Handle> {
  vmap: TransformsExtension<Variable<H>>["vmap"];
  /** A custom function's outputs: by its batching rule where a vmap runs, else by itself. */
  run(rules: CustomRules<Variable<H>>, inputs: readonly Variable<H>[]): readonly Variable<H>[];
}

/**
 * A vmap that asks batching rules.
 *
 * @param loop - a vmap that knows none, and runs the examples in order
 */
export function batchRules<H extends Handle>(
  graph: Graph<H>,
  { ops, aval }: Recorder<H>,
  part: ReturnType<typeof exampleOf<Variable<H>>>,
  loop: TransformsExtension<Variable<H>>["vmap"],
): BatchRules<H> {
  type V = Variable<H>;
  let running: Loop<H> | undefined;

  /** An argument of all examples, and its batch axis. */
  const batchOf = (
    { sources }: Loop<H>,
    given: readonly V[],
    inputs: readonly V[],
    axes: readonly Axis[],
  ): [batch: V, axis: Axis] => {
    const values = given.map((one) => graph.value(one));
    const [first] = values;
    const source = first && sources.get(first);
    if (source !== undefined && values.every((value) => sources.get(value) === source)) {
      return [graph.detached(inputs[source] as V), axes[source] ?? null];
    }
    // One example alone does not tell whether its array is that of all.
    const isShared = values.length > 1 && values.every((value) => value === first);
    return isShared ? [graph.share(given[0] as V), null] : [graph.share(ops.stack(given, 0)), 0];
  };

  /** Each example's part of what a rule gave. */
  const parts = ({ outputs, axes }: BatchedOutputs<V>, call: Call<V>): V[][] => {
    const count = call.inputs.length;
    if (outputs.length !== call.outputs) {
      throw rangeError(
        `[customFunction.vmap] the rule gave ${outputs.length} arrays, the function gives ${call.outputs}`,
        "SHAPE",
      );
    }
    for (const [i, output] of outputs.entries()) {
      const [axis, { shape }] = [axes[i] ?? null, aval(output)];
      if (axis === null || shape[axis] === count) continue;
      throw rangeError(
        `[customFunction.vmap] the rule gave an array of shape ${shapeText(shape)} whose axis ${axis} is not the batch of ${count}`,
        "SHAPE",
      );
    }
    return call.inputs.map((_, example) =>
      outputs.map((output, i) => {
        const axis = axes[i] ?? null;
        return axis === null ? graph.share(output) : graph.share(part(output, axis, example));
      }),
    );
  };

  /** Asks the rule of a call that all examples came to. */
  const answer = (own: Loop<H>, call: Call<V>, inputs: readonly V[], axes: readonly Axis[]) =>
    graph.scoped(() => {
      const places = call.inputs[0] ?? [];
      const batches = places.map((_, place) => {
        const given = call.inputs.map((list) => list[place] as V);
        return batchOf(own, given, inputs, axes);
      });
      if (batches.every(([, axis]) => axis === null)) {
        graph.release(batches.map(([batch]) => batch));
        return [];
      }
      const result = graph.unscoped(() =>
        call.rule(
          batches.map(([batch]) => batch),
          batches.map(([, axis]) => axis),
        ),
      );
      for (const output of result.outputs) graph.made(output);
      return parts(result, call);
    });

  return {
    run({ fn, vmap: rule }, inputs) {
      const own = running;
      if (!own || !rule) return fn(inputs);
      const place = own.calls++;
      const isOpen = place === own.known.length;
      if (isOpen) {
        own.open ??= { rule, inputs: [], outputs: 0 };
        own.open.inputs.push(inputs.map((input) => graph.share(input)));
      }
      // It runs in any case: callers learn from it what they return besides arrays.
      const outputs = fn(inputs);
      if (isOpen && own.open) own.open.outputs = outputs.length;
      const found = own.known[place]?.[own.example];
      if (!found) return outputs;
      graph.release(outputs);
      return found.map((output) => graph.share(output));
    },

    vmap(fn, inputs, axes) {
      const outer = running;
      const own = new Loop<H>();
      // The one example that an empty batch runs on tells shapes only.
      const isEmpty = inputs.some((input, i) => {
        const axis = axes[i] ?? null;
        return axis !== null && aval(input).shape[axis] === 0;
      });
      const forget = (call: Call<V> | undefined): void => graph.release(call?.inputs.flat() ?? []);
      try {
        for (;;) {
          own.example = -1;
          const outputs = loop(
            (example) => {
              own.example++;
              own.calls = 0;
              example.forEach((input, i) => {
                own.sources.set(graph.value(input), i);
              });
              running = isEmpty ? undefined : own;
              try {
                return fn(example);
              } finally {
                running = outer;
              }
            },
            inputs,
            axes,
          );
          const { open } = own;
          if (!open) return outputs;
          graph.release(outputs);
          // Examples that take ways of their own have no batch.
          const isWhole = open.inputs.length === own.example + 1;
          own.known.push(isWhole ? answer(own, open, inputs, axes) : []);
          own.open = undefined;
          forget(open);
        }
      } finally {
        running = outer;
        forget(own.open);
        graph.release(own.known.flat(2));
      }
    },
  };
}
