// Linear algebra: norms, factorizations, inverses, eigenvalues, solutions, determinants. MLX has all but
// norms and cross products on the CPU only. Norms and `svd` take arguments in ways that no row can say:
// their core functions are by hand.

import {
  type Arg,
  array,
  axesOrNull,
  bool,
  choice,
  choiceOrNull,
  type Family,
  floatOrNull,
  int,
  keyword,
  type Op,
} from "./schema.js";

const square = array("a", "`[..., n, n]`, float32 or float64");
const squareOrComplex = array("a", "`[..., n, n]`, float32, float64 or complex64");
const upper = (doc: string) => bool("upper", doc, { default: "false" });
const uplo = choice("uplo", ["L", "U"], "which triangle is read, lower or upper", {
  default: '"L"',
});

const notSquare =
  "RangeError for fewer than two axes, matrices that are not square, and other dtypes; MLXError on a GPU: pass `{ stream: mx.cpu }`";
const notMatrix =
  "RangeError for fewer than two axes and other dtypes; MLXError on a GPU: pass `{ stream: mx.cpu }`";
const notConverging =
  "; MLXError at evaluation for NaN and infinity, and where it does not converge";
const singular = "; MLXError at evaluation for a singular matrix";

/** The decompositions that need the elements while they go: no default can be made of other ops. */
const iterative = ["svd", "pinv", "eigvals", "eig", "eigvalsh", "eigh"];

/** An op that MLX has on the CPU only, of one array or more. */
function cpuOnly(name: string, args: readonly Arg[], doc: string, rest: Partial<Op>): Op {
  const tier = iterative.includes(name) ? "extension" : "composed";
  return { name, tier, doc, args, returns: "", examples: [], ...rest };
}

const two = "mx.array([[2, 0], [0, 4]])";

