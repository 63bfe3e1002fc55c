// Factorisations: signs and phases of vectors, and the order of eigenvalues, are left open, so what is looked at is
// what makes them factors: that they multiply to the matrix, and are orthonormal.

import type { Handle, HostTensor } from "../../backend.js";
import type { OpName } from "../../ops/index.js";
import { type Case, type Context, check } from "../case.js";
import { tierOf } from "../golden-case.js";
import { decode, sizeOf, tensor } from "../values.js";
import { numbers } from "./seeded.js";

type Complex = readonly [re: number, im: number];
type Matrix = readonly (readonly Complex[])[];

/** The matrices of a stack. */
function matrices(host: HostTensor): Matrix[] {
  const values = decode(host).map(Number);
  const pairs = host.dtype === "complex64";
  const at = (i: number): Complex =>
    pairs ? [values[2 * i] ?? 0, values[2 * i + 1] ?? 0] : [values[i] ?? 0, 0];
  const [rows = 1, columns = 1] = host.shape.slice(-2);
  const count = sizeOf(host.shape) / (rows * columns);
  return Array.from({ length: count }, (_, m) =>
    Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_, c) => at((m * rows + r) * columns + c)),
    ),
  );
}

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    (b[0] ?? []).map((_, c) =>
      row.reduce<Complex>(
        ([re, im], [x, y], k) => {
          const [u, v] = b[k]?.[c] ?? [0, 0];
          return [re + x * u - y * v, im + x * v + y * u];
        },
        [0, 0],
      ),
    ),
  );

const adjoint = (a: Matrix): Matrix =>
  (a[0] ?? []).map((_, c) => a.map((row): Complex => [row[c]?.[0] ?? 0, -(row[c]?.[1] ?? 0)]));

/** The matrix with these numbers on its diagonal. */
const diagonal = (values: readonly Complex[]): Matrix =>
  values.map((value, r) => values.map((_, c): Complex => (r === c ? value : [0, 0])));

const identity = (n: number): Matrix => diagonal(Array.from({ length: n }, (): Complex => [1, 0]));

/** Fails unless two matrices are near each other. */
function near(got: Matrix, wanted: Matrix, what: string): void {
  check(got.length === wanted.length && got[0]?.length === wanted[0]?.length, `${what}: its shape`);
  got.forEach((row, r) => {
    row.forEach(([re, im], c) => {
      const [x, y] = wanted[r]?.[c] ?? [Number.NaN, Number.NaN];
      const off = Math.hypot(re - x, im - y);
      check(
        off <= 1e-4 * (1 + Math.hypot(x, y)),
        `${what} has ${re}, ${im} at ${r}, ${c}, not ${x}, ${y}`,
      );
    });
  });
}

const columnsOf = (a: Matrix): number => a[0]?.length ?? 0;

const orthonormal = (a: Matrix, what: string): void =>
  near(product(adjoint(a), a), identity(columnsOf(a)), `${what} times itself`);

/** A factorisation: shapes of matrices, and what its parts, matrix by matrix, must be. */
interface Factorisation {
  readonly op: OpName;
  readonly rest: readonly unknown[];
  readonly shapes: readonly (readonly number[])[];
  readonly symmetric?: true;
  readonly holds: (a: Matrix, parts: readonly Matrix[]) => void;
}

const square = [
  [1, 1],
  [3, 3],
  [2, 4, 4],
];
const wide = [
  [3, 3],
  [4, 2],
  [2, 4],
  [2, 3, 2],
];

const factorisations: readonly Factorisation[] = [
  {
    op: "linalgQr",
    rest: [],
    shapes: wide,
    holds(a, [q = [], r = []]) {
      near(product(q, r), a, "q r");
      orthonormal(q, "q");
      r.forEach((row, i) => {
        const below = row.slice(0, i).every(([x]) => Math.abs(x) < 1e-5);
        check(below, `row ${i} of r is not 0 below the diagonal`);
      });
    },
  },
  {
    op: "linalgSvd",
    rest: [true],
    shapes: wide,
    holds(a, [u = [], s = [], vt = []]) {
      const values = s.flat();
      const sizes = values.map(([x]) => x);
      const sorted = sizes.every((x, i) => x >= 0 && x <= (sizes[i - 1] ?? Infinity) + 1e-5);
      check(sorted, `the singular values [${sizes}] do not fall to 0`);
      const left = u.map((row) => row.slice(0, values.length));
      near(product(product(left, diagonal(values)), vt.slice(0, values.length)), a, "u s vt");
      orthonormal(u, "u");
      orthonormal(adjoint(vt), "v");
    },
  },
  {
    op: "linalgEigh",
    rest: ["L"],
    shapes: square,
    symmetric: true,
    holds(a, [w = [], v = []]) {
      const values = w.flat();
      const rising = values.every(([x], i) => i === 0 || x >= (values[i - 1]?.[0] ?? 0) - 1e-5);
      check(rising, `the eigenvalues [${values.map(([x]) => x)}] do not rise`);
      near(product(a, v), product(v, diagonal(values)), "a v");
      orthonormal(v, "v");
    },
  },
  {
    op: "linalgEig",
    rest: [],
    shapes: square,
    holds(a, [w = [], v = []]) {
      near(product(a, v), product(v, diagonal(w.flat())), "a v");
      near([[trace(diagonal(w.flat()))]], [[trace(a)]], "the sum of eigenvalues");
    },
  },
  {
    op: "linalgEigvals",
    rest: [],
    shapes: square,
    holds(a, [w = []]) {
      // The sums of powers tell the values, in any order.
      const values = w.flat();
      near([[trace(diagonal(values))]], [[trace(a)]], "the sum of eigenvalues");
      const squares = product(diagonal(values), diagonal(values));
      near([[trace(squares)]], [[trace(product(a, a))]], "the sum of their squares");
    },
  },
];

const trace = (a: Matrix): Complex =>
  a.reduce<Complex>(
    ([re, im], row, i) => [re + (row[i]?.[0] ?? 0), im + (row[i]?.[1] ?? 0)],
    [0, 0],
  );

async function holds(context: Context, of: Factorisation, shape: readonly number[]): Promise<void> {
  const [n = 1] = shape.slice(-1);
  const drawn = numbers(n + shape.length, sizeOf(shape));
  const mirrored = drawn.map((value, i) => {
    const [row, column] = [Math.floor(i / n) % n, i % n];
    return column > row ? (drawn[i + (column - row) * (n - 1)] ?? value) : value;
  });
  const host = tensor(shape, "float32", of.symmetric ? mirrored : drawn);
  const parts = context.call(of.op, context.array(host), ...of.rest);
  const all = matrices(host);
  const read = await Promise.all(parts.map((part: Handle) => context.read(part)));
  all.forEach((a, m) => {
    of.holds(
      a,
      read.map((part) => {
        // Lists of values lack the second axis of a stack.
        const list = part.shape.length < shape.length;
        const whole = list
          ? { ...part, shape: [...part.shape.slice(0, -1), 1, part.shape.at(-1) ?? 1] }
          : part;
        return matrices(whole)[m] ?? [];
      }),
    );
  });
}

/** Cases of factorisations. */
export const factorCases = (): Case[] =>
  factorisations.flatMap((of) =>
    of.shapes.map(
      (shape): Case => ({
        id: `linalg/${of.op} of float32[${shape}] gives factors of it`,
        group: "linalg",
        tier: tierOf([of.op]),
        requires: { ops: [of.op], dtypes: ["float32"], extensions: [] },
        run: (context) => holds(context, of, shape),
      }),
    ),
  );
