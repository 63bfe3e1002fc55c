// Safetensors files: what Python wrote, round trips, and every way in which a file can be damaged or
// refuse to be written. A file is read whole or refused with the code FILE; nothing reads past its end.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dtypes } from "@mlx-ts/backend-api";
import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { arrayOf, must } from "./golden.js";
import { expectAllSame, goldenFiles, ownFolder, readAll as readAs } from "./io-files.js";
import { needs } from "./needs.js";

const { folder, fresh: freshName } = ownFolder();
const fresh = (name = "file"): string => freshName(`${name}.safetensors`);

const goldenFile = new URL("goldens/golden.safetensors", import.meta.url);

describe("a file that Python wrote", () => {
  const { arrays, metadata, order } = goldenFiles;

  test("is read with names, shapes, dtypes, elements and metadata", () => {
    for (const file of [goldenFile, fileURLToPath(goldenFile), readFileSync(goldenFile)]) {
      const [read, texts] = mx.load(file, "safetensors", true);
      expectAllSame(read, arrays);
      expect({ ...texts }).toEqual(metadata);
    }
  });

  // The order of elements is that of the C++ library's hash tables, another one on macOS.
  test.skipIf(process.platform !== "linux")("is written byte for byte as Python does", () => {
    needs("engine's files");
    const file = fresh();
    const same = Object.fromEntries(order.map((name) => [name, arrayOf(must(arrays[name]))]));
    mx.saveSafetensors(file, same, metadata);
    expect(readFileSync(file).equals(readFileSync(goldenFile))).toBe(true);
  });
});

describe("a round trip", () => {
  test.each(dtypes.filter((dtype) => dtype !== "float64"))("keeps %s", (dtype) => {
    const file = fresh();
    const a = mx.subtract(mx.arange(6).reshape([2, 3]), 2).astype(dtype);
    mx.saveSafetensors(file, { a, b: a.T, c: a.index(mx.slice(null, null, -1)) });
    const read = mx.load(file);
    for (const [name, array] of Object.entries({ a, b: a.T, c: a.index("::-1") })) {
      expect(read[name]?.dtype).toBe(dtype);
      expect(read[name]?.tolist()).toEqual(array.tolist());
    }
  });

  test("refuses float64, which the format's reader lacks, and keeps the old file", () => {
    const file = fresh();
    mx.saveSafetensors(file, { a: mx.ones([1]) });
    expectError(
      () => mx.saveSafetensors(file, { a: mx.ones([1], { dtype: "float64" }) }),
      "TypeError",
      "DTYPE",
      "float64",
    );
    expect(mx.load(file).a?.tolist()).toEqual([1]);
  });

  test("keeps scalars, empty arrays, no arrays, and many", () => {
    const file = fresh();
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`layers.${i}.weight`, mx.full([i % 3], i)]),
    );
    mx.saveSafetensors(file, { scalar: mx.array(2), none: mx.zeros([0, 3]), ...many });
    const read = mx.load(file);
    expect(Object.keys(read)).toHaveLength(3002);
    expect([read.scalar?.shape, read.scalar?.item()]).toEqual([[], 2]);
    expect([read.none?.shape, read.none?.tolist()]).toEqual([[0, 3], []]);
    expect(read["layers.2997.weight"]?.shape).toEqual([0]);
    expect(read["layers.2996.weight"]?.tolist()).toEqual([2996, 2996]);
    const nothing = fresh();
    mx.saveSafetensors(nothing, {});
    expect({ ...mx.load(nothing) }).toEqual({});
  });

  test("keeps names and metadata of any letters", () => {
    const file = fresh("naïve-日本");
    const names = [
      "é",
      "日本",
      "a b",
      'quo"te',
      "back\\slash",
      "new\nline",
      "🙂",
      "__proto__x",
      "",
    ];
    const arrays = Object.fromEntries(names.map((name, i) => [name, mx.array([i])]));
    const texts = Object.fromEntries(names.map((name) => [`m${name}`, `${name}!`]));
    mx.saveSafetensors(file, arrays, texts);
    const [read, metadata] = mx.load(file, { returnMetadata: true });
    for (const [i, name] of names.entries()) expect(read[name]?.tolist()).toEqual([i]);
    expect({ ...metadata }).toEqual(texts);
  });

  test("treats __proto__ and constructor as names like others", () => {
    const file = fresh();
    const arrays = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}') as object;
    const named = Object.fromEntries(
      Object.entries(arrays).map(([name, value]) => [name, mx.array([value as number])]),
    );
    mx.saveSafetensors(file, named, JSON.parse('{"__proto__": "text"}') as mx.Metadata);
    const [read, metadata] = mx.load(file, { returnMetadata: true });
    expect(Object.keys(read).sort()).toEqual(["__proto__", "constructor", "toString"]);
    expect(read.constructor).toBeInstanceOf(mx.MLXArray);
    expect(Object.entries(metadata)).toEqual([["__proto__", "text"]]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("appends the ending, and replaces a file whose arrays are still unread", () => {
    const file = fresh();
    mx.saveSafetensors(file.replace(/\.safetensors$/, ""), { a: mx.arange(1000) });
    const { a } = mx.load(file);
    mx.saveSafetensors(file, { a: mx.add(a as mx.MLXArray, 1) });
    expect(mx.load(file).a?.index(-1).item()).toBe(1000);
    expect(a?.index(-1).item()).toBe(999);
  });
});

