// Linear algebra: what Python gives, up to the signs that factorizations leave open; matrices without
// elements; what is refused, at the call or where the values are known.

import { Streams } from "@mlx-ts/backend-api";
import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { backendName, testBackend } from "../backends.js";
import { runScript } from "../child.js";
import { expectError } from "../errors.js";
import {
  argOf,
  arrayOf,
  difference,
  functionOf,
  type GoldenArg,
  type GoldenArray,
  type GoldenCase,
  goldens,
  must,
  testGoldens,
} from "../golden.js";
import { needs } from "../needs.js";
import { determined, factors } from "./factors.js";

const { linalg } = mx;

/** What iterates until it converges, a backend has or has not; its failures are its own. */
const decomposes = testBackend.provenance("linalgSvd") !== "unsupported";
const native = backendName === "native";

/** What finds singular values or eigenvalues, and norms of matrices that are made of them. */
const iterates = ({ op, args: [a, ord, given], kw }: GoldenCase): boolean => {
  if (/\.(svd|pinv|eig|eigh|eigvals|eigvalsh)$/.test(op)) return true;
  const axes = given ?? kw?.axis ?? inputOf(a)?.shape;
  const ofMatrix = Array.isArray(axes) && axes.length === 2;
  return ord === "nuc" || (ofMatrix && (ord === 2 || ord === -2));
};

/** Composed kernels do not read elements: what is singular gives infinity or NaN, where LAPACK refuses. */
const readsElements = ({ op, args: [a], error }: GoldenCase): boolean =>
  error === true &&
  /\.(inv|triInv|choleskyInv|solve|solveTriangular)$/.test(op) &&
  `${inputOf(a)?.shape}` === "2,2";

/** Equations of two dtypes are solved in the wider, where MLX inverts in the dtype of the matrix. */
const widens = ({ op, args: [a, b] }: GoldenCase): boolean =>
  /\.solve/.test(op) && inputOf(a)?.dtype === "float32" && inputOf(b)?.dtype === "float64";

const inputOf = (arg: GoldenArg | undefined): GoldenArray | undefined =>
  typeof arg === "object" && arg !== null && "in" in arg ? inputs[arg.in] : undefined;

const { inputs } = goldens("linalg");

/** The order of eigenvalues of matrices that are not symmetric is open: other engines than MLX's have another. */
const ordersItself = ({ op }: GoldenCase): boolean => !native && /\.(eig|eigvals)$/.test(op);

/** On the CPU, where the backend has other places to run. */
const onCpu = (run: () => void): void =>
  testBackend.extension(Streams) ? mx.withStream(mx.cpu, run) : run();

/** Whether a golden does not hold for the backend of the tests. */
const differs = (golden: GoldenCase): boolean =>
  ordersItself(golden) ||
  (!decomposes && iterates(golden)) ||
  (!native && (readsElements(golden) || widens(golden)));

/** LAPACK's rounding differs from one library to the next. */
const within = { float32: [1e-4, 2e-5], complex64: [1e-4, 2e-5], float64: [1e-11, 1e-12] } as const;

const leavesSignsOpen = ({ op, out }: GoldenCase): boolean =>
  factors.has(op) && [out].flat().length > 1 && [out].flat().every((a) => a?.data.length !== 0);

testGoldens("linalg", { except: (golden) => leavesSignsOpen(golden) || differs(golden), within });

for (const [op, parts] of factors) {
  const file = goldens("linalg");
  const cases = file.cases.filter(
    (golden) => golden.op === op && leavesSignsOpen(golden) && !differs(golden),
  );
  if (cases.length === 0) continue;

  test(`${op} gives Python's factors, up to their signs, in ${cases.length} cases`, () => {
    mx.tidy(() => {
      const inputs = file.inputs.map(arrayOf);
      for (const { args, kw, out } of cases) {
        const given = args.map((arg) => argOf(arg, inputs));
        const got = functionOf(op)(...given, kw ?? {}) as mx.MLXArray[];
        const wanted = out as readonly GoldenArray[];
        const described = ({ shape, dtype }: Pick<GoldenArray, "shape" | "dtype">) => [
          shape,
          dtype,
        ];
        expect(got.map(described)).toEqual(wanted.map(described));
        if (parts.values !== undefined) {
          const values = must(wanted[parts.values]);
          expect(difference(must(got[parts.values]), values, [1e-4, 2e-5])).toBeUndefined();
        }
        const vectors = determined(parts, got);
        const golden = determined(parts, wanted.map(arrayOf));
        expect(vectors.length).toBe(golden.length);
        expect(vectors.filter((x, i) => Math.abs(x - must(golden[i])) > 1e-4)).toEqual([]);
      }
    });
  });
}