export const linalg: Family = {
  name: "linalg",
  doc: "linear algebra",
  namespace: "linalg",
  header: "linalg.h",
  ops: [
    {
      name: "norm",
      tier: "composed",
      doc: "Norms of vectors and matrices.",
      args: [
        array("a", "`[...]`"),
        floatOrNull("ord", "the order; `null` is 2, over all elements if `axis` is null", {
          default: "null",
        }),
        axesOrNull("axis", "one axis for vectors, two for matrices; `null` takes all axes", {
          default: "null",
        }),
        bool("keepdims", "keeps reduced axes with size 1", { default: "false" }),
        keyword(
          choiceOrNull("named", ["fro", "f", "nuc"], "a matrix norm by its name, instead of `ord`"),
        ),
      ],
      returns: "an array without the reduced axes",
      throws: "RangeError for an unknown order, more than two axes, or an axis out of bounds",
      examples: [
        ["mx.linalg.norm(mx.array([3, 4]))", "5"],
        ["mx.linalg.norm(mx.array([[1, 2], [3, 4]]), 1)", "6"],
        [`mx.linalg.norm(${two}, "nuc")`, "6"],
      ],
      handmade: "linalg",
      cpp: "norm(a, ord, named, axis, keepdims, s)",
    },
    cpuOnly(
      "qr",
      [array("a", "`[..., m, n]`, float32 or float64")],
      "QR factorization: $a = q\\,r$, `q` with orthonormal columns and `r` upper triangular.",
      {
        returns: "`q`, `[..., m, k]`, and `r`, `[..., k, n]`, with `k` the smaller of `m` and `n`",
        throws: notMatrix,
        result: ["q", "r"],
        examples: [[`mx.abs(mx.linalg.qr(${two})[1])`, "[[2,0],[0,4]]"]],
        cpp: "mx::linalg::qr(on_cpu(a, s), s)",
      },
    ),
    cpuOnly(
      "svd",
      [
        array("a", "`[..., m, n]`, float32, float64 or complex64"),
        bool("computeUv", "whether `u` and `vt` are wanted", { default: "true" }),
      ],
      "Singular value decomposition.",
      {
        returns: "`u`, `s` and `vt`, or `s` alone",
        throws: notMatrix + notConverging,
        result: "arrays",
        examples: [[`mx.linalg.svd(${two}, false)`, "[4,2]"]],
        handmade: "linalg",
        cpp: "svd(a, computeUv, s)",
      },
    ),
    cpuOnly("inv", [square], "Inverse of square matrices.", {
      returns: "`[..., n, n]`",
      throws: notSquare + singular,
      examples: [["mx.linalg.inv(mx.array([[2, 1], [1, 1]]))", "[[1,-1],[-1,2]]"]],
      cpp: "mx::linalg::inv(on_cpu(a, s), s)",
    }),
    cpuOnly(
      "triInv",
      [square, upper("whether the matrices are upper triangular")],
      "Inverse of triangular matrices; the other triangle is not read.",
      {
        returns: "`[..., n, n]`, triangular",
        throws: notSquare + singular,
        examples: [["mx.linalg.triInv(mx.array([[2, 9], [1, 4]]))", "[[0.5,0],[-0.125,0.25]]"]],
        cpp: "mx::linalg::tri_inv(on_cpu(a, s), upper, s)",
      },
    ),
    cpuOnly(
      "cholesky",
      [square, upper("whether the factor is upper triangular")],
      "Cholesky factor of symmetric positive definite matrices: $a = l\\,l^T$, or $a = u^T u$. Of a matrix that is not positive definite it gives numbers without meaning, as in Python.",
      {
        returns: "`[..., n, n]`, triangular",
        throws: notSquare,
        examples: [["mx.linalg.cholesky(mx.array([[4, 0], [0, 9]]))", "[[2,0],[0,3]]"]],
        cpp: "mx::linalg::cholesky(on_cpu(a, s), upper, s)",
      },
    ),
    cpuOnly(
      "choleskyInv",
      [
        array("a", "`[..., n, n]`, Cholesky factors"),
        upper("whether the factors are upper triangular"),
      ],
      "Inverse of a matrix from its Cholesky factor.",
      {
        returns: "`[..., n, n]`, symmetric",
        throws: notSquare + singular,
        examples: [[`mx.linalg.choleskyInv(${two})`, "[[0.25,0],[0,0.0625]]"]],
        cpp: "mx::linalg::cholesky_inv(on_cpu(a, s), upper, s)",
      },
    ),
    cpuOnly(
      "pinv",
      [array("a", "`[..., m, n]`, float32 or float64")],
      "Moore-Penrose pseudo-inverse.",
      {
        returns: "`[..., n, m]`",
        throws: notMatrix + notConverging,
        examples: [["mx.linalg.pinv(mx.array([[2, 0]]))", "[[0.5],[0]]"]],
        cpp: 'mx::linalg::pinv(with_full_sides(a, "linalg.pinv", s), s)',
      },
    ),
    {
      name: "cross",
      tier: "composed",
      doc: "Cross product of vectors of 3 elements; those of 2 have a third of 0.",
      args: [
        array("a", "`[..., 3]` or `[..., 2]`"),
        array("b", "`[..., 3]` or `[..., 2]`"),
        int("axis", "the axis of the vectors", { default: "-1" }),
      ],
      returns: "`[..., 3]`, over the broadcast shape",
      throws: "RangeError for an axis out of bounds or of another size, and shapes that do not fit",
      examples: [["mx.linalg.cross(mx.array([1, 0, 0]), mx.array([0, 1, 0]))", "[0,0,1]"]],
    },
    cpuOnly("eigvals", [squareOrComplex], "Eigenvalues of square matrices.", {
      returns: "`[..., n]`, complex64",
      throws: notSquare + notConverging,
      examples: [[`mx.sort(mx.abs(mx.linalg.eigvals(${two})))`, "[2,4]"]],
      cpp: 'mx::linalg::eigvals(spectral(a, "linalg.eigvals", s), s)',
    }),
    cpuOnly("eig", [squareOrComplex], "Eigenvalues and eigenvectors of square matrices.", {
      returns:
        "`values`, `[..., n]`, and `vectors`, `[..., n, n]`, whose columns are the eigenvectors of length 1; complex64",
      throws: notSquare + notConverging,
      result: ["values", "vectors"],
      examples: [[`mx.sort(mx.abs(mx.linalg.eig(${two})[0]))`, "[2,4]"]],
      cpp: 'mx::linalg::eig(spectral(a, "linalg.eig", s), s)',
    }),
    cpuOnly(
      "eigvalsh",
      [squareOrComplex, uplo],
      "Eigenvalues of symmetric or Hermitian matrices, of which one triangle is read.",
      {
        returns: "`[..., n]`, real, in ascending order",
        throws: notSquare + notConverging,
        examples: [[`mx.linalg.eigvalsh(${two})`, "[2,4]"]],
        cpp: 'mx::linalg::eigvalsh(spectral(a, uplo, "linalg.eigvalsh", s), uplo, s)',
      },
    ),
    cpuOnly(
      "eigh",
      [squareOrComplex, uplo],
      "Eigenvalues and eigenvectors of symmetric or Hermitian matrices, of which one triangle is read.",
      {
        returns:
          "`values`, `[..., n]`, real and ascending, and `vectors`, `[..., n, n]`, whose columns are orthonormal",
        throws: notSquare + notConverging,
        result: ["values", "vectors"],
        examples: [[`mx.linalg.eigh(${two})[0]`, "[2,4]"]],
        cpp: 'mx::linalg::eigh(spectral(a, uplo, "linalg.eigh", s), uplo, s)',
      },
    ),
    cpuOnly(
      "lu",
      [array("a", "`[..., m, n]`, float32 or float64")],
      "LU factorization: the rows `p` of $l\\,u$ make up `a`. With `k` the smaller of `m` and `n`.",
      {
        returns:
          "`p`, `[..., m]`, the order of the rows, uint32; `l`, `[..., m, k]`, with ones on its diagonal; `u`, `[..., k, n]`",
        throws: notMatrix,
        result: ["p", "l", "u"],
        examples: [["mx.linalg.lu(mx.array([[1, 2], [4, 6]]))[2]", "[[4,6],[0,0.5]]"]],
        cpp: "lu(a, s)",
      },
    ),
    cpuOnly(
      "luFactor",
      [array("a", "`[..., m, n]`, float32 or float64")],
      "LU factorization as LAPACK keeps it: both triangles in one matrix, and the rows that were swapped.",
      {
        returns: "`lu`, `[..., m, n]`, and `pivots`, `[..., min(m, n)]`, uint32",
        throws: notMatrix,
        result: ["lu", "pivots"],
        examples: [
          ["mx.linalg.luFactor(mx.array([[1, 2], [4, 6]]))[0]", "[[4,6],[0.25,0.5]]"],
          ["mx.linalg.luFactor(mx.array([[1, 2], [4, 6]]))[1]", "[1,1]"],
        ],
        cpp: "mx::linalg::lu_factor(on_cpu(a, s), s)",
      },
    ),
    cpuOnly(
      "solve",
      [square, array("b", "`[..., n]` or `[..., n, k]`")],
      "Solution of linear equations: the `x` with $a\\,x = b$.",
      {
        returns: "an array of `b`'s shape",
        throws: `${notSquare}${singular}`,
        examples: [[`mx.linalg.solve(${two}, mx.array([2, 2]))`, "[1,0.5]"]],
        cpp: "mx::linalg::solve(on_cpu(a, s), b, s)",
      },
    ),
    cpuOnly(
      "solveTriangular",
      [
        square,
        array("b", "`[..., n]` or `[..., n, k]`"),
        keyword(upper("whether the matrices are upper triangular")),
      ],
      "Solution of linear equations of triangular matrices; the other triangle is not read.",
      {
        returns: "an array of `b`'s shape",
        throws: notSquare + singular,
        examples: [[`mx.linalg.solveTriangular(${two}, mx.array([2, 2]))`, "[1,0.5]"]],
        cpp: "mx::linalg::solve_triangular(on_cpu(a, s), b, upper, s)",
      },
    ),
    cpuOnly(
      "det",
      [array("a", "`[..., n, n]`, real; integers count as float32")],
      "Determinants of square matrices.",
      {
        returns: "`[...]`",
        throws: notSquare,
        examples: [[`mx.linalg.det(${two})`, "8"]],
        cpp: "mx::linalg::det(on_cpu(a, s), s)",
      },
    ),
    cpuOnly(
      "slogdet",
      [array("a", "`[..., n, n]`, real; integers count as float32")],
      "Signs and logarithms of determinants, where the determinants themselves may overflow.",
      {
        returns:
          "`sign`, `[...]`, one of -1, 0 and 1, and `logabsdet`, `[...]`, $\\log\\lvert\\det a\\rvert$",
        throws: notSquare,
        result: ["sign", "logabsdet"],
        examples: [[`mx.linalg.slogdet(${two})[0]`, "1"]],
        cpp: "mx::linalg::slogdet(on_cpu(a, s), s)",
      },
    ),
  ],
};
