// gguf files: those of Python, quantized tensors among them, round trips, and what the engine would crash on.

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import type { GoldenArray } from "./golden.js";
import { bytesOf, expectAllSame, expectSame, goldenFiles, ownFolder, readAll } from "./io-files.js";
import { needs } from "./needs.js";

const { fresh } = ownFolder();

describe("a file that Python wrote", () => {
  test.each(Object.entries(goldenFiles.gguf))("is read: %s", (_, golden) => {
    const file = fresh("a.gguf");
    writeFileSync(file, bytesOf(golden));
    for (const from of [file, bytesOf(golden)]) {
      const [arrays, metadata] = mx.load(from, "gguf", true);
      expectAllSame(arrays, golden.arrays);
      expect(Object.keys(metadata).sort()).toEqual(Object.keys(golden.metadata).sort());
      for (const [name, value] of Object.entries(golden.metadata)) {
        const isArray = typeof value === "object" && "dtype" in value;
        if (isArray) expectSame(metadata[name], value as GoldenArray, name);
        else expect(metadata[name]).toEqual(value);
      }
    }
  });
});

describe("a round trip", () => {
  test("keeps arrays and metadata of every kind", () => {
    const file = fresh("a");
    const a = mx.arange(6).reshape([2, 3]);
    const arrays: mx.NamedArrays = { view: a.T, scalar: mx.array(3), empty: mx.zeros([0, 2]) };
    for (const dtype of ["float32", "float16", "int8", "int16", "int32"] as const) {
      arrays[dtype] = a.astype(dtype);
    }
    const every = mx.arange(6, { dtype: "int32" }).index(mx.slice(null, null, 2));
    const texts = ["", "b", "日本"];
    mx.saveGguf(file, arrays, { text: "é\0", texts, none: [], every, one: mx.array(2, "uint8") });
    const [read, metadata] = mx.load(`${file}.gguf`, { returnMetadata: true });
    expect(Object.keys(read).sort()).toEqual(Object.keys(arrays).sort());
    for (const [name, array] of Object.entries(arrays)) {
      expect([name, read[name]?.dtype, read[name]?.tolist()]).toEqual([
        name,
        array.dtype,
        array.tolist(),
      ]);
    }
    expect([metadata.text, metadata.texts, metadata.none]).toEqual(["é\0", texts, []]);
    expect((metadata.every as mx.MLXArray).tolist()).toEqual([0, 2, 4]);
    expect((metadata.one as mx.MLXArray).item()).toBe(2);
  });

  test("keeps names such as __proto__, in arrays and metadata", () => {
    const file = fresh("a.gguf");
    mx.saveGguf(file, { ["__proto__"]: mx.array([1]) }, { ["__proto__"]: "text" });
    const [arrays, metadata] = mx.load(file, "gguf", true);
    expect(Object.entries(arrays).map(([name, a]) => [name, a.tolist()])).toEqual([
      ["__proto__", [1]],
    ]);
    expect(Object.entries(metadata)).toEqual([["__proto__", "text"]]);
  });

  test("from bytes leaves no file behind", () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith("mlx-ts-gguf-"));
    const [golden] = Object.values(goldenFiles.gguf);
    const before = ours().length;
    if (golden) mx.load(bytesOf(golden), "gguf");
    expect(ours()).toHaveLength(before);
  });
});

describe("saveGguf refuses", () => {
  const save = (arrays: object, metadata?: object) => () =>
    mx.saveGguf(fresh("never.gguf"), arrays as mx.NamedArrays, metadata as Record<string, string>);

  test("dtypes that the format or MLX's writer lacks", () => {
    for (const dtype of ["bfloat16", "uint8", "int64", "bool", "complex64", "float64"] as const) {
      expectError(save({ a: mx.zeros([1], dtype) }), "TypeError", "DTYPE", dtype);
    }
    expectError(save({}, { a: mx.zeros([1], "float16") }), "TypeError", "DTYPE", "float16");
  });

  test("more axes than the reader takes, and metadata that is empty or a matrix", () => {
    expectError(save({ a: mx.zeros(Array(9).fill(1)) }), "RangeError", "SHAPE", "9 axes");
    expectError(save({}, { a: mx.zeros([0]) }), "RangeError", "SHAPE", "[0]");
    expectError(save({}, { a: mx.zeros([1, 1]) }), "RangeError", "SHAPE", "[1,1]");
  });

  test("an alignment that it would not keep", () => {
    const alignment = (n: number) => ({ "general.alignment": mx.array(n, "uint32") });
    expectError(save({}, alignment(64)), "RangeError", "VALUE", "general.alignment");
    expectError(save({}, alignment(0)), "RangeError", "VALUE", "general.alignment");
    save({}, alignment(32))();
  });

  test("other values, other targets, and leaves no file", () => {
    expectError(save({}, { a: 3 }), "TypeError", "KIND", "must be text");
    expectError(save({}, { a: ["b", 3] }), "TypeError", "KIND", "must be text");
    expectError(save({}, []), "TypeError", "KIND", "metadata by name");
    expectError(save({ a: 3 }), "TypeError", "KIND", "must be an array");
    const sink = { write: () => true } as unknown as string;
    expectError(() => mx.saveGguf(sink, {}), "TypeError", "KIND", "files only");
    const released = mx.ones([1]);
    released.dispose();
    const file = fresh("never.gguf");
    expectError(() => mx.saveGguf(file, { released }), "MLXError", "RELEASED", "released");
    expect(existsSync(file)).toBe(false);
  });
});

