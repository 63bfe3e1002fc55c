// The process that makes hostile calls: notes each call's number before it makes it, so that whoever started
// it knows which one ended it, and writes every refusal that is no error of ours.
//
//   child.ts SEED FIRST COUNT PROGRESS_FILE      or, to see one call:      child.ts SEED NUMBER

import { openSync, writeSync } from "node:fs";
import * as mx from "../../src/index.js";
import { type HostileCall, nextCall } from "./calls.js";
import { onPurpose, Values } from "./values.js";

const [seed = 0, first = 0, count = 1] = process.argv.slice(2, 5).map(Number);
const progress = process.argv[5] === undefined ? undefined : openSync(process.argv[5], "w");

const native = mx.defaultBackend();
/** The same engine under another name: arrays of two backends must not mix. */
const other = { ...native, id: "other" };
const raw = new mx.MLXArray(
  other,
  other.fromHost({ shape: [2], dtype: "float32", data: Float32Array.of(1, 2) }),
);
const foreign = mx.keep(mx.array(raw));

/** Larger results are not read as lists, or not computed at all: that would be slow, not wrong. */
const [readable, computable] = [1 << 12, 1 << 20];

function settle(result: unknown, inputs: string): void {
  if (typeof result === "function") return;
  const arrays = mx.arraysIn(result);
  // A small result of a huge view may take years to compute.
  if (/broadcastTo\(mx\.array\(1?\[?1/.test(inputs)) return;
  for (const array of arrays) {
    if (array.backend !== native || array.isReleased || array.size > computable) continue;
    if (array.size > readable) mx.eval(array);
    else {
      array.tolist();
      String(array);
    }
  }
}

/** Why a thrown value is wrong, or undefined. */
function wrong(thrown: unknown): string | undefined {
  if (thrown === onPurpose) return undefined;
  if (!(thrown instanceof Error)) return `threw ${String(thrown)}`;
  const { code } = thrown as { code?: unknown };
  if (typeof code !== "string") return `no code: ${thrown.stack?.slice(0, 400)}`;
  if (!thrown.message.startsWith("[")) return `no op in the message: ${thrown.message}`;
  return undefined;
}

function report(number: number, call: HostileCall | undefined, why: string): void {
  console.log(JSON.stringify({ number, text: call?.text ?? "making the arguments", why }));
}

/** What a call may have changed for all later ones. */
function restore(): void {
  mx.setDefaultBackend(native);
  mx.setDefaultDevice(mx.cpu);
  mx.setDefaultStream(stream);
  mx.setMemoryLimit(memoryLimit);
  mx.setCacheLimit(cacheLimit);
  mx.enableCompile();
}

// clearStreams, which the hunt calls too, spares it.
const stream = mx.newThreadUnsafeStream(mx.cpu);
mx.setDefaultStream(stream);
const memoryLimit = mx.setMemoryLimit(2 ** 33);
const cacheLimit = mx.setCacheLimit(2 ** 30);
restore();
mx.random.seed(0);

const alone = progress === undefined;
const note = new Int32Array(1);
for (let number = first; number < first + count; number++) {
  note[0] = number;
  if (progress !== undefined) writeSync(progress, note, 0, 4, 0);
  const scope = mx.scope();
  const values = new Values(Math.imul(seed, 0x9e3779b1) ^ number, foreign);
  let call: HostileCall | undefined;
  try {
    call = nextCall(values);
    if (alone) console.log(call.text);
    let result = call.run();
    if (typeof result === "function") result = result(mx.array([1, 2]), values.any().value);
    const later = result instanceof Promise ? await result : result;
    settle(later, call.text);
    if (alone) console.log(String(later));
  } catch (thrown) {
    const why = wrong(thrown);
    if (why) report(number, call, why);
    else if (alone) console.log(String(thrown));
  }
  scope.close();
  try {
    restore();
    // The engine must be as good as before.
    const check = mx.tidy(() => mx.sum(mx.add(mx.ones([3]), 1)).item());
    if (check !== 6) report(number, call, `afterwards 3 * (1 + 1) is ${check}`);
  } catch (thrown) {
    report(number, call, `afterwards the engine refuses: ${String(thrown)}`);
  }
}
