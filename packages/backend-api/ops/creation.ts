// Ops that make arrays from sizes and numbers. `array()` itself is by hand, in core/src/array.ts.

import {
  array,
  dtype,
  dtypeOrNull,
  type Family,
  float,
  int,
  intOrNull,
  type Op,
  operand,
  shape,
} from "./schema.js";

const float32 = { default: '"float32"' };
const ofA = { default: "null" };

/** Name, and formula. */
const windows = [
  ["bartlett", "Bartlett window, a triangle: $1 - |2n/(M-1) - 1|$."],
  ["hanning", "Hann window: $\\sin^2(\\pi n/(M-1))$."],
  ["hamming", "Hamming window: $0.54 - 0.46\\cos(2\\pi n/(M-1))$."],
  ["blackman", "Blackman window: $0.42 - 0.5\\cos(2\\pi n/(M-1)) + 0.08\\cos(4\\pi n/(M-1))$."],
] as const;

export const creation: Family = {
  name: "creation",
  doc: "arrays made from sizes and numbers",
  ops: [
    {
      name: "full",
      tier: "required",
      doc: "An array filled with a value.",
      args: [
        shape("shape", "sizes of the axes; a number is one axis"),
        operand("vals", "the value, or an array that broadcasts to `shape`"),
        dtypeOrNull("dtype", "element type; `null` takes that of `vals`", ofA),
      ],
      returns: "an array of `shape`",
      throws: "RangeError for a negative size or one beyond 2^31-1",
      examples: [["mx.full([2, 2], 7)", "[[7,7],[7,7]]"]],
      cpp: "dtype ? mx::full(shape, vals.get(), *dtype, s) : mx::full(shape, vals.get(), s)",
    },
    {
      name: "arange",
      tier: "required",
      doc: "Numbers from `start` up to `stop`, which is left out.",
      args: [
        float("start", "the first number"),
        float("stop", "the end, left out"),
        float("step", "the distance, not 0"),
        dtype("dtype", "element type"),
      ],
      returns: "an array of shape `[ceil((stop - start) / step)]`",
      throws: "RangeError for a zero step, NaN, or more than 2^31-1 numbers",
      examples: [["mx.arange(1, 7, 2)", "[1,3,5]"]],
      handmade: "arange",
      cpp: "mx::arange(start, stop, nonzero(step), dtype, s)",
    },
    {
      name: "zeros",
      tier: "composed",
      doc: "An array of zeros.",
      args: [
        shape("shape", "sizes of the axes; a number is one axis"),
        dtypeOrNull("dtype", "element type", float32),
      ],
      returns: "an array of `shape`",
      throws: "RangeError for a negative size or one beyond 2^31-1",
      examples: [["mx.zeros([2, 3])", "[[0,0,0],[0,0,0]]"]],
      // Python's are the same functions.
      aliases: ["empty"],
      cpp: "mx::zeros(shape, dtype.value_or(mx::float32), s)",
    },
    {
      name: "ones",
      tier: "composed",
      doc: "An array of ones.",
      args: [
        shape("shape", "sizes of the axes; a number is one axis"),
        dtypeOrNull("dtype", "element type", float32),
      ],
      returns: "an array of `shape`",
      throws: "RangeError for a negative size or one beyond 2^31-1",
      examples: [["mx.ones(3)", "[1,1,1]"]],
      cpp: "mx::ones(shape, dtype.value_or(mx::float32), s)",
    },
    {
      name: "fullLike",
      tier: "composed",
      doc: "An array of another's shape, filled with a value.",
      args: [
        array("a", "gives the shape"),
        operand("vals", "the value, or an array that broadcasts to `a`'s shape"),
        dtypeOrNull("dtype", "element type; `null` takes that of `a`", ofA),
      ],
      returns: "an array of `a`'s shape",
      examples: [["mx.fullLike(mx.zeros([2]), 5)", "[5,5]"]],
      cpp: "mx::full_like(a, vals.get(), dtype.value_or(a.dtype()), s)",
    },
    {
      name: "zerosLike",
      tier: "composed",
      doc: "Zeros of another array's shape.",
      args: [
        array("a", "gives the shape"),
        dtypeOrNull("dtype", "element type; `null` takes that of `a`", ofA),
      ],
      returns: "an array of `a`'s shape",
      examples: [["mx.zerosLike(mx.array([1, 2]))", "[0,0]"]],
      aliases: ["emptyLike"],
      cpp: "mx::zeros_like(a, dtype.value_or(a.dtype()), s)",
    },
    {
      name: "onesLike",
      tier: "composed",
      doc: "Ones of another array's shape.",
      args: [
        array("a", "gives the shape"),
        dtypeOrNull("dtype", "element type; `null` takes that of `a`", ofA),
      ],
      returns: "an array of `a`'s shape",
      examples: [["mx.onesLike(mx.array([1, 2]))", "[1,1]"]],
      cpp: "mx::ones_like(a, dtype.value_or(a.dtype()), s)",
    },
    {
      name: "linspace",
      tier: "composed",
      doc: "Evenly spaced numbers between two ends.",
      args: [
        float("start", "the first number"),
        float("stop", "the last number, or the first left out where `endpoint` is false"),
        int("num", "how many", { default: "50" }),
        { name: "endpoint", kind: "bool", doc: "whether `stop` belongs to them", default: "true" },
        dtypeOrNull("dtype", "element type", float32),
      ],
      returns: "an array of shape `[num]`",
      throws: "RangeError for a negative `num`",
      examples: [["mx.linspace(0, 1, 5)", "[0,0.25,0.5,0.75,1]"]],
      cpp: "mx::linspace(start, stop, num, endpoint, dtype.value_or(mx::float32), s)",
    },
    {
      name: "eye",
      tier: "composed",
      doc: "Ones on a diagonal, zeros elsewhere.",
      args: [
        int("n", "rows"),
        intOrNull("m", "columns; `null` takes `n`", ofA),
        int("k", "which diagonal: 0 the main one, positive above, negative below", {
          default: "0",
        }),
        dtypeOrNull("dtype", "element type", float32),
      ],
      returns: "an array of shape `[n, m]`",
      throws: "RangeError for negative sizes",
      examples: [["mx.eye(2)", "[[1,0],[0,1]]"]],
      cpp: "matrix(n, m, dtype, s, [&](int rows, int columns, mx::Dtype of) { return mx::eye(rows, columns, k, of, s); })",
    },
    {
      name: "identity",
      tier: "composed",
      doc: "The identity matrix.",
      args: [int("n", "rows and columns"), dtypeOrNull("dtype", "element type", float32)],
      returns: "an array of shape `[n, n]`",
      throws: "RangeError for a negative size",
      examples: [["mx.identity(2)", "[[1,0],[0,1]]"]],
      cpp: "mx::identity(size(n), dtype.value_or(mx::float32), s)",
    },
    {
      name: "tri",
      tier: "composed",
      doc: "Ones at and below a diagonal, zeros above.",
      args: [
        int("n", "rows"),
        intOrNull("m", "columns; `null` takes `n`", ofA),
        int("k", "which diagonal: 0 the main one, positive above, negative below", {
          default: "0",
        }),
        dtypeOrNull("dtype", "element type", float32),
      ],
      returns: "an array of shape `[n, m]`",
      throws: "RangeError for negative sizes",
      examples: [["mx.tri(2)", "[[1,0],[1,1]]"]],
      cpp: "matrix(n, m, dtype, s, [&](int rows, int columns, mx::Dtype of) { return mx::tri(rows, columns, k, of, s); })",
    },
    {
      name: "tril",
      tier: "composed",
      doc: "The lower triangle of a matrix, zeros above.",
      args: [
        array("x", "`[..., m, n]`"),
        int("k", "the highest diagonal that is kept", { default: "0" }),
      ],
      returns: "an array of `x`'s shape and dtype",
      throws: "RangeError for fewer than 2 axes",
      examples: [["mx.tril(mx.ones([2, 2]))", "[[1,0],[1,1]]"]],
      cpp: "empty_matrix(x) ? x : mx::tril(x, k, s)",
    },
    {
      name: "triu",
      tier: "composed",
      doc: "The upper triangle of a matrix, zeros below.",
      args: [
        array("x", "`[..., m, n]`"),
        int("k", "the lowest diagonal that is kept", { default: "0" }),
      ],
      returns: "an array of `x`'s shape and dtype",
      throws: "RangeError for fewer than 2 axes",
      examples: [["mx.triu(mx.ones([2, 2]))", "[[1,1],[0,1]]"]],
      cpp: "empty_matrix(x) ? x : mx::triu(x, k, s)",
    },
    ...windows.map(
      ([name, doc]): Op => ({
        name,
        tier: "composed",
        doc,
        args: [int("M", "how many; 0 and below give an empty array")],
        returns: "a float32 array of shape `[M]`",
        examples: [[`mx.${name}(3).index(1)`, "1"]],
      }),
    ),
  ],
};
