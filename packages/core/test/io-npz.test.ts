// npz files: those of MLX and numpy from Python, round trips, large-size fields, and damaged archives.

import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { dtypes } from "@mlx-ts/backend-api";
import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { bytesSource } from "../src/io/source.js";
import { ZipWriter, zipEntries } from "../src/io/zip.js";
import { expectError } from "./errors.js";
import { must } from "./golden.js";
import { bytesOf, expectAllSame, expectSame, goldenFiles, ownFolder, readAll } from "./io-files.js";

const { fresh } = ownFolder();

/** The bytes that a save hands out. */
function written(save: (sink: mx.ByteSink) => void): Buffer {
  const parts: Uint8Array[] = [];
  save({ write: (bytes) => parts.push(bytes) });
  return Buffer.concat(parts);
}

describe("a file that Python wrote", () => {
  test.each(Object.entries(goldenFiles.npz))("is read: %s", (_, golden) => {
    const file = fresh("a.npz");
    writeFileSync(file, bytesOf(golden));
    expectAllSame(mx.load(file, "npz"), golden.arrays);
    expectAllSame(mx.load(bytesOf(golden), "npz"), golden.arrays);
  });
});

describe.each([
  ["savez", mx.savez],
  ["savezCompressed", mx.savezCompressed],
] as const)("%s", (_, save) => {
  test("keeps every dtype, views, scalars and empty arrays", () => {
    const file = fresh("a.npz");
    const a = mx.arange(6).reshape([2, 3]);
    const arrays: mx.NamedArrays = { scalar: mx.array(3), empty: mx.zeros([0, 2]), view: a.T };
    for (const dtype of dtypes) arrays[dtype] = a.astype(dtype);
    save(file, arrays);
    for (const read of [mx.load(file, "npz"), mx.load(readFileSync(file), "npz")]) {
      expect(Object.keys(read)).toEqual(Object.keys(arrays));
      for (const [name, array] of Object.entries(arrays)) {
        expect([read[name]?.dtype, read[name]?.shape]).toEqual([array.dtype, array.shape]);
        expect(read[name]?.tolist()).toEqual(array.tolist());
      }
    }
  });

  test("names arrays without names as Python does, in every way of calling", () => {
    const [a, b] = [mx.array([1]), mx.array([2])];
    const names = (...given: mx.ArraysToZip) => {
      const file = fresh("n");
      save(file, ...given);
      return Object.keys(mx.load(`${file}.npz`));
    };
    expect(names([a, b])).toEqual(["arr_0", "arr_1"]);
    expect(names(a, b)).toEqual(["arr_0", "arr_1"]);
    expect(names(a, { b })).toEqual(["b", "arr_0"]);
    expect(names({ a, b })).toEqual(["a", "b"]);
    expect(names([])).toEqual([]);
    expect(names()).toEqual([]);
    expectError(() => names(a, { arr_0: b }), "TypeError", "KIND", "arr_0");
    const wrong = [a, 3] as unknown as mx.MLXArray[];
    expectError(() => names(wrong), "TypeError", "KIND", "argument 2");
  });

  test("keeps names of any letters", () => {
    const file = fresh("a.npz");
    const names = ["é", "日本", "a/b", "../up", "a.npy", "🙂", "", "new\nline", "constructor"];
    const arrays = Object.fromEntries(names.map((name, i) => [name, mx.array([i])]));
    save(file, { ...arrays, ["__proto__"]: mx.array([-1]) });
    const read = mx.load(file, "npz");
    expect(Object.keys(read)).toEqual([...names, "__proto__"]);
    for (const [i, name] of names.entries()) expect(read[name]?.tolist()).toEqual([i]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("writes equal bytes for equal arrays", () => {
    const once = () => written((sink) => save(sink, { a: mx.arange(100) }));
    expect(once().equals(once())).toBe(true);
  });
});

test("an archive of more than 65535 entries is read again", () => {
  const parts: Uint8Array[] = [];
  const zip = new ZipWriter((bytes) => parts.push(bytes));
  const count = 65_600;
  for (let i = 0; i < count; i++) zip.add(`${i}`, [Uint8Array.of(i & 0xff)], false);
  zip.finish();
  const source = bytesSource(Buffer.concat(parts), mx.defaultBackend());
  const entries = zipEntries(source);
  expect(entries).toHaveLength(count);
  const { name, offset } = must(entries.at(-1));
  expect([name, source.read(offset, 1)[0]]).toEqual([`${count - 1}`, (count - 1) & 0xff]);
});

/** An archive by hand, so that each field can lie. */
function archive(fields: {
  method?: number;
  flags?: number;
  data?: Uint8Array;
  size?: number;
  inflated?: number;
  crc?: number;
  extra?: Uint8Array;
  local?: number;
  count?: number;
  indexOffset?: number;
  name?: Uint8Array;
  comment?: Uint8Array;
}): Buffer {
  const data = fields.data ?? Buffer.alloc(0);
  const name = fields.name ?? Buffer.from("a.npy");
  const extra = fields.extra ?? Buffer.alloc(0);
  const comment = fields.comment ?? Buffer.alloc(0);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(fields.flags ?? 0, 8);
  central.writeUInt16LE(fields.method ?? 0, 10);
  central.writeUInt32LE(fields.crc ?? 0, 16);
  central.writeUInt32LE(fields.size ?? data.length, 20);
  central.writeUInt32LE(fields.inflated ?? data.length, 24);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt16LE(extra.length, 30);
  central.writeUInt32LE(fields.local ?? 0, 42);
  const end = Buffer.alloc(22);
  const start = local.length + name.length + data.length;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(fields.count ?? 1, 10);
  end.writeUInt32LE(central.length + name.length + extra.length, 12);
  end.writeUInt32LE(fields.indexOffset ?? start, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([local, name, data, central, name, extra, end, comment]);
}

const golden = must(goldenFiles.npy["one axis"]);
const npy = bytesOf(golden);

/** The 64-bit field with these sizes. */
function wide(...sizes: bigint[]): Buffer {
  const field = Buffer.alloc(4 + 8 * sizes.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * sizes.length, 2);
  for (const [i, size] of sizes.entries()) field.writeBigUInt64LE(size, 4 + 8 * i);
  return field;
}
const full = 0xffffffff;

describe("an archive", () => {
  test("is read with a comment, even one that looks like an end, and with 64-bit sizes", () => {
    const other = Buffer.from([0x07, 0x00, 0x02, 0x00, 0xff, 0xff]);
    const size = BigInt(npy.length);
    for (const bytes of [
      archive({ data: npy }),
      archive({ data: npy, comment: Buffer.from("made by hand") }),
      archive({ data: npy, comment: Buffer.concat([archive({}).subarray(-22), Buffer.from("!")]) }),
      archive({ data: npy, size: full, inflated: full, extra: wide(size, size) }),
      archive({ data: npy, inflated: full, extra: Buffer.concat([other, wide(size)]) }),
      archive({ data: npy, size: full, local: full, extra: wide(size, 0n) }),
    ]) {
      expectSame(mx.load(bytes, "npz").a, golden.array);
    }
  });

  test.each([
    ["that is empty", Buffer.alloc(0)],
    ["that is none", Buffer.from("no archive at all, but long enough to be one")],
    ["whose end is cut off", archive({ data: npy }).subarray(0, -1)],
    ["that is encrypted", archive({ data: npy, flags: 1 })],
    ["with an encrypted index", archive({ data: npy, flags: 0x2000 })],
    ["packed by another method", archive({ data: npy, method: 14 })],
    ["with a name that is no text", archive({ data: npy, name: Buffer.from([0xff, 0xfe]) })],
    ["whose index lies outside", archive({ data: npy, indexOffset: 1e9 })],
    ["whose index is elsewhere", archive({ data: npy, indexOffset: 1 })],
    ["with more entries than its index", archive({ data: npy, count: 9 })],
    ["whose entry lies outside", archive({ data: npy, local: 1e9 })],
    ["whose entry is elsewhere", archive({ data: npy, local: 1 })],
    ["whose entry is too long", archive({ data: npy, size: 1e6, inflated: 1e6 })],
    ["stored with two sizes", archive({ data: npy, inflated: 1e6 })],
    [
      "with 64-bit sizes beyond it",
      archive({ size: full, inflated: full, extra: wide(2n ** 63n, 2n ** 63n) }),
    ],
    ["with half a 64-bit field", archive({ data: npy, size: full, extra: wide() })],
    ["deflated to garbage", archive({ data: npy, method: 8 })],
    [
      "deflated with a wrong checksum",
      archive({ data: deflateRawSync(npy), method: 8, inflated: npy.length }),
    ],
    ["deflated to another size", archive({ data: deflateRawSync(npy), method: 8, inflated: 10 })],
    [
      "that claims to inflate without end",
      archive({ data: deflateRawSync(npy), method: 8, inflated: full - 1 }),
    ],
    ["whose entry is no npy file", archive({ data: Buffer.from("text") })],
  ])("%s is refused", (_, bytes) => {
    const file = fresh("bad.npz");
    writeFileSync(file, bytes);
    expectError(() => mx.load(file, "npz"), "MLXError", "FILE", file);
    expect(readAll(bytes, "npz")).toBe("FILE");
  });

  test("whose entries share their data is refused: it would inflate to any size", () => {
    const one = archive({ data: npy });
    const start = 30 + 5 + npy.length;
    const central = one.subarray(start, -22);
    const end = Buffer.from(one.subarray(-22));
    end.writeUInt16LE(20, 10);
    end.writeUInt32LE(central.length * 20, 12);
    const bytes = Buffer.concat([one.subarray(0, start), ...Array(20).fill(central), end]);
    expect(readAll(bytes, "npz")).toBe("FILE");
  });
});