const matrix = (...shape: number[]) =>
  mx.random.normal(shape, { key: mx.random.key(shape.length) }).astype("float64");

const expectClose = (a: mx.MLXArray, b: mx.MLXArray) =>
  expect(mx.allclose(a, b, 1e-8, 1e-8).item()).toBe(true);

describe("factors make up what they are of", () => {
  const shapes = [
    [5, 5],
    [7, 3],
    [3, 7],
    [2, 4, 3],
  ];

  test.each(shapes)("qr and lu of [%s, %s]", (...shape) => {
    onCpu(() => {
      const a = matrix(...shape);
      const [q, r] = linalg.qr(a);
      expectClose(mx.matmul(q, r), a);
      expectClose(mx.matmul(q.swapaxes(-1, -2), q), mx.eye(q.shape.at(-1) as number));
      const [p, l, upper] = linalg.lu(a);
      const rows = mx.expandDims(p, -1);
      const product = mx.matmul(l, upper);
      expectClose(mx.takeAlongAxis(product, mx.broadcastTo(rows, product.shape), -2), a);
    });
  });

  test.each(shapes)("svd and pinv of [%s, %s]", (...shape) => {
    needs("decompositions");
    onCpu(() => {
      const a = matrix(...shape);
      const [u, s, vt] = linalg.svd(a);
      const k = s.shape.at(-1) as number;
      const [left] = mx.split(u, [k], -1);
      const [right] = mx.split(vt, [k], -2);
      expectClose(mx.matmul(mx.multiply(must(left), mx.expandDims(s, -2)), must(right)), a);
      expectClose(mx.matmul(u, u.swapaxes(-1, -2)), mx.eye(u.shape.at(-1) as number));
      const pinv = linalg.pinv(a);
      expectClose(mx.matmul(mx.matmul(a, pinv), a), a);
    });
  });

  test("a matrix of 120 rows passes through LAPACK's blocks and recursions", () => {
    onCpu(() => {
      const a = matrix(120, 120);
      if (decomposes) {
        const symmetric = mx.add(a, a.T);
        const [values, vectors] = linalg.eigh(symmetric);
        expectClose(mx.matmul(mx.multiply(vectors, values), vectors.T), symmetric);
      }
      expectClose(mx.matmul(linalg.inv(a), a), mx.eye(120));
      const b = matrix(120, 3);
      expectClose(mx.matmul(a, linalg.solve(a, b)), b);
      const definite = mx.add(mx.matmul(a, a.T), mx.eye(120));
      const l = linalg.cholesky(definite);
      expectClose(mx.matmul(l, l.T), definite);
      expectClose(mx.matmul(linalg.choleskyInv(l), definite), mx.eye(120));
    });
  }, 60_000);
});

