// What each figure may be, as ratios to Python MLX in the same run. docs/performance.md says why.
const atMost = (limit) => ({ says: `≤ ${limit}`, holds: ({ ratio }) => ratio <= limit });
const ofTuned = (limit) => ({
  says: `≤ ${limit} of OpenBLAS`,
  holds: ({ tunedRatio }) => tunedRatio === undefined || tunedRatio <= limit,
});
const atLeastOfTuned = (limit) => ({
  says: `≥ ${limit} of OpenBLAS`,
  holds: ({ tunedRatio }) => tunedRatio === undefined || tunedRatio >= limit,
});
/** Figures of both languages that are one but for the order of sums: they do the same work. */
const equal = { says: "= Python's", holds: ({ ratio }) => Math.abs(ratio - 1) < 1e-5 };
const absolute = (limit, unit) => ({ says: `≤ ${limit} ${unit}`, holds: ({ ts }) => ts <= limit });

export const budgets = {
  "op building in a scope, ns/op": [atMost(1)],
  "op building with numbers in a scope, ns/op": [atMost(1)],
  "backend layer, ns/op": [absolute(20, "ns")],
  "reductions in a scope, ns/op": [atMost(1)],
  "geometric mean of 20 ops, ns": [atMost(1)],
  "scalar Newton steps, µs": [atMost(1)],
  "recurrent steps, µs": [atMost(1)],
  "reads of sums, µs": [atMost(1)],
  "evals of products, µs": [atMost(1)],
  "reading parts, geometric mean, ns": [atMost(1)],
  "updating parts, geometric mean, ns": [atMost(1)],
  "assigning parts, geometric mean, ns": [atMost(1)],
  "op building outside scopes, ns/op": [atMost(2)],
  "einsum of two in a scope, µs": [atMost(1)],
  "einsum of three in a scope, µs": [atMost(1)],
  "einsum with an ellipsis in a scope, µs": [atMost(1)],
  "MLP step eager, µs": [atMost(0.4), ofTuned(1)],
  "MLP step compiled, µs": [atMost(0.25), ofTuned(1)],
  "CNN step eager, µs": [atMost(0.4), ofTuned(1)],
  "CNN step compiled, µs": [atMost(0.4), ofTuned(1)],
  "LSTM step eager, µs": [atMost(1)],
  "LSTM step compiled, µs": [atMost(1)],
  "transformer step eager, µs": [atMost(1)],
  "transformer step compiled, µs": [atMost(1)],
  "MLP first loss": [equal],
  "CNN first loss": [equal],
  "LSTM first loss": [equal],
  "transformer first loss": [equal],
  "matmul 256, GFLOP/s": [atLeastOfTuned(0.95)],
  "matmul 512, GFLOP/s": [atLeastOfTuned(0.95)],
  "matmul 1024, GFLOP/s": [atLeastOfTuned(0.95)],
  "MLP training loop, peak array MB": [atMost(1.05)],
  "MLP compiled training loop, peak array MB": [atMost(1.05)],
  "LSTM training loop, peak array MB": [atMost(1.05)],
  "LSTM compiled training loop, peak array MB": [atMost(1.05)],
  "transformer training loop, peak array MB": [atMost(1.05)],
  "transformer compiled training loop, peak array MB": [atMost(1.05)],
  "4000 synchronous evals, peak array MB": [absolute(128, "MB")],
  "import and first op, ms": [absolute(150, "ms")],
};