describe("a file that cannot be read", () => {
  test.each([
    ["is missing", () => join(folder, "absent.safetensors"), "no such file"],
    ["holds a NUL", () => join(folder, "a\0b.safetensors"), "[load]"],
    ["is a folder", () => folderFile(), "it is a folder"],
    ["lies in a file", () => join(writtenFile(), "x.safetensors"), "[load]"],
  ])("refuses one that %s", (_, path, words) => {
    const file = path();
    expectError(() => mx.load(file), "MLXError", "FILE", words);
  });
});

function writtenFile(): string {
  const path = fresh();
  writeFileSync(path, "text");
  return path;
}

function folderFile(): string {
  const path = fresh("folder");
  mkdirSync(path);
  return path;
}

/** A file with a header text and bytes after it; the length field may lie. */
function crafted(header: string | Uint8Array, bytes = 64, length?: bigint): string {
  const text = Buffer.from(header);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  const file = fresh("crafted");
  writeFileSync(file, Buffer.concat([size, text, Buffer.alloc(bytes, 1)]));
  return file;
}
const entry = (more: object): string =>
  JSON.stringify({ a: { dtype: "F32", shape: [4], data_offsets: [0, 16], ...more } });

const readAll = (file: string): string => readAs(file, "safetensors");

describe("a damaged file", () => {
  test.each([
    ["an empty header", ""],
    ["no JSON", "not json at all"],
    ["half a JSON", '{"a": {"dtype": "F32", "sha'],
    ["a list", "[1, 2]"],
    ["a number", "17"],
    ["null", "null"],
    ["a string", '"text"'],
    ["an entry that is no object", '{"a": 3}'],
    ["an entry without fields", '{"a": {}}'],
    ["an unknown dtype", entry({ dtype: "F99" })],
    ["a dtype that is no text", entry({ dtype: 7 })],
    ["a shape that is no list", entry({ shape: "x" })],
    ["a negative size", entry({ shape: [-4] })],
    ["two negative sizes", entry({ shape: [-2, -2] })],
    ["a fractional size", entry({ shape: [1.5] })],
    ["a size beyond 32 bits", entry({ shape: [2 ** 40] })],
    ["a size beyond 64 bits", entry({ shape: [1e30] })],
    ["sizes whose product overflows", entry({ shape: [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1] })],
    ["a shape larger than its bytes", entry({ shape: [400] })],
    ["a shape smaller than its bytes", entry({ shape: [1] })],
    ["offsets beyond the end", entry({ data_offsets: [1e9, 1e9 + 16] })],
    ["offsets beyond 64 bits", entry({ data_offsets: [1e30, 2e30] })],
    ["negative offsets", entry({ data_offsets: [-16, 0] })],
    ["offsets in the wrong order", entry({ data_offsets: [16, 0] })],
    ["one offset", entry({ data_offsets: [0] })],
    ["offsets that are no numbers", entry({ data_offsets: ["0", "16"] })],
    ["metadata that is no object", '{"__metadata__": 3}'],
    ["metadata that is no text", '{"__metadata__": {"a": 3}}'],
    ["more axes than arrays have", entry({ shape: [4, ...Array(100).fill(1)] })],
    ["very deep JSON", `${"[".repeat(200_000)}`],
    ["very deep objects", `${'{"a":'.repeat(100_000)}`],
    ["bytes that are no text", Uint8Array.of(0x7b, 0xff, 0xfe, 0x22, 0x80, 0x7d)],
  ])("with %s is refused with a typed error", (_, header) => {
    expect(readAll(crafted(header))).toBe("FILE");
  });

  test("with a header length that lies is refused", () => {
    for (const length of [0n, 1n, 5n, 1000n, 2n ** 31n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(readAll(crafted(entry({}), 16, length)), `${length}`).toBe("FILE");
    }
  });

  test("with duplicate names gives one of them", () => {
    const one = '"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}';
    expect(readAll(crafted(`{${one}, ${one}}`))).toBe("worked");
  });

  test("cut off anywhere is refused", () => {
    const whole = readFileSync(goldenFile);
    const file = fresh();
    for (let length = 0; length < whole.length; length += 37) {
      writeFileSync(file, whole.subarray(0, length));
      expect(readAll(file), `${length} of ${whole.length} bytes`).toBe("FILE");
    }
  });
});

describe("a file that cannot be written", () => {
  test("is refused where its folder does not exist", () => {
    const file = join(folder, "absent", "x.safetensors");
    expectError(() => mx.saveSafetensors(file, { a: mx.ones([1]) }), "MLXError", "FILE", file);
  });

  test("is refused where a folder has its name, which stays", () => {
    const file = folderFile();
    expectError(() => mx.saveSafetensors(file, { a: mx.ones([1]) }), "MLXError", "FILE", file);
    expect(readdirSync(file)).toEqual([]);
  });

  // The superuser may write anywhere.
  test.skipIf(process.getuid?.() === 0)("is refused in a folder that may not be written", () => {
    const place = folderFile();
    const file = join(place, "x.safetensors");
    mx.saveSafetensors(file, { a: mx.ones([1]) });
    chmodSync(place, 0o500);
    try {
      expectError(() => mx.saveSafetensors(file, { a: mx.zeros([1]) }), "MLXError", "FILE", file);
    } finally {
      chmodSync(place, 0o700);
    }
    expect(mx.load(file).a?.tolist()).toEqual([1]);
  });

  test("leaves the old file and no draft when its arrays fail", () => {
    const place = folderFile();
    const file = join(place, "x.safetensors");
    mx.saveSafetensors(file, { a: mx.ones([1]) });
    const released = mx.ones([2]);
    released.dispose();
    expectError(() => mx.saveSafetensors(file, { released }), "MLXError", "RELEASED", "released");
    const wrong = { a: 3 } as unknown as mx.NamedArrays;
    expectError(() => mx.saveSafetensors(file, wrong), "TypeError", "KIND", "must be an array");
    const texts = { a: 3 } as unknown as mx.Metadata;
    expectError(() => mx.saveSafetensors(file, {}, texts), "TypeError", "KIND", "must be text");
    expect(readdirSync(place)).toEqual(["x.safetensors"]);
    expect(mx.load(file).a?.tolist()).toEqual([1]);
    expect(existsSync(`${file}.safetensors`)).toBe(false);
  });

  test("refuses names that are the format's own or no text", () => {
    const file = fresh();
    const a = mx.ones([1]);
    const named = (name: string) => () => mx.saveSafetensors(file, { [name]: a });
    expectError(named("__metadata__"), "RangeError", "VALUE", "__metadata__");
    expectError(named("half \ud800"), "RangeError", "VALUE", "no valid Unicode");
    const half = () => mx.saveSafetensors(file, { a }, { a: "\udc00" });
    expectError(half, "RangeError", "VALUE", "no valid Unicode");
    expect(existsSync(file)).toBe(false);
  });
});
