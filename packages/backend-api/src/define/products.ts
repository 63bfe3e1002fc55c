// Operands of matrix products: vectors become matrices, dtypes one, and batches what kernels take,
// [B, M, K] times [B, K, N].

import type { Handle } from "../backend.js";
import { type DType, dtypeKind } from "../dtype.js";
import { rangeError } from "../errors.js";
import { shapeText, sizeOf } from "./axes.js";
import type { Front } from "./front.js";
import type { Shape } from "./kernels.js";
import { broadcast, broadcastShape, commonDtype } from "./operands.js";
import { reshaped } from "./views.js";

/** Shapes of the operands of a product, vectors as matrices. */
export interface ProductShapes {
  /** `[..., rows, inner]` */
  readonly left: Shape;
  /** `[..., inner, columns]` */
  readonly right: Shape;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Sizes behind the batch that callers see: a vector's axis is not there. */
  readonly matrix: Shape;
}

/** Two matrices of any batch, and how to read the product's shape. */
export interface Product<H extends Handle> extends ProductShapes {
  readonly a: H;
  readonly b: H;
  /** Axes of the batch, broadcast. */
  readonly batch: Shape;
}

/** Shapes of matrices that go together. */
export function productShapes(op: string, from: Shape, to: Shape): ProductShapes {
  if (from.length === 0 || to.length === 0) {
    throw rangeError(
      `[${op}] Got 0 dimension input. Inputs must have at least one dimension.`,
      "SHAPE",
    );
  }
  const left = from.length === 1 ? [1, ...from] : from;
  const right = to.length === 1 ? [...to, 1] : to;
  const [rows, inner] = left.slice(-2) as [number, number];
  const [height, columns] = right.slice(-2) as [number, number];
  if (inner !== height) {
    throw rangeError(
      `[${op}] Last dimension of first input with shape ${shapeText(left)} must match second to last dimension of second input with shape ${shapeText(right)}.`,
      "SHAPE",
    );
  }
  const matrix = [...(from.length === 1 ? [] : [rows]), ...(to.length === 1 ? [] : [columns])];
  return { left, right, rows, inner, columns, matrix };
}

/** Refuses dtypes that products are not made in. */
export function refuseInexact(
  op: string,
  got: readonly DType[],
  dtype: DType,
  real: boolean,
): void {
  const kind = dtypeKind(dtype);
  if (kind === "float" || (kind === "complex" && !real)) return;
  const which = real ? "real floating point" : "inexact";
  throw rangeError(
    `[${op}] Only ${which} types are supported but ${got.join(" and ")} were provided which results in ${dtype}, which is not a ${real ? "real " : ""}floating point type.`,
    "DTYPE",
  );
}

/** The operands of a product, checked. `beside` takes part in the promotion alone. */
export function productOf<H extends Handle>(
  f: Front<H>,
  op: string,
  first: H,
  second: H,
  { beside = [], real = false }: { beside?: readonly H[]; real?: boolean } = {},
): Product<H> {
  const shapes = productShapes(op, f.shape(first), f.shape(second));
  const operands = [first, second, ...beside];
  const dtype = commonDtype(f, operands);
  const given = operands.map((a) => f.dtype(a));
  refuseInexact(op, given, dtype, real);
  return {
    ...shapes,
    a: reshaped(f, f.ops.astype(first, dtype), shapes.left),
    b: reshaped(f, f.ops.astype(second, dtype), shapes.right),
    batch: broadcastShape(op, [shapes.left.slice(0, -2), shapes.right.slice(0, -2)]),
  };
}

/**
 * The matrices as kernels take them. Where the second is one matrix for a whole batch of the first, the batch
 * counts as rows of one product; else both are repeated along the batch.
 */
export function batched<H extends Handle>(f: Front<H>, product: Product<H>): { a: H; b: H } {
  const { a, b, rows, inner, columns, batch } = product;
  const size = sizeOf(batch);
  if (f.shape(b).length === 2) {
    return {
      a: reshaped(f, a, [1, size * rows, inner]),
      b: reshaped(f, b, [1, inner, columns]),
    };
  }
  return {
    a: reshaped(f, broadcast(f, a, [...batch, rows, inner]), [size, rows, inner]),
    b: reshaped(f, broadcast(f, b, [...batch, inner, columns]), [size, inner, columns]),
  };
}
