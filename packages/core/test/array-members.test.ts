// Every member of Python's array class, from the wheel, has a counterpart here or a reason why it has none.

import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { goldens } from "./golden.js";

const table = goldens("dtypes") as unknown as {
  readonly members: readonly string[];
  readonly dunders: readonly string[];
};

/** Python's operators and protocols: a member of ours, or why there is none. */
const protocols: Readonly<Record<string, string | { readonly reason: string }>> = {
  __abs__: "abs",
  __add__: "add",
  __and__: "bitwiseAnd",
  __array__: "toTypedArray",
  __array_namespace__: { reason: "Python's array API standard asks for it; here it is the import" },
  __bool__: "item",
  __bytes__: "toTypedArray",
  __complex__: "item",
  __copy__: { reason: "mx.array(a)" },
  __deepcopy__: { reason: "mx.array(a)" },
  __div__: "divide",
  __dlpack__: { reason: "JavaScript has no DLPack; typed arrays are what libraries exchange" },
  __dlpack_device__: { reason: "as __dlpack__" },
  __float__: "item",
  __floordiv__: "floorDivide",
  __getitem__: "index",
  __index__: "item",
  __int__: "item",
  __invert__: "bitwiseInvert",
  __iter__: "iterate",
  __len__: {
    reason:
      "a.shape[0]: an object with a length and no numbered items passes for a list in JavaScript",
  },
  __lshift__: "leftShift",
  __matmul__: "matmul",
  __mod__: "remainder",
  __module__: { reason: "Python's own" },
  __mul__: "multiply",
  __neg__: "negative",
  __or__: "bitwiseOr",
  __pos__: { reason: "the array itself" },
  __pow__: "power",
  __rshift__: "rightShift",
  __setitem__: "at",
  __setstate__: { reason: "pickling; mx.save writes arrays" },
  __sub__: "subtract",
  __truediv__: "divide",
  __xor__: "bitwiseXor",
};

/** `a += b` is `a = a + b` in MLX too, and `1 + a` is mx.add(1, a): functions take either order. */
const isVariant = (name: string): boolean =>
  /^__[ir]/.test(name) && name.replace(/^__[ir]/, "__") in protocols;

const prototype = mx.MLXArray.prototype as unknown as Record<string | symbol, unknown>;
const has = (name: string): boolean =>
  name === "iterate" ? Symbol.iterator in prototype : name in prototype;

describe("Python's array", () => {
  test("has no member that ours lacks", () => {
    const missing = table.members.filter((name) => !has(name));
    expect(missing).toEqual([]);
    expect(table.members.length).toBe(55);
  });

  test("has no operator or protocol without a counterpart or a reason", () => {
    const missing = table.dunders.filter((name) => {
      const ours = protocols[name];
      return typeof ours === "string" ? !has(ours) : ours === undefined && !isVariant(name);
    });
    expect(missing).toEqual([]);
  });

  test("has every protocol that is told of here", () => {
    expect(Object.keys(protocols).filter((name) => !table.dunders.includes(name))).toEqual([]);
  });
});
