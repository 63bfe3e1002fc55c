// What all formats share: how `load` is called, where files come from and go to, and files that change
// between loading and reading.

import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { ownFolder } from "./io-files.js";
import { has, needs } from "./needs.js";

const { fresh } = ownFolder();

/** A file of each format with the array `a`, or the array alone. */
function one(format: mx.LoadFormat, a: mx.MLXArray = mx.arange(4)): string {
  const file = fresh(`a.${format}`);
  if (format === "npy") mx.save(file, a);
  else if (format === "npz") mx.savez(file, { a });
  else if (format === "gguf") mx.saveGguf(file, { a });
  else mx.saveSafetensors(file, { a });
  return file;
}
const arrayIn = (read: mx.MLXArray | mx.NamedArrays): mx.MLXArray =>
  read instanceof mx.MLXArray ? read : (read.a as mx.MLXArray);
const formats = ["npy", "npz", "safetensors", "gguf"] as const;
const reads = (file: mx.LoadFile, format: mx.LoadFormat): unknown =>
  arrayIn(mx.load(file, format)).tolist();

describe("load", () => {
  test.each(formats)("reads %s from paths, URLs, bytes, and under another ending", (format) => {
    const file = one(format);
    const bytes = readFileSync(file);
    const buffer = new ArrayBuffer(bytes.length + 3);
    const odd = new Uint8Array(buffer, 3);
    odd.set(bytes);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const other = fresh("a.other");
    writeFileSync(other, bytes);
    for (const from of [file, pathToFileURL(file), bytes, odd, odd.slice().buffer, shared, other]) {
      expect(reads(from, format)).toEqual([0, 1, 2, 3]);
    }
    expect(arrayIn(mx.load(file)).tolist()).toEqual([0, 1, 2, 3]);
  });

  test("is called as in Python, with its types", () => {
    const file = one("safetensors");
    expect(Object.keys(mx.load(file, null))).toEqual(["a"]);
    expect(Object.keys(mx.load(file, "safetensors", false, { stream: mx.cpu }))).toEqual(["a"]);
    expect(mx.load(file, undefined, true)).toHaveLength(2);
    expect(mx.load(file, { format: "safetensors", returnMetadata: true })).toHaveLength(2);
    expect(mx.load(file, "safetensors", { returnMetadata: true, stream: mx.cpu })).toHaveLength(2);
    const types = () => {
      expectTypeOf(mx.load("a.npy")).toEqualTypeOf<mx.MLXArray>();
      expectTypeOf(mx.load(file, "npy")).toEqualTypeOf<mx.MLXArray>();
      expectTypeOf(mx.load(file, { format: "npy" })).toEqualTypeOf<mx.MLXArray>();
      expectTypeOf(mx.load(file, { stream: mx.cpu })).toEqualTypeOf<mx.NamedArrays>();
      expectTypeOf(mx.load("a.npz")).toEqualTypeOf<mx.NamedArrays>();
      expectTypeOf(mx.load(file, null, true)).toEqualTypeOf<[mx.NamedArrays, mx.Metadata]>();
      expectTypeOf(mx.load("a.gguf", { returnMetadata: true })).toEqualTypeOf<
        [mx.NamedArrays, mx.GgufMetadata]
      >();
    };
    expect(types).toBeTypeOf("function");
  });

  test("refuses what Python refuses", () => {
    const file = one("npy");
    const load = mx.load as (...args: unknown[]) => unknown;
    const refused: readonly (readonly [unknown[], "TypeError" | "RangeError", string, string])[] = [
      [[fresh("a.bin")], "RangeError", "VALUE", "npy, npz, safetensors, gguf"],
      [[fresh("none")], "RangeError", "VALUE", "npy, npz, safetensors, gguf"],
      [[file, "bin"], "RangeError", "VALUE", "npy, npz, safetensors, gguf"],
      [[file, 3], "TypeError", "KIND", "npy, npz, safetensors, gguf"],
      [[file, "npy", true], "RangeError", "VALUE", "no metadata"],
      [[file, "npz", { returnMetadata: true }], "RangeError", "VALUE", "no metadata"],
      [[file, "npy", "yes"], "TypeError", "KIND", "yes"],
      [[file, { returnMetadata: 1 }], "TypeError", "KIND", "returnMetadata"],
      [[file, { form: "npy" }], "TypeError", "OPTION", "form"],
      [[file, { stream: 3 }], "TypeError", "OPTION", "stream"],
      [[file, "npy", false, mx.cpu], "TypeError", "OPTION", "stream"],
      [[new Uint8Array(3)], "TypeError", "KIND", "give it"],
      [[new URL("https://example.org/a.npy")], "TypeError", "KIND", "not of a file"],
    ];
    for (const [args, name, code, words] of refused) {
      expectError(() => load(...args), name, code, words);
    }
    for (const path of [undefined, null, 3, "", {}, [], Symbol("x"), new Float32Array(2)]) {
      expectError(() => load(path, "npy"), "TypeError", "KIND", "a path");
    }
  });
});

