// The optional parts of a base that a backend around it can pass on: those that take or give handles are
// wrapped. Parts that trace functions themselves are left out, since the base's handles are not ours.

import type { Backend, Handle } from "../backend.js";
import {
  Capture,
  Contractions,
  type ContractionsExtension,
  type ExtensionToken,
  Memory,
  type MemoryExtension,
  Streams,
} from "../extensions.js";
import type { Graph, Variable } from "./graph.js";

function memory<H extends Handle>(graph: Graph<H>, part: MemoryExtension): MemoryExtension {
  return {
    active: () => part.active(),
    peak: () => part.peak(),
    cache: () => part.cache(),
    memoryLimit: () => part.memoryLimit(),
    bufferSize: (arrays) =>
      part.bufferSize(arrays.map((array) => graph.handle(array as Variable<H>))),
    resetPeak: () => part.resetPeak(),
    clearCache: () => part.clearCache(),
    setMemoryLimit: (bytes) => part.setMemoryLimit(bytes),
    setCacheLimit: (bytes) => part.setCacheLimit(bytes),
    setWiredLimit: (bytes) => part.setWiredLimit(bytes),
    liveHandles: () => part.liveHandles(),
  };
}

function contractions<H extends Handle>(
  graph: Graph<H>,
  part: ContractionsExtension<H>,
): ContractionsExtension<Variable<H>> {
  return {
    einsumPath: (subscripts, operands) =>
      part.einsumPath(
        subscripts,
        operands.map((operand) => graph.handle(operand)),
      ),
  };
}

/** The base's optional parts, for handles of the graph. */
export function extensionsOver<H extends Handle>(
  base: Backend<H>,
  graph: Graph<H>,
): Map<string, unknown> {
  const parts = new Map<string, unknown>();
  const pass = <E>(token: ExtensionToken<E>, wrap: (part: E) => unknown): void => {
    const part = base.extension(token);
    if (part !== undefined) parts.set(token.id, wrap(part));
  };
  // Neither names an array.
  pass(Streams, (part) => part);
  pass(Capture, (part) => part);
  pass(Memory, (part) => memory(graph, part));
  pass(Contractions, (part) => contractions(graph, part as ContractionsExtension<H>));
  return parts;
}
