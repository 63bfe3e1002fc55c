// The process that reads damaged files: notes each number before it reads, so that whoever started it knows
// which one ended it, and tells of every outcome that is neither success nor an error of ours.
//
//   child.ts SEED FIRST COUNT STEP PROGRESS_FILE

import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mx from "../../src/index.js";
import { mlxCode } from "../../src/io/paths.js";
import { damaged } from "./damage.js";

const [seed = 0, first = 0, count = 0, step = 1] = process.argv.slice(2, 6).map(Number);
const progress = openSync(process.argv[6] ?? "/dev/null", "w");

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-files-hunt-"));
/** A small file may not make large arrays. */
const mostMemory = 1 << 24;
const note = new Int32Array(1);
let worked = 0;

function wrong(thrown: unknown, file: string): string | undefined {
  const code = mlxCode(thrown);
  if (!(thrown instanceof Error) || code === undefined) return `threw ${String(thrown)}`;
  if (code !== "FILE") return `code ${code}: ${thrown.message}`;
  if (!thrown.message.startsWith("[load] ")) return `no op in the message: ${thrown.message}`;
  return thrown.message.includes(file) ? undefined : `no file in the message: ${thrown.message}`;
}

for (let i = 0; i < count; i++) {
  const index = first + i * step;
  note[0] = index;
  writeSync(progress, note, 0, 4, 0);
  const { format, bytes, text } = damaged(index, seed);
  const file = join(folder, `a.${format}`);
  writeFileSync(file, bytes);
  for (const from of index % 8 === 0 ? [file, bytes] : [file]) {
    let why: string | undefined;
    mx.resetPeakMemory();
    const before = mx.getActiveMemory();
    const scope = mx.scope();
    try {
      const read: unknown =
        format === "npy" || format === "npz"
          ? mx.load(from, format)
          : mx.load(from, format, { returnMetadata: true });
      for (const array of mx.arraysIn(read)) array.toTypedArray();
      worked++;
    } catch (thrown) {
      why = wrong(thrown, from === file ? file : "");
    }
    scope.close();
    const used = mx.getPeakMemory() - before;
    if (used > mostMemory) why = `took ${used} bytes`;
    if (why) console.log(JSON.stringify({ index, text, why }));
  }
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ done: count, worked }));
