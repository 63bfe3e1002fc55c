// The process that makes hostile calls. It notes each call's number before it makes it, so that whoever
// started it knows which one ended it, and writes what went wrong without ending it, then a summary.
//
//   child.ts SEED FIRST COUNT PROGRESS_FILE      or, to see one call:      child.ts SEED NUMBER

import { mkdtempSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nativeBackend } from "@mlx-ts/native";
import * as mx from "../../src/index.js";
import { type Call, hostileCall } from "./calls.js";
import { Draws } from "./draws.js";
import { thrown as onPurpose } from "./values.js";

/** What a child's calls came to. */
export interface Summary {
  readonly worked: number;
  readonly refused: number;
}

const [seed = 0, first = 0, count = 1] = process.argv.slice(2, 5).map(Number);
const progress = process.argv[5] === undefined ? undefined : openSync(process.argv[5], "w");
const alone = progress === undefined;
// Calls may write files; a process of many has a folder from whoever started it.
if (alone) process.chdir(mkdtempSync(join(tmpdir(), "mlx-ts-hunt-")));

/** Larger results are not read as text, or not read at all: that would be slow, not wrong. */
const [readable, computable] = [2 ** 12, 2 ** 24];
/** A call that takes longer, or makes the process pass this size, is reported. */
const [slow, large] = [10_000, 5 * 2 ** 30];

/** Computes and reads what a call gave. */
function use(result: unknown): void {
  for (const array of mx.arraysIn(result)) {
    if (array.backend !== nativeBackend || array.isReleased || array.nbytes > computable) continue;
    array.toTypedArray();
    if (array.size <= readable) String(array);
  }
}

/** Why a thrown value is wrong, or undefined. */
function wrong(thrown: unknown): string | undefined {
  if (thrown === onPurpose) return undefined;
  if (!(thrown instanceof Error)) return `threw ${String(thrown)}`;
  const { code } = thrown as { code?: unknown };
  if (typeof code !== "string") return `no code: ${thrown.stack?.slice(0, 600)}`;
  if (!thrown.message.startsWith("[")) return `no op in the message: ${thrown.message}`;
  return undefined;
}

const report = (number: number, text: string, why: string): void =>
  console.log(JSON.stringify({ number, text, why }));

const start = {
  device: mx.defaultDevice(),
  // clearStreams, which the hunt calls too, spares it.
  stream: mx.newThreadUnsafeStream(mx.cpu),
  memory: mx.setMemoryLimit(2 ** 33),
  cache: mx.setCacheLimit(2 ** 28),
};

/** Puts back what a call may have changed for all later ones. */
function restore(): void {
  mx.setDefaultBackend(nativeBackend);
  mx.setDefaultDevice(start.device);
  mx.setDefaultStream(start.stream);
  mx.setMemoryLimit(2 ** 33);
  mx.setCacheLimit(2 ** 28);
  mx.enableCompile();
}

let [worked, refused, peak] = [0, 0, large];

async function make(number: number, { text, run }: Call): Promise<void> {
  const scope = mx.scope();
  const started = performance.now();
  try {
    let result = run();
    // A transform gives a function: call it too.
    if (typeof result === "function") result = result(mx.array([1, 2]));
    use(result instanceof Promise ? await result : result);
    worked++;
    if (alone) console.log("worked");
  } catch (thrown) {
    refused++;
    const why = wrong(thrown);
    if (why) report(number, text, why);
    else if (alone) console.log(String(thrown));
  } finally {
    scope.close();
  }
  const took = performance.now() - started;
  if (took > slow) report(number, text, `took ${Math.round(took / 1000)} seconds`);
  const memory = process.memoryUsage.rss();
  if (memory > peak) report(number, text, `the process holds ${Math.round(memory / 2 ** 20)} MB`);
  peak = Math.max(peak, memory);
}

/** The engine must be as good as before. */
function checkEngine(number: number, text: string): void {
  try {
    restore();
    const sum = mx.tidy(() => mx.sum(mx.add(mx.ones([3]), 1)).item());
    if (sum !== 6) report(number, text, `afterwards 3 * (1 + 1) is ${sum}`);
  } catch (thrown) {
    report(number, text, `afterwards the engine refuses: ${String(thrown)}`);
  }
}

restore();
mx.random.seed(0);
const note = new Int32Array(1);
for (let number = first; number < first + count; number++) {
  note[0] = number;
  if (progress !== undefined) writeSync(progress, note, 0, 4, 0);
  const call = hostileCall(new Draws(Math.imul(seed, 0x9e3779b1) ^ number));
  if (alone) console.log(call.text);
  await make(number, call);
  checkEngine(number, call.text);
}
const summary: Summary = { worked, refused };
console.log(JSON.stringify(summary));
