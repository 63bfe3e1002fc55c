// npy files: those of MLX and numpy from Python, the same bytes from here, and damaged heads.

import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { arrayOf } from "./golden.js";
import { bytesOf, expectSame, goldenFiles, ownFolder, readAll } from "./io-files.js";
import { needs } from "./needs.js";

const { fresh } = ownFolder();
const cases = Object.entries(goldenFiles.npy);

describe("a file that Python wrote", () => {
  test.each(cases)("is read: %s", (name, golden) => {
    const file = fresh("a.npy");
    writeFileSync(file, bytesOf(golden));
    expectSame(mx.load(file, "npy"), golden.array, name);
    expectSame(mx.load(bytesOf(golden), "npy"), golden.array, `${name}, from bytes`);
  });

  test.each(cases.filter(([, { same }]) => same))("is written byte for byte: %s", (_, golden) => {
    const file = fresh("a.npy");
    const parts: Uint8Array[] = [];
    mx.save(file, arrayOf(golden.array));
    mx.save({ write: (bytes) => parts.push(bytes) }, arrayOf(golden.array));
    expect(readFileSync(file).toString("base64")).toBe(golden.file);
    expect(Buffer.concat(parts).toString("base64")).toBe(golden.file);
  });
});

describe("a round trip", () => {
  test("keeps views in their own order", () => {
    const a = mx.arange(24).reshape([2, 3, 4]);
    const views = {
      transposed: a.T,
      "moved axes": mx.transpose(a, [1, 0, 2]),
      reversed: a.index(mx.slice(null, null, -1)),
      stepped: a.index("...", mx.slice(null, null, 2)),
      broadcast: mx.broadcastTo(mx.array([1, 2]), [3, 2]),
      part: a.index(1, mx.slice(1)),
    };
    for (const [name, view] of Object.entries(views)) {
      const file = fresh("view.npy");
      mx.save(file, view);
      expect(mx.load(file, "npy").tolist(), name).toEqual(view.tolist());
    }
  });

  test("takes whatever an array can be made of, and releases it", () => {
    const file = fresh("list");
    const before = mx.liveArrays();
    mx.save(file, [[1, 2]]);
    expect(mx.liveArrays()).toBe(before);
    expect(mx.load(`${file}.npy`).tolist()).toEqual([[1, 2]]);
  });
});

/** A file with a head of this text. */
function withHead(head: string, elements = 64, version = 1): Uint8Array {
  const wide = version > 1;
  const start = Buffer.from([0x93, ..."NUMPY".split("").map((c) => c.charCodeAt(0)), version, 0]);
  const length = Buffer.alloc(wide ? 4 : 2);
  if (wide) length.writeUInt32LE(head.length);
  else length.writeUInt16LE(head.length);
  return Buffer.concat([start, length, Buffer.from(head, "latin1"), Buffer.alloc(elements, 1)]);
}
const head = (shape: string, descr = "'<f4'", order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe("a damaged file", () => {
  test("is not refused as long as it is whole", () => {
    expect(readAll(withHead(head("(4, 4)")), "npy")).toBe("worked");
    expect(readAll(withHead(head("(16,)", "'<f4'", "True"), 64, 3), "npy")).toBe("worked");
  });

  test.each([
    ["an empty head", ""],
    ["a negative size", head("(-4,)")],
    ["two negative sizes", head("(-2, -2)")],
    ["a fraction", head("(1.5,)")],
    ["a size beyond 32 bits", head("(4294967296, 0)")],
    ["a size beyond all bits", head(`(${"9".repeat(400)},)`)],
    ["sizes whose product overflows", head("(2147483647, 2147483647, 2147483647)")],
    ["more elements than it has", head("(17,)")],
    ["sizes that overflow beside a 0", head("(2147483647, 2147483647, 2147483647, 0)")],
    ["a gap in its sizes", head("(2,,2)")],
    ["two numbers in one size", head("(2 2)")],
    ["no tuple", head("4")],
    ["no shape", "{'descr': '<f4', 'fortran_order': False}"],
    ["no dtype", "{'fortran_order': False, 'shape': (1,)}"],
    ["an order that is neither", head("(4,)", "'<f4'", "Maybe")],
    ["a dtype of Python objects", head("(1,)", "'|O'")],
    ["text", head("(1,)", "'<U4'")],
    ["complex128", head("(1,)", "'<c16'")],
    ["the name of an object's method for a dtype", head("(1,)", "'toString'")],
    ["a structure of dtypes", head("(1,)", "[('a', '<f4')]")],
    ["more axes than arrays have", head(`(${"1, ".repeat(65)})`)],
    ["no braces", "'descr': '<f4', 'fortran_order': False, 'shape': (1,)"],
  ])("with %s is refused", (_, text) => {
    expectError(() => mx.load(withHead(text), "npy"), "MLXError", "FILE", "the bytes: ");
    const file = fresh("bad.npy");
    writeFileSync(file, withHead(text));
    expectError(() => mx.load(file, "npy"), "MLXError", "FILE", file);
  });

  test("of more elements than memory could hold is refused, though they are all there", () => {
    needs("files");
    const file = fresh("sparse.npy");
    writeFileSync(file, withHead(head("(1024, 1073741824)")));
    truncateSync(file, 2 ** 42 + 4096);
    expectError(() => mx.load(file, "npy"), "MLXError", "OOM", "GB");
  });

  test("of another version or another kind is refused", () => {
    for (const version of [0, 4, 255]) {
      expect(readAll(withHead(head("(1,)"), 4, version), "npy")).toBe("FILE");
    }
    for (const bytes of ["", "PK", "not numpy at all"]) {
      expect(readAll(Buffer.from(bytes), "npy")).toBe("FILE");
    }
  });

  test("with a head longer than itself is refused without much memory", () => {
    const bytes = Buffer.from(withHead(head("(1,)"), 4, 2));
    for (const length of [1 << 19, 1 << 21, 0xffffffff]) {
      bytes.writeUInt32LE(length, 8);
      expect(readAll(bytes, "npy")).toBe("FILE");
    }
  });
});