describe("a backend that reads no files itself", () => {
  const bare = { ...mx.defaultBackend(), id: "bare", extension: () => undefined };
  const onBare = <T>(run: () => T): T => {
    const usual = mx.defaultBackend();
    mx.setDefaultBackend(bare);
    try {
      return run();
    } finally {
      mx.setDefaultBackend(usual);
    }
  };

  test("gets the elements at once", () => {
    for (const format of ["npy", "npz", "safetensors"] as const) {
      const file = one(format);
      const array = onBare(() => arrayIn(mx.load(file, format)));
      truncateSync(file);
      expect([array.backend.id, array.tolist()]).toEqual(["bare", [0, 1, 2, 3]]);
    }
  });

  test("writes elements itself, which every other backend reads", () => {
    const a = onBare(() => mx.arange(4));
    for (const [format, save] of [
      ["npy", (file: string) => mx.save(file, a)],
      ["npz", (file: string) => mx.savez(file, { a })],
      ["safetensors", (file: string) => mx.saveSafetensors(file, { a })],
    ] as const) {
      const file = fresh(`bare.${format}`);
      save(file);
      expect(arrayIn(mx.load(file, format)).tolist()).toEqual([0, 1, 2, 3]);
    }
  });

  test("writes the bytes of npy that the engine writes", () => {
    const written = (a: mx.MLXArray) => {
      const file = fresh("bytes.npy");
      mx.save(file, a);
      return readFileSync(file).toString("latin1");
    };
    for (const shape of [[], [3], [2, 3], [1, 3], [0, 2], [2, 1, 2]]) {
      const make = () => mx.ones(shape, "int32");
      expect(written(onBare(make)), `[${shape}]`).toBe(written(make()));
    }
  });

  test("writes arrays without elements to archives that can be read", () => {
    const empty = onBare(() => mx.zeros([0, 2]));
    for (const save of [mx.savez, mx.savezCompressed]) {
      const file = fresh("empty.npz");
      save(file, { empty });
      expect(mx.load(readFileSync(file), "npz").empty?.shape).toEqual([0, 2]);
    }
  });

  test("says that it neither reads nor writes gguf", () => {
    const [file, a] = [one("gguf"), onBare(() => mx.array([1]))];
    for (const call of [() => onBare(() => mx.load(file)), () => mx.saveGguf(file, { a })]) {
      expectError(call, "MLXError", "UNSUPPORTED", '"bare"');
    }
  });
});

describe("a file that changes after it was loaded", () => {
  const lazy = ["npy", "npz", "safetensors"] as const;

  test.each(lazy)("in place makes the evaluation fail, for %s", (format) => {
    needs("files");
    for (const change of [
      (file: string) => truncateSync(file, statSync(file).size - 1),
      (file: string) => appendFileSync(file, "x"),
      (file: string) => {
        writeFileSync(file, Buffer.alloc(statSync(file).size));
        // As a later change would have it: a clock may be too coarse for this one.
        utimesSync(file, 1, 1);
      },
    ]) {
      const file = one(format);
      const array = arrayIn(mx.load(file, format));
      change(file);
      expectError(() => array.tolist(), "MLXError", "FILE", file);
      expectError(() => array.tolist(), "MLXError", "POISONED", "failed earlier");
      expect(mx.add(mx.ones([2]), 1).tolist()).toEqual([2, 2]);
    }
  });

  test.each(lazy)("in place makes waiting for it fail too, for %s", async (format) => {
    needs("files");
    const file = one(format);
    const array = mx.add(arrayIn(mx.load(file, format)), 1);
    truncateSync(file, 1);
    await expect(array.data()).rejects.toMatchObject({ name: "MLXError", code: "FILE" });
    expect(mx.add(mx.ones([2]), 1).tolist()).toEqual([2, 2]);
  });

  test.each(lazy)("by being removed or replaced does not matter, for %s", (format) => {
    for (const change of [
      (file: string) => rmSync(file),
      (file: string) => renameSync(one(format, mx.zeros([4])), file),
    ]) {
      const file = one(format);
      const array = arrayIn(mx.load(file, format));
      change(file);
      expect(array.tolist()).toEqual([0, 1, 2, 3]);
    }
  });

  test.each(formats)("may be the one that is written from it, for %s", (format) => {
    const file = one(format);
    const a = mx.add(arrayIn(mx.load(file, format)), 1);
    if (format === "npy") mx.save(file, a);
    else if (format === "npz") mx.savez(file, { a });
    else if (format === "gguf") mx.saveGguf(file, { a });
    else mx.saveSafetensors(file, { a });
    expect(reads(file, format)).toEqual([1, 2, 3, 4]);
  });
});