describe("matrices without elements", () => {
  const empty = (...shape: number[]) => mx.zeros(shape);

  test("inverses and solutions of empty matrices are empty", () => {
    expect(linalg.inv(empty(0, 0)).tolist()).toEqual([]);
    expect(linalg.triInv(empty(2, 0, 0)).shape).toEqual([2, 0, 0]);
    expect(linalg.choleskyInv(empty(0, 0)).shape).toEqual([0, 0]);
    expect(linalg.solve(empty(0, 0), empty(0)).tolist()).toEqual([]);
    expect(linalg.solve(empty(2, 0, 0), empty(2, 0, 3)).shape).toEqual([2, 0, 3]);
    expect(linalg.solveTriangular(empty(0, 0), empty(0, 2)).shape).toEqual([0, 2]);
  });

  test("the rows of a matrix without columns stay in order", () => {
    const [p, l, u] = linalg.lu(empty(2, 3, 0));
    expect(p.tolist()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(p.dtype).toBe("uint32");
    expect([l.shape, u.shape]).toEqual([
      [2, 3, 0],
      [2, 0, 0],
    ]);
    expect(linalg.lu(empty(0, 3)).map((part) => part.shape)).toEqual([[0], [0, 0], [0, 3]]);
    expect(linalg.luFactor(empty(3, 0)).map((part) => part.shape)).toEqual([[3, 0], [0]]);
  });

  test("empty matrices have the determinant 1", () => {
    expect(linalg.det(empty(0, 0)).item()).toBe(1);
    expect(linalg.slogdet(empty(2, 0, 0)).map((part) => part.tolist())).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});

describe("what is refused", () => {
  const spectral: Readonly<Record<string, (a: mx.MLXArray) => unknown>> = {
    eig: (a) => linalg.eig(a),
    eigvals: (a) => linalg.eigvals(a),
    eigh: (a) => linalg.eigh(a),
    eigvalsh: (a) => linalg.eigvalsh(a),
    svd: (a) => linalg.svd(a),
    pinv: (a) => linalg.pinv(a),
    norm: (a) => linalg.norm(a, "nuc"),
  };

  for (const [name, op] of Object.entries(spectral)) {
    test(`${name} of NaN and infinity fails when it is computed, and what failed stays so`, () => {
      needs("decompositions");
      for (const dtype of ["float32", "float64", "complex64"] as const) {
        if (dtype === "complex64" && name === "pinv") continue;
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
          for (const n of [1, 3, 60]) {
            onCpu(() => {
              let failed: mx.MLXArray[] = [];
              const compute = () => {
                failed = [op(mx.full([n, n], value, dtype))].flat() as mx.MLXArray[];
                mx.eval(failed);
              };
              // A norm that is composed fails by the name of what it is made of.
              const by = name === "norm" ? "(norm|svd)" : name;
              const why = new RegExp(`^\\[linalg\\.${by}\\] the matrices`);
              expectError(compute, "MLXError", "ENGINE", why);
              // Backends that are not lazy fail at the call: there is no array to ask again.
              if (failed[0])
                expectError(() => must(failed[0]).tolist(), "MLXError", "POISONED", "");
            });
          }
        }
      }
      expect(linalg.eigvalsh(mx.eye(2)).tolist()).toEqual([1, 1]);
    });
  }

  test("eigh reads one triangle, so that the other may hold NaN", () => {
    needs("decompositions");
    const lower = mx.array([
      [2, Number.NaN],
      [0, 3],
    ]);
    expect(linalg.eigvalsh(lower).tolist()).toEqual([2, 3]);
    expect(linalg.eigvalsh(lower.T, "U").tolist()).toEqual([2, 3]);
    expectError(() => linalg.eigvalsh(lower, "U").tolist(), "MLXError", "ENGINE", "NaN");
    const many = mx.stack([mx.eye(2), lower, mx.eye(2)]);
    expect(linalg.eigvalsh(many).shape).toEqual([3, 2]);
    expectError(() => mx.eval(linalg.eigh(many, "U")), "MLXError", "ENGINE", "NaN");
  });

  test("awaiting a failed decomposition is rejected with its reason", async () => {
    needs("decompositions");
    const values = async () => linalg.eigvals(mx.full([3, 3], Number.NaN)).data();
    await expect(values()).rejects.toThrow("[linalg.eigvals] the matrices hold NaN");
  });

  test("singular matrices fail when they are computed", () => {
    needs("engine");
    const singular = mx.array([
      [1, 2],
      [2, 4],
    ]);
    for (const failed of [
      linalg.inv(singular),
      linalg.triInv(mx.zeros([2, 2])),
      linalg.solve(singular, mx.array([1, 1])),
    ]) {
      expectError(() => mx.eval(failed), "MLXError", "ENGINE", "[Inverse::eval_cpu]");
      expectError(() => failed.tolist(), "MLXError", "POISONED", "");
    }
    expect(linalg.det(singular).item()).toBe(0);
  });

  test("integers, vectors and matrices that are not square are refused at the call", () => {
    const integers = mx.eye(2, { dtype: "int32" });
    expectError(() => linalg.inv(integers), "RangeError", "DTYPE", "[linalg::inv]");
    expectError(() => linalg.qr(mx.ones([3])), "RangeError", null, ">= 2 dimensions");
    expectError(() => linalg.cholesky(mx.ones([2, 3])), "RangeError", null, "square");
    expectError(() => linalg.solve(mx.eye(2), mx.ones([3])), "RangeError", "SHAPE", "(2,2)");
  });

  test("orders and axes that no norm has are refused", () => {
    const a = mx.ones([2, 3]);
    expectError(() => linalg.norm(a, 3), "RangeError", "VALUE", "ord 3");
    expectError(() => linalg.norm(a, "max" as never), "RangeError", "VALUE", '"max"');
    expectError(() => linalg.norm(a, true as never), "TypeError", "KIND", "ord");
    expectError(() => linalg.norm(a, 1, [-3, 0]), "RangeError", "SHAPE", "axis -3");
    expectError(() => linalg.norm(a, { axes: 1 } as never), "TypeError", "OPTION", '"axes"');
    expectError(() => linalg.eigh(mx.eye(2), "X" as never), "RangeError", "VALUE", '"X"');
  });

  test("factors of more than 2^31 elements are refused", () => {
    needs("decompositions");
    const tall = mx.zeros([50_000, 1]);
    expectError(() => linalg.svd(tall), "RangeError", "SHAPE", "2500000000 elements");
    expectError(() => linalg.pinv(tall), "RangeError", "SHAPE", "2500000000 elements");
    expect(linalg.svd(tall, false).tolist()).toEqual([0]);
  });

  test("no derivative is made up where MLX has none", () => {
    needs("engine");
    const f = (a: mx.MLXArray) => mx.sum(linalg.svd(a, false));
    expectError(() => mx.grad(f)(mx.eye(2)), "RangeError", null, "Not implemented for SVD");
  });
});

test("evaluations that fail by the hundred leave the engine able to compute", () => {
  needs("engine");
  for (let i = 0; i < 400; i++) {
    mx.tidy(() => {
      const inverse = linalg.inv(mx.zeros([2, 2]));
      expect(() => mx.eval(mx.sin(mx.sin(inverse)))).toThrow("[Inverse::eval_cpu]");
    });
  }
  expect(linalg.inv(mx.array([[2]])).tolist()).toEqual([[0.5]]);
});

test("svd gives three arrays or one, by position and by name", () => {
  needs("decompositions");
  const a = mx.array([
    [0, 2],
    [3, 0],
  ]);
  const [u, s, vt] = linalg.svd(a, { computeUv: true });
  expectClose(mx.matmul(mx.multiply(u, s), vt), a);
  expect(linalg.svd(a, { computeUv: false }).tolist()).toEqual([3, 2]);
  expect(linalg.svd(a, false, { stream: mx.cpu }).tolist()).toEqual([3, 2]);
  expect(linalg.svd(a, undefined, { stream: mx.cpu }).length).toBe(3);
});

test("decompositions run inside compiled functions", () => {
  needs("decompositions");
  const values = mx.compile((a: mx.MLXArray) => linalg.eigvalsh(mx.add(a, a.T)));
  expect(values(mx.eye(3)).tolist()).toEqual([2, 2, 2]);
  expectError(() => values(mx.full([3, 3], Number.NaN)).tolist(), "MLXError", "ENGINE", "NaN");
  expect(values(mx.eye(3)).tolist()).toEqual([2, 2, 2]);
});

test("LAPACK says nothing to the terminal, and the process lives on", async () => {
  needs("processes");
  const { code, signal, out, err } = await runScript(`
    const bad = mx.full([40, 40], Infinity);
    for (const op of ["eig", "eigvals", "eigh", "svd", "pinv", "qr", "lu", "inv", "cholesky", "det"]) {
      try { mx.eval(mx.linalg[op](bad)); } catch {}
    }
    console.log(mx.linalg.eigvalsh(mx.eye(2)).tolist().join());
  `);
  expect({ code, signal, out: out.trim(), err }).toEqual({
    code: 0,
    signal: null,
    out: "1,1",
    err: "",
  });
});
