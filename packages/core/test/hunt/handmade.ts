// Hostile calls of the functions that are written by hand: arrays from values, indexing, scopes,
// transforms, trees, devices, memory, files and host reads.

import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mx from "../../src/index.js";
import type { Call } from "./calls.js";
import type { Draws } from "./draws.js";
import { aFunction, any } from "./functions.js";
import * as some from "./values.js";

type Any = (...args: never[]) => unknown;
type Maker = (draws: Draws) => Call;

/** A call with values, each from a maker of its place or junk. */
const of =
  (fn: Any, ...makers: readonly ((draws: Draws) => some.Value)[]): Maker =>
  (draws) => {
    const args = makers.map((make) => (draws.chance(0.15) ? some.aJunk(draws) : make(draws)));
    if (draws.chance(0.2)) args.length = draws.below(args.length + 1);
    if (draws.chance(0.05)) args.push(some.aJunk(draws));
    return {
      text: `(${args.map((arg) => arg.text).join(", ")})`,
      run: () => fn(...(args.map((arg) => arg.make()) as never[])),
    };
  };

const texts = ["0", "1:", "::-1", "...", "0:0:0", "::0", "9", "-9", "None", "1,2,3,4,5", ":,:", ""];
const item = (draws: Draws): some.Value => {
  const kind = draws.below(8);
  if (kind === 0) return some.value("null", () => null);
  if (kind === 1) return some.value('"..."', () => "...");
  if (kind === 2) return some.someIndices(draws);
  if (kind < 5) {
    const ends = [some.aNumber(draws), some.aNumber(draws), some.aNumber(draws)];
    return some.value(`slice(${ends.map((end) => end.text).join(", ")})`, () =>
      mx.slice(...(ends.map((end) => end.make()) as [number, number, number])),
    );
  }
  return kind === 5 ? any(draws) : some.aNumber(draws);
};
const text = (draws: Draws): some.Value => {
  const it = draws.pick(texts);
  return some.value(JSON.stringify(it), () => it);
};
const items = (draws: Draws): some.Value[] =>
  draws.chance(0.15) ? [text(draws)] : Array.from({ length: draws.below(4) }, () => item(draws));

const indexed =
  (use: (array: mx.MLXArray, at: mx.Index[], value: unknown) => unknown): Maker =>
  (draws) => {
    const array = some.anArray(draws);
    const at = items(draws);
    const update = draws.chance(0.7) ? some.anArray(draws) : any(draws);
    return {
      text: `${array.text}[${at.map((one) => one.text).join(", ")}] with ${update.text}`,
      run: () =>
        use(array.make() as mx.MLXArray, at.map((one) => one.make()) as mx.Index[], update.make()),
    };
  };

const updates = ["set", "add", "subtract", "multiply", "divide", "maximum", "minimum"] as const;

const applied =
  (transform: (f: never, n: never) => Any): Maker =>
  (draws) => {
    const f = draws.chance(0.1) ? some.aJunk(draws) : aFunction(draws);
    const n = draws.chance(0.2) ? any(draws) : some.value("0", () => 0);
    const x = draws.chance(0.2) ? any(draws) : some.anArray(draws);
    return {
      text: `(${f.text}, ${n.text})(${x.text})`,
      run: () => transform(f.make() as never, n.make() as never)(x.make() as never),
    };
  };

const list = (draws: Draws): some.Value => {
  const all = Array.from({ length: draws.below(3) }, () => some.anArray(draws));
  return some.value(`[${all.map((one) => one.text).join(", ")}]`, () =>
    all.map((one) => one.make()),
  );
};

const absent = join(tmpdir(), "mlx-ts-absent");
const path = (draws: Draws): some.Value => {
  const it = draws.pick([
    ...[
      "",
      "x",
      "a\0b.safetensors",
      "/",
      "/dev/null",
      "/dev/null.safetensors",
      "\ud800.safetensors",
    ],
    ...[absent, `${absent}/x.safetensors`, tmpdir(), `${"x/".repeat(3000)}y.safetensors`],
    `${"n".repeat(300)}.safetensors`,
  ]);
  return some.value(JSON.stringify(it.slice(0, 60)), () => it);
};

/** Restores what a call may change for the calls after it. */
const restoring =
  (fn: Any): Any =>
  (...args) => {
    const device = mx.defaultDevice();
    const stream = mx.defaultStream(device);
    const backend = mx.defaultBackend();
    try {
      return fn(...args);
    } finally {
      mx.setDefaultBackend(backend);
      mx.setDefaultDevice(device);
      mx.setDefaultStream(stream);
    }
  };
