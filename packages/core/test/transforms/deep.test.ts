// Graphs in which very many ops hang on one another: MLX walks them by recursion, so transforms refuse those
// that its stack cannot hold, on the main thread and in Workers, and never end the process.

import { describe, expect, test } from "vitest";
import { coreUrl, runScript } from "../child.js";
import { needs } from "../needs.js";

const loader = ["tsx/cjs/api", "tsx/esm/api"].map((name) => import.meta.resolve(name));

/** The transforms of a chain of n ops, as a script's text that gives [op, n, result or error]. */
const body = `
  const chain = (n) => (x) => { let y = x; for (let i = 0; i < n; i++) y = y.add(1); return y; };
  const x = mx.array([1.5]);
  const runs = {
    eval: (f) => f(x).tolist(),
    grad: (f) => mx.grad((x) => mx.sum(f(x)))(x).tolist(),
    jvp: (f) => mx.jvp(f, [x], [x])[1][0].tolist(),
    vmap: (f) => mx.vmap(f)(x).tolist(),
    compile: (f) => mx.compile(f)(x).tolist(),
    checkpoint: (f) => mx.grad((x) => mx.sum(mx.checkpoint(f)(x)))(x).tolist(),
    outside: (f) => { const y = f(x); return mx.grad((x) => mx.sum(x.multiply(y)))(x).tolist(); },
    exportFunction: (f) => mx.exportFunction(() => {}, f, [x]),
    exportToDot: (f) => mx.exportToDot(() => {}, f(x)),
  };
  const results = [];
  for (const n of [1000, 30000]) {
    for (const [name, run] of Object.entries(runs)) {
      let result;
      try { result = run(chain(n)) ?? "done"; } catch (error) { result = [error.name, error.code, error.message]; }
      results.push([name, n, result]);
    }
  }
`;

const inWorker = `
  import { Worker } from "node:worker_threads";
  const worker = new Worker(\`
    const { parentPort } = require("node:worker_threads");
    (async () => {
      for (const api of ${JSON.stringify(loader)}) (await import(api)).register();
      const mx = await import(${JSON.stringify(coreUrl)});
      ${body}
      parentPort.postMessage(results);
    })();\`, { eval: true, execArgv: ["--conditions=@mlx-ts/source"] });
  worker.on("message", (results) => console.log(JSON.stringify(results)));
`;

describe("chains of 1,000 and 30,000 ops", () => {
  for (const [where, script] of [
    ["on the main thread", `${body}\nconsole.log(JSON.stringify(results));`],
    ["in a Worker", inWorker],
  ] as const) {
    test(`are transformed or refused ${where}`, async () => {
      needs("processes");
      const { code, signal, out, err } = await runScript(script);
      expect({ code, signal, err: err.slice(-500) }).toEqual({ code: 0, signal: null, err: "" });
      for (const [name, n, result] of JSON.parse(out) as [string, number, unknown][]) {
        const label = `${name} of ${n}`;
        if (n === 1000 || name === "eval" || name === "vmap") {
          const whole = name.startsWith("export") ? "done" : [expect.any(Number)];
          expect([label, result]).toEqual([label, whole]);
        } else {
          const words = expect.stringMatching(/^\[\w+\] more than \d+ ops hang on one another/);
          expect([label, result]).toEqual([label, ["MLXError", "ENGINE", words]]);
        }
      }
    }, 90_000);
  }
});
