// How many threads OpenBLAS uses on Linux: half of the processor cores that this process may use, at
// least one. OPENBLAS_NUM_THREADS or OMP_NUM_THREADS choose another number. Its threads wait for each
// other by spinning, and JavaScript and MLX each have a busy thread of their own: on 2 cores a second
// one made an idle machine's large products up to 1.9 times as fast, but with one core taken by anything
// else it made training steps 2 to 16 times as slow as one thread.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** A container's share of the processors, as cgroups write it: "200000 100000" is 2. */
function containerCores(): number {
  try {
    const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number);
    const cores = Math.floor((quota ?? Number.NaN) / (period ?? Number.NaN));
    return cores > 0 ? cores : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The number to use, or undefined where the environment chooses, or there is no OpenBLAS. */
export function blasThreads(): number | undefined {
  const { OPENBLAS_NUM_THREADS, OMP_NUM_THREADS } = process.env;
  if (process.platform !== "linux" || OPENBLAS_NUM_THREADS || OMP_NUM_THREADS) return undefined;
  return Math.max(1, Math.min(availableParallelism(), containerCores()) >> 1);
}

/**
 * Loads the library in an environment that tells OpenBLAS the number: it makes its threads when it is
 * loaded, and those beyond the number would spin for a tenth of a second.
 */
export function withBlasThreads<T>(count: number | undefined, load: () => T): T {
  if (count === undefined) return load();
  process.env.OPENBLAS_NUM_THREADS = String(count);
  try {
    return load();
  } finally {
    // Child processes choose for themselves.
    delete process.env.OPENBLAS_NUM_THREADS;
  }
}
