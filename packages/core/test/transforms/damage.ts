// Runs in a process of its own: reads exported functions that are cut or changed at a part of their bytes (at
// every one with the argument "all"), and calls what can be read. A crash ends the process; the last line says where it was.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mx from "../../src/index.js";
import { argOf, arrayOf, type GoldenCase, goldens, untyped } from "../golden.js";

const folder = new URL("../goldens/functions/", import.meta.url);
const golden = goldens("functions");
const inputs = golden.inputs.map(arrayOf);
const place = mkdtempSync(join(tmpdir(), "mlx-ts-"));
const path = join(place, "damaged.mlxfn");
const counts = { refused: 0, called: 0, failed: 0 };
const strange: string[] = [];

function attempt(what: string, bytes: Uint8Array, cases: readonly GoldenCase[]): void {
  writeFileSync(path, bytes);
  try {
    using fn = mx.importFunction(path);
    for (const { args, kw } of cases) {
      try {
        const named = Object.entries(kw ?? {}).map(([key, arg]) => [key, argOf(arg, inputs)]);
        const given = args.map((arg) => argOf(arg, inputs)) as mx.MLXArray[];
        mx.tidy(() => mx.eval(fn(...given, ...(kw ? [Object.fromEntries(named)] : []))));
        counts.called++;
      } catch (error) {
        counts.failed++;
        const why = untyped(error);
        if (why) strange.push(`${what}: ${why}`);
      }
    }
  } catch (error) {
    counts.refused++;
    const why = untyped(error);
    if (why) strange.push(`${what}: ${why}`);
  }
}

const all = process.argv[2] === "all";
const patterns = [0xff, 0x01, 0x80, 0x10];
for (const name of readdirSync(folder)) {
  const whole = readFileSync(new URL(name, folder));
  const cases = golden.cases.filter(({ op }) => `${op}.mlxfn` === name);
  for (let at = 0; at < whole.length; at++) {
    // A crash shows the last of these lines.
    if (at % 16 === 0) writeSync(2, `${name} ${at}\n`);
    if (all || at % 7 === 0) attempt(`${name} cut at ${at}`, whole.subarray(0, at), cases);
    for (const [i, pattern] of patterns.entries()) {
      if (!all && at % (3 * patterns.length) !== 3 * i) continue;
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ pattern;
      attempt(`${name} changed at ${at} by ${pattern}`, changed, cases);
    }
  }
}
rmSync(place, { recursive: true });
console.log(JSON.stringify({ counts, strange: strange.slice(0, 20) }));