const text = (value: string) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([length, Buffer.from(value)]);
};
const u32 = (n: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
};
const u64 = (n: bigint | number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(n));
  return bytes;
};

/** A file with these values and tensors, of whatever they say. */
function gguf(values: Buffer[], tensors: Buffer[], data = 256, version = 3): Buffer {
  const counts = [u64(tensors.length), u64(values.length)];
  const head = Buffer.concat([Buffer.from("GGUF"), u32(version), ...counts, ...values, ...tensors]);
  return Buffer.concat([head, Buffer.alloc(((32 - (head.length % 32)) % 32) + data)]);
}
const tensor = (sizes: (number | bigint)[], type: number, offset: number | bigint = 0) =>
  Buffer.concat([text("a.weight"), u32(sizes.length), ...sizes.map(u64), u32(type), u64(offset)]);
const value = (type: number, ...bytes: Buffer[]) => Buffer.concat([text("k"), u32(type), ...bytes]);

describe("a damaged file", () => {
  test("is not refused as long as it is whole", () => {
    needs("files");
    expect(readAll(gguf([], [tensor([4], 0)]), "gguf")).toBe("worked");
    expect(readAll(gguf([value(4, u32(1))], [tensor([32, 2], 8)]), "gguf")).toBe("worked");
  });

  test.each([
    ["of another kind", Buffer.from("GGML and more than enough bytes")],
    ["of version 1", gguf([], [], 0, 1)],
    ["in the other byte order", gguf([], [], 0, 0x03000000)],
    ["with float64 metadata, which the engine mistakes", gguf([value(12, u64(0))], [])],
    ["with a list of float64", gguf([value(9, u32(12), u64(1), u64(0))], [])],
    ["with lists in a list", gguf([value(9, u32(9), u64(1), u64(0))], [])],
    ["with metadata of an unknown type", gguf([value(13, u64(0))], [])],
    ["with a text beyond its end", gguf([value(8, u64(1e6))], [])],
    ["with a text of 2^64 - 1 bytes", gguf([value(8, u64(2n ** 64n - 1n))], [])],
    ["with a list beyond its end", gguf([value(9, u32(4), u64(1e6))], [])],
    ["with a list whose bytes overflow", gguf([value(9, u32(4), u64(2n ** 62n))], [])],
    ["with texts beyond its end", gguf([value(9, u32(8), u64(2), text("a"), u64(1e6))], [])],
    ["with a billion empty texts", gguf([value(9, u32(8), u64(1e9))], [])],
    [
      "with more values than it has",
      Buffer.concat([Buffer.from("GGUF"), u32(3), u64(0), u64(2n ** 60n)]),
    ],
    [
      "with more tensors than it has",
      Buffer.concat([Buffer.from("GGUF"), u32(3), u64(2n ** 60n), u64(0)]),
    ],
    ["with 9 axes", gguf([], [tensor(Array(9).fill(1), 0)])],
    ["with a billion axes", gguf([], [Buffer.concat([text("a"), u32(1e9), u64(1)])])],
    ["with a size beyond 32 bits", gguf([], [tensor([2n ** 32n], 0)])],
    [
      "with sizes whose product overflows",
      gguf([], [tensor([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], 0)]),
    ],
    ["with a tensor beyond its end", gguf([], [tensor([65], 0)])],
    ["with an offset beyond its end", gguf([], [tensor([4], 0, 1e6)])],
    ["with an offset that overflows", gguf([], [tensor([4], 0, 2n ** 64n - 8n)])],
    ["with a removed type, by whose blocks the engine would divide", gguf([], [tensor([4], 4)])],
    ["with a type that MLX cannot convert", gguf([], [tensor([32], 6)])],
    ["with an unknown type", gguf([], [tensor([4], 99)])],
    ["with a quantized scalar", gguf([], [tensor([], 2)])],
    ["with quantized rows of half blocks", gguf([], [tensor([16, 2], 2)])],
    ["with two tensors of one name", gguf([], [tensor([4], 0), tensor([4], 0)])],
    [
      "aligned to 0",
      gguf([Buffer.concat([text("general.alignment"), u32(4), u32(0)])], [tensor([4], 0)]),
    ],
  ])("%s is refused", (_, bytes) => {
    const file = fresh("bad.gguf");
    writeFileSync(file, bytes);
    expectError(() => mx.load(file, "gguf"), "MLXError", "FILE", file);
    expect(readAll(bytes, "gguf")).toBe("FILE");
  });
});
