// Ctrl-C for a program that wants to finish its step first: the first one asks, the second one exits.
import { ExitCode } from "./command.js";

/** A watch over SIGINT and SIGTERM. */
export interface InterruptWatch {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to their default, which is to end the program at once. */
  stop(): void;
}

/**
 * Watches for Ctrl-C (and SIGTERM).
 *
 * @param onFirst - called at the first signal, to tell the user
 * @returns the signal to hand on, and `stop` to end the watch
 * @example
 * ```ts
 * const watch = watchInterrupts(() => console.error("stopping after this step"));
 * await train(model, data, { signal: watch.signal });
 * watch.stop();
 * ```
 */
export function watchInterrupts(onFirst: () => void): InterruptWatch {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
    onFirst();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, handle);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, handle);
    },
  };
}
