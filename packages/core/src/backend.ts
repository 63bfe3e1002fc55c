// Which backend makes arrays where no operand says so: the one that was set, else an installed
// @mlx-ts/native, loaded at first use.

import { type Backend, MLXError, registerBackend, shown, typeError } from "@mlx-ts/backend-api";
import { fnArg, refusePromise } from "./scope.js";

let current: Backend | undefined;

/** Loads @mlx-ts/native where Node can find it; synchronous, so that the first op can do it. */
function findNative(): Backend {
  const createRequire = globalThis.process?.getBuiltinModule?.("node:module")?.createRequire;
  if (createRequire === undefined) {
    throw new MLXError(
      "[backend] no backend is set, and this is not Node, where @mlx-ts/native would be found; call mx.setDefaultBackend(backend) first",
      "NO_BACKEND",
    );
  }
  let found: { nativeBackend: Backend };
  try {
    found = createRequire(import.meta.url)("@mlx-ts/native");
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "MODULE_NOT_FOUND";
    if (!missing) throw cause;
    throw new MLXError(
      "[backend] no backend is set and @mlx-ts/native is not installed; run `npm install @mlx-ts/native`, or call mx.setDefaultBackend(backend) first",
      "NO_BACKEND",
      { cause },
    );
  }
  registerBackend(found.nativeBackend);
  return found.nativeBackend;
}

/**
 * The backend that new arrays are made on.
 *
 * @returns the one that was set, else an installed `@mlx-ts/native`
 * @throws MLXError (`NO_BACKEND`) when there is none
 * @example
 * ```ts
 * mx.defaultBackend().id; // "native"
 * ```
 */
export function defaultBackend(): Backend {
  current ??= findNative();
  return current;
}

/**
 * Sets the backend that new arrays are made on. Arrays that exist stay on theirs.
 *
 * @param backend - any implementation of the Backend interface
 * @throws TypeError for anything else
 * @example
 * ```ts
 * import { nativeBackend } from "@mlx-ts/native";
 *
 * mx.setDefaultBackend(nativeBackend);
 * ```
 */
export function setDefaultBackend(backend: Backend): void {
  current = backendArg("setDefaultBackend", backend);
  registerBackend(backend);
}

/**
 * Runs a function whose new arrays are made on a backend. Ops on arrays run where the arrays are, so arrays that exist
 * stay on theirs; {@link toBackend} copies them.
 *
 * @param backend - any implementation of the Backend interface
 * @param fn - synchronous
 * @returns what `fn` returns; its arrays stay on the backend
 * @throws TypeError when `fn` returns a promise, or for anything that is no backend
 * @example
 * ```ts
 * import { withRecording } from "@mlx-ts/backend-api";
 *
 * const recording = withRecording(mx.defaultBackend());
 * mx.withBackend(recording, () => mx.full([2], 3)).tolist(); // [3, 3]
 * recording.lines[0]; // "%1 float32[2] = full([2], 3, null)"
 * ```
 */
export function withBackend<T>(backend: Backend, fn: () => T): T {
  const inside = backendArg("withBackend", backend);
  fnArg("withBackend", fn);
  const before = current;
  current = inside;
  try {
    const value = fn();
    refusePromise("withBackend", value);
    return value;
  } finally {
    current = before;
  }
}

/** Refuses what is no backend. */
export function backendArg(op: string, backend: Backend): Backend {
  if (typeof backend === "object" && backend !== null && backend.apiVersion === 1) return backend;
  throw typeError(`[${op}] a backend was expected, got ${shown(backend)}`);
}
