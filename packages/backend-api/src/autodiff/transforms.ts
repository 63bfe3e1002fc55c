// Transforms of functions over variables: derivatives by recording and going back, batching by a loop.

import { type Backend, type Handle, Scalar } from "../backend.js";
import { shapeText } from "../define/axes.js";
import { rangeError, typeError } from "../errors.js";
import { type HandleFunction, Transforms, type TransformsExtension } from "../transforms.js";
import { backward } from "./backward.js";
import { batchRules } from "./batch-rules.js";
import { customFunctions } from "./custom.js";
import type { Graph, Node, Trace, Variable } from "./graph.js";
import type { Recorder } from "./recorder.js";
import { exampleOf, loopVmap } from "./vmap.js";

/** A function that ran under a trace. */
interface Traced<H extends Handle> {
  /** The nodes of the inputs to differentiate. */
  readonly leaves: readonly Node<H>[];
  /** What it gave; the caller's. */
  readonly outputs: Variable<H>[];
}

/** Refuses cotangents or tangents that do not fit. */
function refuseUnfit<H extends Handle>(
  op: string,
  what: string,
  { aval }: Recorder<H>,
  given: readonly Variable<H>[],
  like: readonly Variable<H>[],
): void {
  if (given.length !== like.length) {
    throw rangeError(
      `[${op}] ${given.length} ${what}s were given, there must be ${like.length}`,
      "SHAPE",
    );
  }
  for (const [i, one] of given.entries()) {
    const [from, to] = [shapeText(aval(one).shape), shapeText(aval(like[i] as Variable<H>).shape)];
    if (from === to) continue;
    throw rangeError(`[${op}] a ${what} has the shape ${from}, it must be ${to}`, "SHAPE");
  }
}

/**
 * The transforms of a backend that differentiates.
 *
 * @param backend - the decorated backend
 * @param graph - what it records in
 * @param recorder - its ops
 */
export function transformsOver<H extends Handle>(
  backend: Backend<Variable<H>>,
  graph: Graph<H>,
  recorder: Recorder<H>,
): TransformsExtension<Variable<H>> {
  type V = Variable<H>;
  const { ops, aval, zerosLike } = recorder;

  /** An input of a transform: the same array, whose gradient is told from all others'. */
  const leaf = (input: V, trace: Trace<H>): V => {
    const own = graph.base.retain(graph.handle(input));
    const pull = ({ cotangents }: { cotangents: readonly (V | undefined)[] }) => cotangents;
    return graph.record([input], [own], pull, undefined, trace)[0] as V;
  };

  /**
   * Runs a function on inputs, some of which are differentiated, and uses what was recorded, which ends with
   * this call. When it fails, outputs are released.
   */
  function traced<R>(
    fn: HandleFunction<V>,
    inputs: readonly V[],
    argnums: readonly number[],
    use: (traced: Traced<H>) => R,
  ): R {
    const trace = graph.begin();
    const leaves = new Map<number, V>();
    let outputs: V[] = [];
    try {
      for (const n of argnums) leaves.set(n, leaf(inputs[n] as V, trace));
      const handed = inputs.map((input, i) => graph.share(leaves.get(i) ?? input));
      outputs = graph.unscoped(() => [...fn(handed)]);
      trace.recording = false;
      const nodes = argnums.map((n) => graph.value(leaves.get(n) as V).node as Node<H>);
      return graph.scoped(() => use({ leaves: nodes, outputs }));
    } catch (thrown) {
      graph.release(outputs);
      throw thrown;
    } finally {
      graph.end(trace);
      graph.release(leaves.values());
    }
  }

  const all = (list: readonly unknown[]): number[] => list.map((_, i) => i);

  /** Derivatives, of which missing ones are zero, as the caller's. */
  const filled = (found: readonly (V | undefined)[], like: readonly V[]): V[] =>
    like.map((one, i) => found[i] ?? graph.share(zerosLike(one)));

  const vjp: TransformsExtension<V>["vjp"] = (fn, primals, cotangents) =>
    traced(fn, primals, all(primals), ({ leaves, outputs }) => {
      refuseUnfit("vjp", "cotangent", recorder, cotangents, outputs);
      const found = backward(graph, recorder, outputs, cotangents, leaves);
      return { values: outputs, vjps: filled(found, primals) };
    });

  const batching = batchRules(graph, recorder, exampleOf(backend), loopVmap(backend));

  return {
    valueAndGrad: (fn, inputs, argnums) =>
      traced(fn, inputs, argnums, ({ leaves, outputs }) => {
        const [loss] = outputs;
        if (!loss) throw typeError("[valueAndGrad] the function must return at least one array");
        const { shape, dtype } = aval(loss);
        if (shape.length > 0) {
          throw rangeError(
            `[valueAndGrad] the function gave an array of shape ${shapeText(shape)}, it must be a scalar`,
            "SHAPE",
          );
        }
        const found = backward(
          graph,
          recorder,
          outputs,
          [ops.full([], new Scalar(1), dtype)],
          leaves,
        );
        const like = argnums.map((n) => inputs[n] as V);
        return { values: outputs, grads: filled(found, like) };
      }),

    vjp,

    // Products from the left are linear in the cotangents. The gradient of that with respect to the
    // cotangents, whatever these are, is the product from the right.
    jvp(fn, primals, tangents) {
      refuseUnfit("jvp", "tangent", recorder, tangents, primals);
      return traced(fn, primals, all(primals), ({ leaves, outputs }) => {
        const fromLeft: HandleFunction<V> = (cotangents) => {
          try {
            return graph.scoped(() =>
              filled(backward(graph, recorder, outputs, cotangents, leaves, true), primals),
            );
          } finally {
            graph.release(cotangents);
          }
        };
        const ignored = outputs.map(zerosLike);
        const { values, vjps } = vjp(fromLeft, ignored, tangents);
        graph.release(values);
        return { values: outputs, jvps: vjps };
      });
    },

    vmap: batching.vmap,

    ...customFunctions(graph, recorder, batching.run, vjp),

    depends(inputs, dependencies) {
      const own = graph.base.extension(Transforms) as TransformsExtension<H> | undefined;
      const handles = inputs.map((input) => graph.handle(input));
      const before = dependencies.map((array) => graph.handle(array));
      if (!own) graph.base.eval(before);
      const ordered = own ? own.depends(handles, before) : handles.map((h) => graph.base.retain(h));
      return inputs.flatMap((input, i) =>
        graph.record([input], [ordered[i] as H], ({ cotangents }) => cotangents),
      );
    },
  };
}
