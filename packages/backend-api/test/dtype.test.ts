// Dtypes: sizes, kinds and host storage agree with each other, and what is no dtype is refused.

import { describe, expect, test } from "vitest";
import { dtypeKind, dtypes, hostConstructor, isDType, itemsize } from "../src/index.js";

describe("dtypes", () => {
  test("are the fourteen of MLX, each once", () => {
    expect(dtypes.length).toBe(14);
    expect(new Set(dtypes).size).toBe(14);
  });

  test("have the size that their name says", () => {
    for (const dtype of dtypes) {
      const bits = Number(/\d+$/.exec(dtype)?.[0] ?? 8);
      expect([dtype, itemsize(dtype)]).toEqual([dtype, bits / 8]);
    }
  });

  test("are held by typed arrays of their size, complex64 as two floats", () => {
    for (const dtype of dtypes) {
      const bytes = hostConstructor(dtype).BYTES_PER_ELEMENT;
      expect([dtype, bytes]).toEqual([dtype, dtype === "complex64" ? 4 : itemsize(dtype)]);
    }
  });

  test("have the kind that their name says", () => {
    expect(dtypes.map((dtype) => dtypeKind(dtype))).toEqual(
      dtypes.map((dtype) => {
        if (dtype === "bool") return "bool";
        if (dtype === "complex64") return "complex";
        if (dtype.includes("float")) return "float";
        return dtype.startsWith("u") ? "unsigned" : "signed";
      }),
    );
  });
});

describe("isDType", () => {
  test("knows every dtype and nothing else", () => {
    for (const dtype of dtypes) expect(isDType(dtype)).toBe(true);
    for (const other of ["float", "Float32", "", "toString", "__proto__", 3, null, undefined, {}]) {
      expect(isDType(other)).toBe(false);
    }
  });

  test("itemsize refuses what it does not know", () => {
    expect(() => itemsize("toString" as never)).toThrow(
      expect.objectContaining({ code: "DTYPE", message: expect.stringContaining("[itemsize]") }),
    );
  });
});
