// What an AbortSignal can do for work that the engine computes: nothing is started when it is aborted
// already, and whoever waits stops waiting. Work that is under way cannot be stopped.

import { shown, typeError } from "@mlx-ts/backend-api";
import { isPlainObject } from "../tree.js";

/** Options of functions that wait for the engine. */
export interface AbortOptions {
  /**
   * Ends the wait: the promise rejects with the signal's reason. What was started is computed to its end
   * in the background, and the arrays keep their values. Nothing is started when it is aborted already.
   */
  signal?: AbortSignal | undefined;
}

/** The signal of an options object. */
export function signalOf(op: string, options: unknown): AbortSignal | undefined {
  if (options === undefined) return undefined;
  if (!isPlainObject(options) || Object.keys(options).some((key) => key !== "signal")) {
    throw typeError(`[${op}] the options are { signal }, got ${shown(options)}`, "OPTION");
  }
  const { signal } = options;
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw typeError(`[${op}] signal must be an AbortSignal, got ${shown(signal)}`, "OPTION");
}

/** Starts work and waits for it, or until the signal ends the wait. */
export function untilAborted<T>(
  signal: AbortSignal | undefined,
  start: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return start();
  if (signal.aborted) return Promise.reject(signal.reason);
  const work = start();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const done = () => signal.removeEventListener("abort", abort);
    work.then(resolve, reject).then(done, done);
  });
}
