// `npm run bench`: each case as a process of ours and one of Python MLX in turn, several rounds, medians
// and their ratio. Absolute times say little on a shared machine; the ratios of one run do.
//   --rounds N   how often each side runs (default 5)
//   --only NAME  one case, or several with commas between; the names are in `cases` below
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { budgets } from "./budgets.mjs";
import { findPython, preloadedBlas } from "./python.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, only: { type: "string" } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`[bench] --rounds must be a whole number from 1, got ${options.rounds}`);
  process.exit(2);
}

const cases = [
  "ops",
  "dispatch",
  "einsum",
  "indexing",
  "families",
  "loops",
  "mlp",
  "cnn",
  "lstm",
  "transformer",
  "matmul",
  "fast",
  "memory",
  "import",
];
const chosen = options.only === undefined ? cases : options.only.split(",");
for (const name of chosen) {
  if (cases.includes(name)) continue;
  console.error(`[bench] there is no case "${name}"; the cases are ${cases.join(", ")}`);
  process.exit(2);
}

const threads =
  process.env.OPENBLAS_NUM_THREADS ?? String(Math.max(1, availableParallelism() >> 1));
const python = findPython();
const blas = preloadedBlas(python);

/** Each side: how to run a case, and what to call it. */
const sides = {
  ts: { label: "mlx-ts", run: (name) => measured(process.execPath, [`cases/${name}.mjs`]) },
  stock: { label: "Python, stock wheel", run: (name) => measured(python, [`cases/${name}.py`]) },
  ...(blas && {
    blas: {
      label: "Python, same OpenBLAS",
      // As many threads as ours takes; see packages/native/src/blas-threads.ts.
      run: (name) =>
        measured(python, [`cases/${name}.py`], { LD_PRELOAD: blas, OPENBLAS_NUM_THREADS: threads }),
    },
  }),
};

/** Runs one process; it prints a JSON object of name -> number. */
function measured(command, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: here,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** name -> side -> figures, one a round; the sides take turns within a round. */
function collect(name) {
  const figures = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const side of Object.keys(sides)) {
      // What only we have has no case in Python.
      if (side !== "ts" && !existsSync(`${here}cases/${name}.py`)) continue;
      for (const [figure, value] of Object.entries(sides[side].run(name))) {
        if (!figures.has(figure)) figures.set(figure, {});
        const bySide = figures.get(figure);
        bySide[side] ??= [];
        bySide[side].push(value);
      }
    }
    process.stderr.write(`[bench] ${name}: round ${round + 1} of ${rounds}\n`);
  }
  return figures;
}

const shown = (value) =>
  value === undefined ? "" : value < 10 ? value.toFixed(2) : value.toFixed(0);

console.log(
  `mlx-ts against Python MLX, Node ${process.versions.node}, ${availableParallelism()} cores`,
);
console.log(`Medians of ${rounds} alternating runs; a ratio is ours to Python's. Lower is better,`);
console.log("but for GFLOP/s.\n");
console.log("| figure | mlx-ts | Python stock | ratio | Python OpenBLAS | ratio | budget |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
let missed = 0;
for (const name of chosen) {
  for (const [figure, bySide] of collect(name)) {
    const [ts, stock, tuned] = ["ts", "stock", "blas"].map(
      (side) => bySide[side] && median(bySide[side]),
    );
    const ratio = stock === undefined ? undefined : ts / stock;
    const tunedRatio = tuned === undefined ? undefined : ts / tuned;
    const verdicts = (budgets[figure] ?? []).map((budget) => {
      const met = budget.holds({ ts, ratio, tunedRatio });
      if (!met) missed++;
      return `${budget.says} ${met ? "met" : "MISSED"}`;
    });
    const cells = [figure, shown(ts), shown(stock), shown(ratio), shown(tuned), shown(tunedRatio)];
    console.log(`| ${cells.join(" | ")} | ${verdicts.join(", ")} |`);
  }
}
console.log(`\n${missed === 0 ? "Every budget was met." : `${missed} budgets were missed.`}`);
