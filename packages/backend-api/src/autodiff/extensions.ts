// The optional parts of a base that a backend around it can pass on: those that take or give handles are
// wrapped. Parts that trace functions themselves are left out, since the base's handles are not ours.

import type { Backend, Handle } from "../backend.js";
import { mappedContractions, mappedMemory } from "../decorators/handles.js";
import { Capture, Contractions, type ExtensionToken, Memory, Streams } from "../extensions.js";
import type { Graph, Variable } from "./graph.js";

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
  // Parts and graph are of one base, whose handles only the type of the token does not know.
  const map = { inner: (array: Handle) => graph.handle(array as Variable<H>) };
  // Neither names an array.
  pass(Streams, (part) => part);
  pass(Capture, (part) => part);
  pass(Memory, (part) => mappedMemory(part, map));
  pass(Contractions, (part) => mappedContractions(part, map));
  return parts;
}
