// Cuts a data set into batches of arrays, in order or shuffled by a random key.
// Rows are gathered on the host (a copy of bytes), so only the batch in use is on the device.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import type { MnistSet } from "./data.js";

/** One batch, on the device. */
export interface Batch {
  /** Pixels 0 to 255, uint8, `[n, rows, cols, 1]`. */
  readonly images: MLXArray;
  /** Classes, uint8, `[n]`. */
  readonly labels: MLXArray;
}

/** Options of {@link batches}. */
export interface BatchOptions {
  /** Images per batch; the last batch holds what is left. Default 64. */
  batchSize?: number;
  /** Random key that decides the order; default: the order of the set. */
  key?: MLXArray;
}

/**
 * Yields a data set batch by batch; every image comes exactly once.
 *
 * @param set - the images and labels
 * @param options - `batchSize`: images per batch, default 64; `key`: shuffles, default in order
 * @returns an iterator over batches, each to be used before the next is asked for
 * @throws {RangeError} when `batchSize` is not a positive integer
 * @example
 * ```ts
 * for (const { images, labels } of batches(train, { batchSize: 32, key: mx.random.key(7) })) {
 *   step(images, labels);
 * }
 * ```
 */
export function* batches(set: MnistSet, options: BatchOptions = {}): Generator<Batch, void> {
  const { batchSize = 64, key } = options;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `[mnist.batches] batchSize ${batchSize}, it must be an integer of at least 1; pass for example 64`,
    );
  }
  const order = key === undefined ? undefined : shuffle(set.count, key);
  for (let start = 0; start < set.count; start += batchSize) {
    yield gather(set, order, start, Math.min(start + batchSize, set.count));
  }
}

/** A random order of `0 .. count-1`, on the host. */
function shuffle(count: number, key: MLXArray): ArrayLike<number> {
  return mx.tidy(() => mx.random.permutation(count, { key }).toTypedArray()) as ArrayLike<number>;
}

function gather(
  set: MnistSet,
  order: ArrayLike<number> | undefined,
  start: number,
  end: number,
): Batch {
  const { rows, cols } = set;
  const pixels = rows * cols;
  const shape = [end - start, rows, cols, 1];
  if (order === undefined) {
    const images = mx.array(set.images.subarray(start * pixels, end * pixels)).reshape(shape);
    return { images, labels: mx.array(set.labels.subarray(start, end)) };
  }
  const images = new Uint8Array((end - start) * pixels);
  const labels = new Uint8Array(end - start);
  for (let i = start; i < end; i++) {
    const from = order[i] ?? 0;
    images.set(set.images.subarray(from * pixels, (from + 1) * pixels), (i - start) * pixels);
    labels[i - start] = set.labels[from] ?? 0;
  }
  return { images: mx.array(images).reshape(shape), labels: mx.array(labels) };
}