const limit =
  (set: (bytes: number) => number): Any =>
  (bytes: number) => {
    set(set(bytes));
  };
const array = some.anArray;

/** Reading elements; legal reads of gigabytes are left out. */
const read =
  (use: (array: mx.MLXArray) => unknown): Maker =>
  (draws) => {
    const from = some.anArray(draws);
    return {
      text: from.text,
      run: () => {
        const it = from.make() as mx.MLXArray;
        return it.nbytes > 2 ** 24 && it.nbytes < 2 ** 40 ? undefined : use(it);
      },
    };
  };

/** Name and maker of each. */
export const handmade: readonly (readonly [string, Maker])[] = [
  ["array", of(mx.array, any, some.aDType)],
  ["array", of(mx.array, any)],
  ["asarray", of(mx.asarray, any, some.aDType)],
  ["arange", of(mx.arange, some.aNumber, some.aNumber, some.aNumber, some.aDType)],
  ["slice", of(mx.slice as Any, array, some.someNumbers, some.someNumbers, some.someNumbers)],
  ["slice", of(mx.slice as Any, some.aNumber, some.aNumber, some.aNumber)],
  ["split", of(mx.split as Any, array, some.aNumber, some.aNumber)],
  ["split", of(mx.split as Any, array, some.someNumbers, some.aNumber)],
  ["index", indexed((a, at) => a.index(...at))],
  ["index", indexed((a, at) => a.index(...at))],
  ["at.get", indexed((a, at) => a.at(...at).get())],
  ["at.assign", indexed((a, at, v) => a.at(...at).assign(v as never))],
  ...updates.map(
    (name) => [`at.${name}`, indexed((a, at, v) => a.at(...at)[name](v as never))] as const,
  ),
  ["item", read((a) => a.item())],
  ["tolist", read((a) => a.tolist())],
  ["toTypedArray", read((a) => a.toTypedArray())],
  ["toString", read((a) => a.toString())],
  ["data", read((a) => a.data())],
  ["iterate", read((a) => [...((a.shape[0] ?? 0) > 5000 ? [] : a)])],
  ["tidy", of(mx.tidy as Any, aFunction)],
  ["keep", of(mx.keep as Any, any)],
  ["eval", of(mx.eval as Any, any, array)],
  ["asyncEval", of(mx.asyncEval as Any, any, array)],
  ["grad", applied(mx.grad as never)],
  ["valueAndGrad", applied(mx.valueAndGrad as never)],
  ["compile", applied(((f: never) => mx.compile(f)) as never)],
  ["compile", applied(((f: never, n: never) => mx.compile(f, n)) as never)],
  ["compile grad", applied(((f: never) => mx.compile(mx.grad(f))) as never)],
  ["vjp", of(mx.vjp as Any, aFunction, list, list)],
  ["jvp", of(mx.jvp as Any, aFunction, list, list)],
  ["random.key", of(mx.random.key as Any, any)],
  ["random.seed", of(mx.random.seed as Any, some.aNumber)],
  ["treeFlatten", of(mx.treeFlatten as Any, any)],
  ["treeUnflatten", of(mx.treeUnflatten as Any, any)],
  ["fileName", of(mx.fileName as Any, any)],
  ["load", of(mx.load as Any, path, any)],
  ["save", of(mx.save as Any, path, any)],
  ["savez", of(mx.savez as Any, path, any)],
  ["savezCompressed", of(mx.savezCompressed as Any, path, any, any)],
  ["saveGguf", of(mx.saveGguf as Any, path, any, any)],
  ["saveShardedSafetensors", of(mx.saveShardedSafetensors as Any, path, any, any)],
  ["saveSafetensors", of(mx.saveSafetensors as Any, path, any, any)],
  ["new Device", of(((t: never, i: never) => new mx.Device(t, i)) as Any, any, some.aNumber)],
  ["isAvailable", of(mx.isAvailable as Any, any)],
  ["setDefaultDevice", of(restoring(mx.setDefaultDevice as Any), any)],
  ["setDefaultStream", of(restoring(mx.setDefaultStream as Any), any)],
  ["setDefaultBackend", of(restoring(mx.setDefaultBackend as Any), any)],
  ["defaultStream", of(mx.defaultStream as Any, any)],
  ["withStream", of(mx.withStream as Any, any, aFunction)],
  ["synchronize", of(mx.synchronize as Any, any)],
  ["deviceInfo", of(mx.deviceInfo as Any, any)],
  ["setMemoryLimit", of(limit(mx.setMemoryLimit), any)],
  ["setCacheLimit", of(limit(mx.setCacheLimit), any)],
  ["setWiredLimit", of(limit(mx.setWiredLimit), any)],
];
