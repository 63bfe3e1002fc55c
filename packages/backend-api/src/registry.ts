// Which backend is used where no array says so. Only names and instances: finding and loading an
// engine is core's work.

import type { Backend } from "./backend.js";
import { MLXError } from "./errors.js";

const backends = new Map<string, Backend>();

/**
 * Makes a backend known by its id; a later one of the same id takes its place.
 *
 * @param backend - the backend
 * @example
 * ```ts
 * registerBackend(myBackend);
 * getBackend("mine").id; // "mine"
 * ```
 */
export function registerBackend(backend: Backend): void {
  backends.set(backend.id, backend);
}

/**
 * The ids of the registered backends, in the order they came.
 *
 * @returns their ids
 * @example
 * ```ts
 * registerBackend(myBackend);
 * registeredBackends().includes("mine"); // true
 * ```
 */
export function registeredBackends(): string[] {
  return [...backends.keys()];
}

/**
 * A registered backend.
 *
 * @param id - its id
 * @returns the backend that was registered last under it
 * @throws MLXError (`NO_BACKEND`) when none has this id
 * @example
 * ```ts
 * registerBackend(myBackend);
 * getBackend("mine").provenance("add"); // "native"
 * ```
 */
export function getBackend(id: string): Backend {
  const backend = backends.get(id);
  if (backend) return backend;
  const known = registeredBackends().join(", ") || "none";
  throw new MLXError(
    `[getBackend] no backend "${id}" is registered (registered: ${known}); call registerBackend(backend) first`,
    "NO_BACKEND",
  );
}
