// A function that counts its calls, for tests of what is traced when.

/** A function that counts its calls; vitest's own mocks hold on to what they return. */
export function counting<F extends (...args: never[]) => unknown>(fn: F): F & { calls: number } {
  const wrapped = (...args: never[]) => {
    counted.calls++;
    return fn(...args);
  };
  const counted = Object.assign(wrapped, { calls: 0 }) as F & { calls: number };
  return counted;
}
