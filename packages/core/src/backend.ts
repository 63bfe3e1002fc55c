// Which backend makes arrays where no operand says so: the one that was set, else an installed
// @mlx-ts/native, loaded at first use.

import { type Backend, MLXError, registerBackend, shown, typeError } from "@mlx-ts/backend-api";

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
  if (typeof backend !== "object" || backend === null || backend.apiVersion !== 1) {
    throw typeError(`[setDefaultBackend] a backend was expected, got ${shown(backend)}`);
  }
  registerBackend(backend);
  current = backend;
}
