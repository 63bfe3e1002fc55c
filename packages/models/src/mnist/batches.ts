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
 * @returns an iterator over batches; dispose their arrays, or leave them to the garbage collector
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
  const gather = key === undefined ? inOrder(set) : shuffled(set, key, batchSize);
  const { rows, cols } = set;
  for (let start = 0; start < set.count; start += batchSize) {
    const { pixels, labels } = gather(start, Math.min(start + batchSize, set.count));
    yield mx.tidy(() => ({
      images: mx.array(pixels).reshape([labels.length, rows, cols, 1]),
      labels: mx.array(labels),
    }));
  }
}

/** Finds the bytes of the images at positions `start` to `end`; valid until the next call. */
type Gather = (start: number, end: number) => { pixels: Uint8Array; labels: Uint8Array };

function inOrder({ images, labels, rows, cols }: MnistSet): Gather {
  const size = rows * cols;
  return (start, end) => ({
    pixels: images.subarray(start * size, end * size),
    labels: labels.subarray(start, end),
  });
}

/** Copies rows into one buffer that all batches share: as fast as `mx.take`, and the set stays off the device. */
function shuffled(set: MnistSet, key: MLXArray, batchSize: number): Gather {
  const { images, labels, count, rows, cols } = set;
  const size = rows * cols;
  const order = mx.tidy(() => mx.random.permutation(count, { key }).toTypedArray());
  const most = Math.min(batchSize, count);
  const pixelBuffer = new Uint8Array(most * size);
  const labelBuffer = new Uint8Array(most);
  return (start, end) => {
    for (let i = 0; i < end - start; i++) {
      const from = Number(order[start + i]);
      pixelBuffer.set(images.subarray(from * size, (from + 1) * size), i * size);
      labelBuffer[i] = labels[from] ?? 0;
    }
    return {
      pixels: pixelBuffer.subarray(0, (end - start) * size),
      labels: labelBuffer.subarray(0, end - start),
    };
  };
}
