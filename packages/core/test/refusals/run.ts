// The child process of refusals.test.ts: makes hostile calls and evaluates what they give, and prints what
// became of them. By hand: node --import tsx --conditions=@mlx-ts/source <this file> --seed 1 --count 50000

import { mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nativeBackend } from "@mlx-ts/native";
import * as mx from "../../src/index.js";
import { hostileCall } from "./calls.js";
import { Draws } from "./random.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    /** A file for the text of every call, written before it is made: the last line names the killer. */
    journal: { type: "string" },
    /** Makes this call alone, after drawing those before it. */
    only: { type: "string" },
  },
});

/** What a run came to. */
export interface Summary {
  calls: number;
  worked: number;
  /** How many errors of each code. */
  refused: Record<string, number>;
  /** Errors that are none of the project's. */
  untyped: string[];
  /** Calls that took longer than ten seconds. */
  slow: string[];
  /** The most memory that the process held, in MB. */
  peak: number;
  /** Whether the engine still computes at the end. */
  sane: boolean;
}

const summary: Summary = {
  calls: 0,
  worked: 0,
  refused: {},
  untyped: [],
  slow: [],
  peak: 0,
  sane: false,
};

function note(text: string, error: unknown): void {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const typed =
    error instanceof Error && typeof code === "string" && String(message).startsWith("[");
  if (typed) summary.refused[code] = (summary.refused[code] ?? 0) + 1;
  else summary.untyped.push(`${text} -> ${error instanceof Error ? error.stack : String(error)}`);
}

const most = 1 << 24;

/** Computes and reads what a call gave; arrays too large to read are used as operands instead. */
function use(result: unknown): void {
  for (const array of mx.arraysIn(result)) {
    if (array.nbytes <= most) {
      array.toTypedArray();
    } else if (array.nbytes > 2 ** 40 && array.size > 0) {
      mx.sum(array);
      throw new Error(`a sum over ${array.shape} was not refused`);
    }
  }
}

async function one(text: string, run: () => unknown): Promise<void> {
  const scope = mx.scope();
  const start = performance.now();
  try {
    const result = run();
    if (result instanceof Promise) await result;
    else use(result);
    summary.worked++;
  } catch (error) {
    note(text, error);
  } finally {
    scope.close();
  }
  if (performance.now() - start > 10_000) summary.slow.push(text);
  const memory = process.memoryUsage.rss() / 2 ** 20;
  if (memory > summary.peak) {
    if (memory > 4096 && summary.peak <= 4096) summary.slow.push(`4 GB passed: ${text}`);
    summary.peak = Math.round(memory);
  }
}

async function main(): Promise<void> {
  mx.setDefaultBackend(nativeBackend);
  mx.random.seed(0);
  const draws = new Draws(Number(values.seed));
  const folder = mkdtempSync(join(tmpdir(), "mlx-ts-calls-"));
  const journal = values.journal === undefined ? undefined : openSync(values.journal, "w");
  // Relative paths among the arguments end here.
  process.chdir(folder);
  for (let i = 0; i < Number(values.count); i++) {
    const { text, run } = hostileCall(draws);
    if (values.only !== undefined && Number(values.only) !== i) continue;
    if (journal !== undefined) writeSync(journal, `${i} ${text}\n`);
    summary.calls++;
    await one(`${i} ${text}`, run);
  }
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
  summary.sane = mx.tidy(() => mx.sum(mx.arange(5).add(1)).item() === 15);
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

await main();
