// What stands for an array here: its elements in row-major order in one typed array, and nothing else. There are
// no strides and no views: an op that moves elements copies them. Arrays never change, so that data may be shared.

import {
  type Aval,
  type DType,
  type HostData,
  type HostTensor,
  hostConstructor,
  type Shape,
} from "@mlx-ts/backend-api";

/** An array of the reference backend. */
export interface Dense extends Aval {
  /** Stored as on the host: float16 and bfloat16 as bits, complex64 as pairs. Its buffer holds nothing else. */
  readonly data: HostData;
}

/** How many elements a shape has. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1);

/** How many numbers of its data an element takes. */
export const lanes = (dtype: DType): number => (dtype === "complex64" ? 2 : 1);

/** Zeros, to be filled in. */
export function zeros(shape: Shape, dtype: DType): Dense {
  return { shape, dtype, data: new (hostConstructor(dtype))(sizeOf(shape) * lanes(dtype)) };
}

/** A copy with its own data, which whoever made it may fill. */
export const copied = ({ shape, dtype, data }: HostTensor): Dense => ({
  shape: [...shape],
  dtype,
  data: data.slice(),
});
