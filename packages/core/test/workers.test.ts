// Worker threads: each has an engine state of its own, computes beside the others, and may end at any
// time. The cases run in child processes, since a crash of one thread takes the whole process.

import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { coreUrl, runScript } from "./child.js";
import { needs } from "./needs.js";

beforeEach(() => needs("processes"));

/** Elsewhere the engine's own threads do all work. */
const inPlace = test.runIf(process.platform === "linux" && !mx.isAvailable(mx.gpu));

/** Workers do not inherit the loader of TypeScript: each registers it. */
const loader = ["tsx/cjs/api", "tsx/esm/api"].map((name) => import.meta.resolve(name));

/** Starts a worker whose body sees `mx`, `parentPort` and `workerData`. */
const prelude = [
  'const { parentPort, workerData } = require("node:worker_threads");',
  `const load = async () => { for (const api of ${JSON.stringify(loader)}) (await import(api)).register();`,
  `  return import(${JSON.stringify(coreUrl)}); };`,
  "load().then(async (mx) => {",
].join("\n");

const start = `
  import { Worker } from "node:worker_threads";
  const start = (body, workerData, resourceLimits) =>
    new Worker(${JSON.stringify(prelude)} + body + "});", {
      eval: true,
      workerData,
      resourceLimits,
      execArgv: ["--conditions=@mlx-ts/source"],
    });
  const ended = (worker) =>
    new Promise((resolve, reject) => {
      let message;
      worker.on("message", (value) => { message = value; });
      worker.on("error", reject);
      worker.on("exit", (code) => resolve({ code, message }));
    });
`;

async function output(script: string): Promise<unknown> {
  const { code, signal, out, err } = await runScript(start + script);
  expect({ code, signal, err: err.slice(-2000) }).toEqual({ code: 0, signal: null, err: "" });
  return JSON.parse(out);
}

