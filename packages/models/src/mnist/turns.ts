// Gives the event loop its turn inside long loops, so that timers, signals and progress bars are
// served. Not a scheduler: the loop that calls it decides how often.

/** Resolves after pending events were handled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
