// The way back through a graph: from the cotangents of outputs to those of a transform's inputs.

import type { Handle } from "../backend.js";
import type { Graph, Node, Value, Variable } from "./graph.js";
import type { Recorder } from "./recorder.js";

/** The nodes between outputs and leaves, the last first. Nodes are numbered in the order they were made. */
function between<H extends Handle>(
  outputs: readonly Value<H>[],
  leaves: readonly Node<H>[],
): Node<H>[] {
  const first = Math.min(...leaves.map(({ id }) => id));
  const seen = new Set<Node<H>>();
  const open = outputs.map(({ node }) => node);
  while (open.length > 0) {
    const node = open.pop();
    if (!node || node.id < first || seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) open.push(input.node);
  }
  const dependent = new Set<Node<H>>(leaves);
  for (const node of [...seen].sort((a, b) => a.id - b.id)) {
    const depends = (input: Value<H>) => input.node !== undefined && dependent.has(input.node);
    if (node.inputs.some(depends)) dependent.add(node);
  }
  return [...seen].filter((node) => dependent.has(node)).sort((a, b) => b.id - a.id);
}

/**
 * Gradients with respect to leaves.
 *
 * @param outputs - what the cotangents are of
 * @param cotangents - one for each output; `undefined` is zero
 * @param leaves - the inputs' nodes
 * @param transposing - whether this is a step to a forward derivative
 * @returns one for each leaf, owned by the caller; `undefined` is zero
 */
export function backward<H extends Handle>(
  graph: Graph<H>,
  { ops, placed }: Recorder<H>,
  outputs: readonly Variable<H>[],
  cotangents: readonly (Variable<H> | undefined)[],
  leaves: readonly Node<H>[],
  transposing = false,
): (Variable<H> | undefined)[] {
  const ends = new Set(leaves);
  const values = outputs.map((output) => graph.value(output));
  const nodes = between(values, leaves);
  /** What has come to each node so far: a list with a place for each of its results. */
  const found = new Map<Node<H>, (Variable<H> | undefined)[]>(nodes.map((node) => [node, []]));

  const add = (to: Value<H> | undefined, cotangent: Variable<H> | undefined): void => {
    const places = to?.node && found.get(to.node);
    if (!to || !places || !cotangent) return;
    const before = places[to.place];
    places[to.place] = graph.share(before ? ops.add(before, cotangent) : cotangent);
    graph.release([before]);
  };

  const pass = (node: Node<H>, places: readonly (Variable<H> | undefined)[]): void => {
    const { inputs, results } = graph.opened(node);
    const wanted = node.inputs.map((input) => input.node !== undefined && found.has(input.node));
    const full = results.map((_, place) => places[place]);
    const asked = { cotangents: full, inputs, results, wanted, transposing };
    node.pull?.(asked).forEach((gradient, i) => {
      add(node.inputs[i], gradient);
    });
  };

  try {
    graph.scoped(() => {
      values.forEach((value, i) => {
        add(value, cotangents[i]);
      });
    });
    for (const node of nodes) {
      const places = found.get(node) ?? [];
      if (ends.has(node) || !places.some((cotangent) => cotangent)) continue;
      placed(node.at, () => graph.scoped(() => pass(node, places)));
      graph.release(places);
      found.delete(node);
    }
    return leaves.map((leaf) => {
      const cotangent = found.get(leaf)?.[0];
      return cotangent && graph.share(cotangent);
    });
  } finally {
    for (const places of found.values()) graph.release(places);
  }
}