describe("worker threads", () => {
  test("compute in parallel, beside the main thread", async () => {
    const got = await output(`
      const body = \`
        const x = mx.full([100, 100], workerData);
        let sum = 0;
        for (let i = 0; i < 50; i++) sum += mx.tidy(() => mx.mean(mx.matmul(x, x))).item();
        parentPort.postMessage(sum);\`;
      const waiting = [1, 2, 3, 4].map((n) => ended(start(body, n)));
      let own = 0;
      for (let i = 0; i < 50; i++) own += mx.tidy(() => mx.mean(mx.matmul(mx.ones([100, 100]), mx.ones([100, 100])))).item();
      console.log(JSON.stringify([own, await Promise.all(waiting)]));`);
    const each = [1, 2, 3, 4].map((n) => ({ code: 0, message: 50 * 100 * n * n }));
    expect(got).toEqual([5000, each]);
  }, 60_000);

  test("differentiate, compile, draw and await", async () => {
    const got = await output(`
      const body = \`
        mx.random.seed(workerData);
        const slope = mx.grad((x) => mx.sum(mx.square(x)))(mx.array([1, 2])).tolist();
        const f = mx.compile((x) => mx.add(mx.exp(x), 1));
        const all = [f(mx.array([0])).tolist(), f(mx.array([0])).tolist()];
        const drawn = mx.random.uniform({ shape: [2] }).tolist();
        const data = await mx.add(mx.arange(3), 1).data();
        parentPort.postMessage([slope, all, drawn, [...data]]);\`;
      const all = await Promise.all([5, 5, 5].map((seed) => ended(start(body, seed))));
      mx.random.seed(5);
      console.log(JSON.stringify([mx.random.uniform({ shape: [2] }).tolist(), all]));`);
    const [drawn, all] = got as [number[], { code: number; message: unknown }[]];
    for (const one of all) {
      expect(one).toEqual({ code: 0, message: [[2, 4], [[2], [2]], drawn, [1, 2, 3]] });
    }
  }, 60_000);

  test("may come and go many times", async () => {
    const got = await output(`
      let sum = 0;
      for (let round = 0; round < 12; round++) {
        const { message } = await ended(start("parentPort.postMessage(mx.sum(mx.arange(5)).item());"));
        sum += message + mx.sum(mx.ones([3])).item();
      }
      console.log(JSON.stringify(sum));`);
    expect(got).toBe(12 * 13);
  }, 60_000);

  test("may be terminated in the middle of a computation", async () => {
    const got = await output(`
      const body = \`
        parentPort.postMessage("began");
        for (;;) mx.tidy(() => mx.sum(mx.matmul(mx.ones([300, 300]), mx.ones([300, 300])))).item();\`;
      const all = [start(body), start(body)];
      await Promise.all(all.map((worker) => new Promise((began) => worker.once("message", began))));
      for (let i = 0; i < 20; i++) mx.matmul(mx.ones([200, 200]), mx.ones([200, 200])).sum().item();
      const codes = await Promise.all(all.map((worker) => worker.terminate()));
      console.log(JSON.stringify([codes, mx.add(mx.array([1]), 1).tolist()]));`);
    expect(got).toEqual([[1, 1], [2]]);
  }, 60_000);

  // OpenBLAS' threaded factorisations take half a megabyte of the stack they are called on.
  inPlace(
    "with a small stack leave evaluations to another thread",
    async () => {
      const got = await output(`
      const body = \`
        const sleeps = () => process.resourceUsage().voluntaryContextSwitches;
        const before = sleeps();
        for (let i = 0; i < 2000; i++) mx.tidy(() => mx.add(mx.ones([4]), i).sum().item());
        parentPort.postMessage(sleeps() - before);\`;
      const run = async (limits) => (await ended(start(body, 0, limits))).message;
      console.log(JSON.stringify([await run({}), await run({ stackSizeMb: 0.5 })]));`);
      const [large, small] = got as [number, number];
      expect(large).toBeLessThan(1000);
      expect(small).toBeGreaterThan(1000);
    },
    60_000,
  );

  test("may be terminated with reads in flight", async () => {
    const got = await output(`
      const body = \`
        let x = mx.random.normal([300, 300], { key: mx.random.key(0) });
        for (let i = 0; i < 40; i++) x = mx.tanh(mx.matmul(x, x));
        for (let i = 0; i < 8; i++) mx.add(x, i).data();
        parentPort.postMessage("began");\`;
      const worker = start(body);
      await new Promise((began) => worker.once("message", began));
      await worker.terminate();
      console.log(JSON.stringify(mx.add(mx.array([1]), 1).tolist()));`);
    expect(got).toEqual([2]);
  }, 60_000);

  test("may end with work in flight", async () => {
    const got = await output(`
      const body = \`
        let x = mx.random.normal([300, 300], { key: mx.random.key(0) });
        for (let i = 0; i < 40; i++) x = mx.tanh(mx.matmul(x, x));
        mx.asyncEval(x);
        process.exit(7);\`;
      const { code } = await ended(start(body));
      console.log(JSON.stringify([code, mx.add(mx.array([1]), 1).tolist()]));`);
    expect(got).toEqual([7, [2]]);
  }, 60_000);

  test("do not hold up the end of the process", async () => {
    const { code, signal } = await runScript(`${start}
      const body = \`parentPort.postMessage(1); for (;;) mx.sum(mx.ones([1000, 1000])).item();\`;
      const worker = start(body);
      worker.once("message", () => process.exit(5));`);
    expect({ code, signal }).toEqual({ code: 5, signal: null });
  }, 60_000);

  test("keep their default device and stream to themselves", async () => {
    const got = await output(`
      const body = \`
        const s = mx.newStream(mx.cpu);
        mx.setDefaultStream(s);
        parentPort.postMessage(mx.add(mx.ones([2]), 1).tolist());\`;
      const before = String(mx.defaultStream(mx.cpu));
      const { message } = await ended(start(body));
      console.log(JSON.stringify([message, String(mx.defaultStream(mx.cpu)) === before]));`);
    expect(got).toEqual([[2, 2], true]);
  }, 60_000);

  test("have streams of their own; a number names another thread's stream to nobody", async () => {
    const got = await output(`
      const own = mx.newStream(mx.cpu);
      for (let i = 0; i < 5; i++) mx.newStream(mx.cpu);
      const last = mx.newStream(mx.cpu);
      const body = \`
        const attempt = (call) => { try { return call(); } catch (e) { return [e.name, e.code, e.message]; } };
        const s = mx.newStream(mx.cpu);
        const f = () => mx.add(mx.ones([2], { stream: s }), 1, { stream: s }).tolist();
        parentPort.postMessage([f(), attempt(() => mx.add(1, 2, { stream: new mx.Stream("cpu", workerData) })),
          attempt(() => mx.setDefaultStream(workerData))]);\`;
      const all = await Promise.all([ended(start(body, last.index)), ended(start(body, last.index))]);
      console.log(JSON.stringify([all.map(({ message }) => message), mx.add(1, 2, { stream: own }).item()]));`);
    const each = [
      [2, 2],
      ["RangeError", "VALUE", expect.stringContaining("does not exist on this thread")],
      ["TypeError", "KIND", expect.stringContaining("a stream was expected")],
    ];
    expect(got).toEqual([[each, each], 3]);
  }, 60_000);

  test("each have their own stream of a thread-local one", async () => {
    const got = await output(`
      const local = mx.newThreadLocalStream(mx.cpu);
      const body = \`
        const local = new mx.ThreadLocalStream("cpu", workerData);
        let sum = 0;
        for (let i = 0; i < 30; i++) sum += mx.sum(mx.matmul(mx.ones([60, 60], { stream: local }), mx.ones([60, 60]), { stream: local })).item();
        parentPort.postMessage([sum, String(local)]);\`;
      const waiting = [1, 2, 3].map(() => ended(start(body, local.index)));
      let own = 0;
      for (let i = 0; i < 30; i++) own += mx.add(1, 2, { stream: local }).item();
      const all = await Promise.all(waiting);
      console.log(JSON.stringify([own, String(local), all.map(({ message }) => message)]));`);
    const [own, name, all] = got as [number, string, unknown[]];
    expect(own).toBe(90);
    expect(all).toEqual(Array(3).fill([30 * 60 ** 3, name]));
  }, 60_000);

  test("may clear their streams, at any time, beside others that compute", async () => {
    const got = await output(`
      const body = \`
        let sum = 0;
        for (let i = 0; i < 20; i++) {
          const s = mx.newStream(mx.cpu);
          const x = mx.matmul(mx.ones([50, 50], { stream: s }), mx.ones([50, 50]), { stream: s });
          mx.asyncEval(x);
          mx.clearStreams();
          sum += x.index(0, 0).item();
        }
        mx.asyncEval(mx.matmul(mx.ones([300, 300]), mx.ones([300, 300])));
        parentPort.postMessage(sum);\`;
      const waiting = [1, 2, 3].map(() => ended(start(body)));
      let own = 0;
      for (let i = 0; i < 20; i++) { mx.clearStreams(); own += mx.sum(mx.ones([3])).item(); }
      console.log(JSON.stringify([own, (await Promise.all(waiting)).map(({ code, message }) => [code, message])]));`);
    expect(got).toEqual([60, Array(3).fill([0, 1000])]);
  }, 60_000);

  test("leave the streams that belong to no thread to one of them, until it ends", async () => {
    const got = await output(`
      const body = \`
        const attempt = () => {
          try {
            const s = mx.newThreadUnsafeStream(mx.cpu);
            return mx.add(1, 2, { stream: s }).item();
          } catch (e) { return [e.name, e.code]; }
        };
        parentPort.postMessage(attempt());\`;
      const first = await ended(start(body));
      const second = mx.add(1, 2, { stream: mx.newThreadUnsafeStream(mx.cpu) }).item();
      const third = await ended(start(body));
      console.log(JSON.stringify([first.message, second, third.message]));`);
    expect(got).toEqual([3, 3, ["RangeError", "VALUE"]]);
  }, 60_000);

  test("close their stream contexts and stop waiting as the main thread does", async () => {
    const got = await output(`
      const body = \`
        const s = mx.newStream(mx.cpu);
        const context = mx.stream(s);
        const inside = mx.defaultStream(mx.cpu).equals(s);
        const read = mx.add(mx.ones([2]), 1).data();
        context.close();
        const name = await mx.evalAsync(mx.ones([2]), { signal: AbortSignal.abort() }).catch((e) => e.name);
        const group = mx.distributed.init();
        parentPort.postMessage([inside, mx.defaultStream(mx.cpu).equals(s), [...await read], name,
          group.size(), mx.distributed.allSum(mx.ones([2])).tolist()]);\`;
      const { message } = await ended(start(body));
      console.log(JSON.stringify(message));`);
    expect(got).toEqual([true, false, [2, 2], "AbortError", 1, [1, 1]]);
  }, 60_000);

  const holding = `
    const square = mx.customFunction((x) => mx.square(x)).vjp((x, c) => mx.multiply(x, c)).vmap((x, axes) => [mx.square(x), axes]);
    const slope = mx.grad((x) => mx.sum(square(x)));
    const kept = mx.checkpoint((x) => mx.tanh(mx.matmul(x, x)));
    const compiled = mx.compile(mx.grad((x) => mx.sum(kept(square(x)))));
    const x = mx.random.normal([100, 100], { key: mx.random.key(0) });
    const graph = [slope(x), mx.vmap(square)(x), compiled(x), compiled(mx.add(x, 1))];
    mx.exportFunction(workerData, (y) => mx.sum(mx.exp(y)), [x]);
    const imported = mx.importFunction(workerData);
    const sum = imported(mx.zeros([100, 100]))[0].item();
    for (let i = 0; i < 8; i++) mx.asyncEval(mx.matmul(compiled(mx.add(x, i)), x));
    mx.grad((y) => mx.sum(square(mx.matmul(y, y))))(x).data();`;

  const file = join(tmpdir(), `mlx-ts-worker-${process.pid}.mlxfn`);
  afterAll(() => rmSync(file, { force: true }));

  test("may end while functions with rules, compiled and exported ones, and their graphs are alive", async () => {
    const got = await output(`
      const { readFileSync } = await import("node:fs");
      const out = [];
      for (let round = 0; round < 4; round++) {
        const { code, message } = await ended(start(${JSON.stringify(`${holding} parentPort.postMessage(sum);`)}, ${JSON.stringify(file)}));
        out.push([code, message]);
      }
      const f = mx.importFunction(${JSON.stringify(file)});
      console.log(JSON.stringify([out, f(mx.zeros([100, 100]))[0].item()]));`);
    expect(got).toEqual([Array(4).fill([0, 10_000]), 10_000]);
  }, 60_000);

  test("may be terminated while such functions and their graphs are alive", async () => {
    const got = await output(`
      const codes = [];
      for (let round = 0; round < 4; round++) {
        const worker = start(${JSON.stringify(`${holding} parentPort.postMessage("began"); for (;;) mx.eval(slope(x), compiled(x), mx.vmap(square)(x));`)}, ${JSON.stringify(file)});
        await new Promise((began) => worker.once("message", began));
        codes.push(await worker.terminate());
      }
      console.log(JSON.stringify([codes, mx.add(mx.array([1]), 1).tolist()]));`);
    expect(got).toEqual([[1, 1, 1, 1], [2]]);
  }, 60_000);
});
