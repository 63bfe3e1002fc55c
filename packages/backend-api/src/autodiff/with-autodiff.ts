// `withAutodiff`: derivatives for a backend that has none.

import type { Backend, Handle, HostTensor } from "../backend.js";
import type { ExtensionToken } from "../extensions.js";
import { Transforms } from "../transforms.js";
import { extensionsOver } from "./extensions.js";
import { Graph, type Variable } from "./graph.js";
import { recorderOver } from "./recorder.js";
import { transformsOver } from "./transforms.js";

/**
 * A backend with {@link Transforms}: gradients, vector-Jacobian and Jacobian-vector products of any order,
 * custom rules and checkpoints for whatever the base computes, and vmap as a loop.
 *
 * Ops run as the base has them. Only what a transform differentiates is composed of required ops, whose rules
 * are known; ops that have no composition, such as `linalgSvd`, throw UnsupportedError there. A base
 * with transforms of its own, such as `@mlx-ts/native`, is faster with these: do not decorate it.
 *
 * Of the base's optional parts Memory, Streams, Capture and Contractions are passed on. Io, Kernels, Export,
 * Distributed and Compile are not. Functions under vmap may read values. They run once for each
 * example, and all of them once more for each call of a custom function that has a batching rule.
 *
 * @typeParam H - the base's handle
 * @param base - any backend; its handles must not be used with the result
 * @returns a backend with the id `withAutodiff(<base>)`
 * @example
 * ```ts
 * mx.setDefaultBackend(withAutodiff(defineBackend({ id: "mine", arrays, required })));
 * mx.grad((x: mx.MLXArray) => mx.sum(mx.square(x)))(mx.array([1, 2])).tolist(); // [2, 4]
 * ```
 */
export function withAutodiff<H extends Handle>(base: Backend<H>): Backend<Variable<H>> {
  type V = Variable<H>;
  const graph = new Graph(base);
  const recorder = recorderOver(graph);
  const parts = extensionsOver(base, graph);
  const handles = (arrays: readonly V[]): H[] => arrays.map((array) => graph.handle(array));

  const backend: Backend<V> = {
    id: `withAutodiff(${base.id})`,
    apiVersion: 1,
    ops: recorder.ops,
    provenance: (op) => base.provenance(op),
    aval: recorder.aval,
    fromHost: (tensor: HostTensor) => graph.made(graph.fresh(base.fromHost(tensor))),
    toHostSync: (array) => base.toHostSync(graph.handle(array)),
    toHost: (array) => base.toHost(graph.handle(array)),
    eval: (arrays) => base.eval(handles(arrays)),
    evalAsync: (arrays) => base.evalAsync(handles(arrays)),
    retain: (array) => graph.share(array),
    release: (arrays) => graph.release(arrays),
    exchange: (into, from) => graph.exchange(into, from),
    devices: () => base.devices(),
    extension: <E>(token: ExtensionToken<E>) => parts.get(token.id) as E | undefined,
  };
  parts.set(Transforms.id, transformsOver(backend, graph, recorder));
  return backend;
}
