// What factorizations that go column by column work with: parts of matrices `[..., m, n]`, and the numbers of their
// rows and columns. Columns are picked by masks, so that all steps have the same shapes.

import { type Handle, Scalar } from "../../backend.js";
import type { Front } from "../front.js";

export const matricesOf = <H extends Handle>(f: Front<H>) => {
  const { kernels, ops } = f;

  const part = (a: H, rows: readonly [number, number], columns: readonly [number, number]): H => {
    const leading = f.shape(a).slice(0, -2);
    const none = leading.map(() => 0);
    return ops.slice(
      a,
      [...none, rows[0], columns[0]],
      [...leading, rows[1], columns[1]],
      f.shape(a).map(() => 1),
    );
  };
  const sizeOfMatrix = (a: H): [rows: number, columns: number] => {
    const [rows = 0, columns = 0] = f.shape(a).slice(-2);
    return [rows, columns];
  };

  return {
    part,
    /** Rows and columns. */
    size: sizeOfMatrix,
    /** One column, `[..., m, 1]`. */
    column: (a: H, j: number): H => part(a, [0, sizeOfMatrix(a)[0]], [j, j + 1]),
    /** One row, `[..., 1, n]`. */
    row: (a: H, i: number): H => part(a, [i, i + 1], [0, sizeOfMatrix(a)[1]]),
    /** The numbers of rows, int32 `[m, 1]`. */
    rows: (m: number): H => ops.reshape(kernels.arange(0, 1, m, "int32"), [m, 1]),
    /** The numbers of columns, int32 `[1, n]`. */
    columns: (n: number): H => ops.reshape(kernels.arange(0, 1, n, "int32"), [1, n]),
    /** Zeros where a condition does not hold. */
    only: (condition: H, a: H): H => ops.where(condition, a, new Scalar(0)),
    /** Ones on the diagonal, of a matrix's dtype. */
    identity: (m: number, n: number, like: H): H => ops.eye(m, n, 0, f.dtype(like)),
    transposed: (a: H): H => ops.swapaxes(a, -1, -2),
  };
};
