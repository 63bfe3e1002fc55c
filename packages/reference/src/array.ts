// What stands for an array here: its elements in row-major order in one typed array, and nothing else. There are
// no strides and no views: an op that moves elements copies them. Arrays never change, so that data may be shared.

import {
  type Aval,
  type DType,
  type HostData,
  type HostTensor,
  hostConstructor,
  MLXError,
  type Shape,
} from "@mlx-ts/backend-api";

/** An array of the reference backend. */
export interface Dense extends Aval {
  /** Stored as on the host: float16 and bfloat16 as bits, complex64 as pairs. Its buffer holds nothing else. */
  readonly data: HostData;
}

/** Beyond it a single op would take minutes, and the lists of places gigabytes. */
const most = 2 ** 28;

/** How many elements a shape has; shapes of more than this backend can hold are refused. */
export function sizeOf(shape: Shape): number {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size <= most) return size;
  const text = `${(size / 1e9).toPrecision(3)} GB or more`;
  throw new MLXError(
    `[reference] an array of shape [${shape.join(", ")}] needs ${text}, this backend holds at most 2^28 elements`,
    "OOM",
  );
}

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
