// Times of short bodies: the best of many batches, in nanoseconds a call. On a shared machine the best is
// what the code costs; the rest is what else ran.

/** @param {() => void} body */
export function best(body, { batches = 30, milliseconds = 8 } = {}) {
  const started = performance.now();
  let warm = 0;
  while (performance.now() - started < 60 || warm < 300) {
    body();
    warm++;
  }
  const once = (performance.now() - started) / warm;
  const calls = Math.max(1, Math.round(milliseconds / once));
  let least = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < batches; batch++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) body();
    least = Math.min(least, (performance.now() - start) / calls);
  }
  return least * 1e6;
}
