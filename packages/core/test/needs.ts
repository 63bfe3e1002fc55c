// What tests need of the backend that they run on. Where it is missing the test ends here, and is not run; see
// lacking.ts.

import { type ExtensionToken, UnsupportedError } from "@mlx-ts/backend-api";
import * as mx from "../src/index.js";
import { testBackend } from "./backends.js";

const missing = (what: string) =>
  new UnsupportedError(what, testBackend.id, "the rest of this test needs it");

/** Optional parts of the backend. */
export function needs(...parts: readonly ExtensionToken<unknown>[]): void {
  for (const part of parts) if (!testBackend.extension(part)) throw missing(part.id);
}

/** A vmap that runs its function once, on arrays without values, not for each example. */
export function needsTracers(): void {
  let isLoop = true;
  try {
    mx.vmap((x: mx.MLXArray) => x.add(x.item() as number))(mx.array([1]));
  } catch {
    isLoop = false;
  }
  if (isLoop) throw missing("vmap by tracing");
}
