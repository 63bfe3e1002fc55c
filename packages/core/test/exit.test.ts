// How a process ends: with work in flight, in the middle of a scope, after ignored failures. Each case is
// a child process that must end by itself, with the code it asked for.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { runScript } from "./child.js";
import { needs } from "./needs.js";

beforeEach(() => needs("processes"));

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-exit-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Work that is not done at once. */
const work = `
  const work = () => {
    let x = mx.random.normal([400, 400], { key: mx.random.key(0) });
    for (let i = 0; i < 60; i++) x = mx.tanh(mx.matmul(x, x));
    return mx.sum(x);
  };
`;

/** An array whose file lost its end. */
const broken = `
  const { truncateSync } = await import("node:fs");
  const broken = (name) => {
    const file = ${JSON.stringify(folder)} + "/" + name + ".safetensors";
    mx.saveSafetensors(file, { a: mx.ones([1000]) });
    const { a } = mx.load(file);
    truncateSync(file, 200);
    return a;
  };
`;

async function expectEnd(script: string, code: number, out = ""): Promise<void> {
  const ended = await runScript(script);
  expect({ ...ended, err: ended.err.slice(-2000) }).toEqual({ code, signal: null, out, err: "" });
}

describe("a process ends cleanly", () => {
  test.each([
    ["after a synchronous result", "console.log(mx.add(mx.array([1]), 1).tolist());", "[ 2 ]\n"],
    ["with arrays that were never computed", `${work} globalThis.kept = work();`, ""],
    ["with an evaluation in flight that nobody waits for", `${work} mx.asyncEval(work());`, ""],
    ["with a read in flight that nobody waits for", `${work} work().data();`, ""],
    [
      "with many reads in flight, some of them disposed",
      `${work} for (let i = 0; i < 3; i++) { const a = work(); a.data(); if (i % 2) a.dispose(); }`,
      "",
    ],
    ["with an open scope", `${work} mx.scope(); work().data();`, ""],
    [
      "with compiled functions alive",
      "globalThis.f = mx.compile((x) => mx.add(x, 1)); f(mx.array([1])).tolist();",
      "",
    ],
    [
      "with transforms that threw",
      `try { mx.grad(() => { throw new Error("no"); })(mx.array(1)); } catch (e) { console.log(e.message); }
       try { mx.compile(() => { throw new Error("no"); })(mx.array(1)); } catch (e) { console.log(e.message); }`,
      "no\nno\n",
    ],
    [
      "with streams of its own",
      "const s = mx.newStream(mx.cpu); mx.add(mx.ones([9]), 1, { stream: s }).data();",
      "",
    ],
    [
      "with streams of every kind, one of them a default",
      `const own = [mx.newStream, mx.newThreadUnsafeStream, mx.newThreadLocalStream].map((make) => make(mx.cpu));
       for (const stream of own) mx.add(mx.ones([9]), 1, { stream }).data();
       mx.setDefaultStream(own[1]);`,
      "",
    ],
    [
      "with an open stream context",
      "mx.stream(mx.newStream(mx.cpu)); mx.ones([2]).add(1).data();",
      "",
    ],
    ["after clearStreams with work in flight", `${work} work().data(); mx.clearStreams();`, ""],
    [
      "with a wait that a signal ended",
      `${work} mx.evalAsync(work(), { signal: AbortSignal.timeout(1) }).catch((e) => console.log(e.name));`,
      "TimeoutError\n",
    ],
    ["with a group of one", "mx.distributed.allSum(mx.ones([2])).data();", ""],
    [
      "with a failed evaluation that nobody waited for",
      // All files first: MLX tells a background failure to whoever computes next, such as a save.
      `${broken} const [a, b, c] = ["a", "b", "c"].map(broken);
       mx.asyncEval(mx.sum(a));
       mx.asyncEval(b, c);`,
      "",
    ],
  ])("%s", (_, script, out) => expectEnd(script, 0, out), 60_000);
});

describe("process.exit ends it at once", () => {
  test.each([
    ["in the middle of a scope", "mx.tidy(() => { mx.ones([2]).add(1); process.exit(3); });"],
    ["with work in flight", `${work} work().data(); mx.asyncEval(work()); process.exit(3);`],
    ["in a stream context", "mx.withStream(mx.newStream(mx.cpu), () => process.exit(3));"],
    ["inside a gradient", "mx.grad((x) => { process.exit(3); })(mx.array(1));"],
    ["inside a traced function", "mx.compile((x) => { process.exit(3); })(mx.array([1]));"],
    [
      "while reads settle",
      `${work} for (let i = 0; i < 9; i++) mx.ones([i + 1]).add(1).data().then(() => process.exit(3));`,
    ],
    [
      "in a beforeExit handler",
      "mx.ones([2]).add(1); process.on('beforeExit', () => process.exit(3));",
    ],
    [
      "with an exit handler that computes",
      "process.on('exit', () => { process.exitCode = mx.add(mx.array(1), 2).item(); });",
    ],
  ])("%s", (_, script) => expectEnd(script, 3), 60_000);
});

test("an unhandled rejection of data() ends the process as Node does, not by a crash", async () => {
  const { code, signal, err } = await runScript(`${broken} mx.sum(broken("d")).data();`);
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(err).toContain("MLXError");
});

test("an error thrown inside a scope leaves by the usual way", async () => {
  const { code, signal, err } = await runScript(
    `mx.tidy(() => { mx.ones([2]); throw new TypeError("mine"); });`,
  );
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(err).toContain("TypeError: mine");
});