describe("saving", () => {
  const saves: readonly (readonly [string, (file: string, a: mx.MLXArray) => void])[] = [
    ["npy", (file, a) => mx.save(file, a)],
    ["npz", (file, a) => mx.savez(file, { a })],
    ["safetensors", (file, a) => mx.saveSafetensors(file, { a })],
    ["gguf", (file, a) => mx.saveGguf(file, { a })],
  ];

  test.each(saves)("%s appends the ending, and keeps links and permissions", (format, save) => {
    const place = fresh("place");
    mkdirSync(place);
    const bare = join(place, "bare");
    save(bare, mx.arange(2));
    const file = `${bare}.${format}`;
    expect(readdirSync(place)).toEqual([`bare.${format}`]);
    chmodSync(file, 0o640);
    const link = join(place, `link.${format}`);
    symlinkSync(file, link);
    save(link, mx.zeros([2]));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(reads(file, format as mx.LoadFormat)).toEqual([0, 0]);
    expect(readdirSync(place).sort()).toEqual([`bare.${format}`, `link.${format}`]);
  });

  test.each(saves)("%s leaves the old file where arrays or places are no good", (format, save) => {
    const place = fresh("place");
    mkdirSync(place);
    const file = join(place, `a.${format}`);
    save(file, mx.ones([1]));
    const released = mx.ones([1]);
    released.dispose();
    expectError(() => save(file, released), "MLXError", "RELEASED", "released");
    const traced = mx.compile((a: mx.MLXArray) => {
      save(file, a);
      return a;
    });
    // Where functions run as they are, a value is there to be saved.
    if (has("tracing")) expectError(() => traced(mx.zeros([1])), "RangeError", null, /^\[/);
    const absent = join(place, "absent", "x");
    expectError(() => save(absent, mx.ones([1])), "MLXError", "FILE", "folder does not exist");
    const inFile = join(file, "x");
    expectError(() => save(inFile, mx.ones([1])), "MLXError", "FILE", inFile);
    const folder = join(place, `folder.${format}`);
    mkdirSync(folder);
    expectError(() => save(folder, mx.ones([1])), "MLXError", "FILE", "a folder has this name");
    const long = join(place, "x".repeat(300));
    expectError(() => save(long, mx.ones([1])), "MLXError", "FILE", "name is too long");
    expectError(() => save("a\0b", mx.ones([1])), "MLXError", "FILE", "NUL");
    expectError(() => save("", mx.ones([1])), "TypeError", "KIND", "a path");
    expect(readdirSync(place).sort()).toEqual([`a.${format}`, `folder.${format}`]);
    expect(reads(file, format as mx.LoadFormat)).toEqual([1]);
  });

  test("does not put a file in the place of a device", () => {
    const device = fresh("null.npy");
    symlinkSync("/dev/null", device);
    expectError(() => mx.save(device, mx.ones([1])), "MLXError", "FILE", "it is no file");
  });

  // The superuser may write anywhere.
  test.skipIf(process.getuid?.() === 0)("keeps a file that may not be written", () => {
    const file = one("npy");
    chmodSync(file, 0o400);
    expectError(() => mx.save(file, mx.ones([1])), "MLXError", "FILE", "may not be accessed");
  });

  test("into an object passes its own errors on, and refuses others", () => {
    const own = new Error("mine");
    const sink = {
      write() {
        throw own;
      },
    };
    for (const save of [
      () => mx.save(sink, mx.ones([1])),
      () => mx.savez(sink, [mx.ones([1])]),
      () => mx.saveSafetensors(sink, { a: mx.ones([1]) }),
    ]) {
      expect(save).toThrow(own);
    }
    for (const file of [3, null, {}, { write: 3 }, () => undefined]) {
      const wrong = file as unknown as mx.SaveFile;
      expectError(() => mx.save(wrong, mx.ones([1])), "TypeError", "KIND", "write method");
    }
  });

  test("into an object gives parts that stay as they are", () => {
    const parts: Uint8Array[] = [];
    mx.saveSafetensors({ write: (bytes) => parts.push(bytes) }, { a: mx.arange(5) });
    expect(mx.load(Buffer.concat(parts), "safetensors").a?.tolist()).toEqual([0, 1, 2, 3, 4]);
  });
});
