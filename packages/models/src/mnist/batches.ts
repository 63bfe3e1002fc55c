// Cuts a data set into batches of arrays, in order or shuffled by a random key.
// Rows are gathered on the host (a copy of bytes), so only the batch in use is on the device.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import type { MnistSet } from "./data.js";
import { type DistortOptions, distort } from "./distort.js";

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
  /** Distorts each image anew, by numbers that the key decides; default: images as they are. See {@link distort}. */
  distort?: DistortOptions;
}

/**
 * Yields a data set batch by batch; every image comes exactly once, distorted if that is asked for.
 *
 * @param set - the images and labels
 * @param options - `batchSize`: images per batch, default 64; `key`: shuffles, default in order; `distort`: how
 *   much images are distorted, default not at all
 * @returns an iterator over batches; dispose their arrays, or leave them to the garbage collector
 * @throws {RangeError} when `batchSize` is not a positive integer, or images are to be distorted without a key
 * @example
 * ```ts
 * for (const { images, labels } of batches(train, { batchSize: 32, key: mx.random.key(7) })) {
 *   step(images, labels);
 * }
 * ```
 */
export function* batches(set: MnistSet, options: BatchOptions = {}): Generator<Batch, void> {
  const { batchSize = 64, key, distort: distortion } = options;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(
      `[mnist.batches] batchSize ${batchSize}, it must be an integer of at least 1; pass for example 64`,
    );
  }
  const gather = key === undefined ? inOrder(set) : shuffled(set, key, batchSize);
  const bend = distortion && distorter(set, key, Math.ceil(set.count / batchSize), distortion);
  const { rows, cols } = set;
  for (let start = 0; start < set.count; start += batchSize) {
    const { pixels, labels } = gather(start, Math.min(start + batchSize, set.count));
    const shown = bend?.(pixels, labels, start / batchSize) ?? pixels;
    yield mx.tidy(() => ({
      images: mx.array(shown).reshape([labels.length, rows, cols, 1]),
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

/** Distorts the images of the batch of a number, each by a key of its own that follows from the order's. */
function distorter(
  { rows, cols }: MnistSet,
  key: MLXArray | undefined,
  count: number,
  options: DistortOptions,
): (pixels: Uint8Array, labels: Uint8Array, batch: number) => Uint8Array {
  if (key === undefined) {
    throw new RangeError(
      "[mnist.batches] distort without a key, which decides how each image is distorted; pass for example mx.random.key(0)",
    );
  }
  const keys = mx.tidy(() => mx.random.split(key, count).toTypedArray() as Uint32Array);
  return (images, labels, batch) => {
    const own = mx.array(keys.slice(batch * 2, batch * 2 + 2));
    const set = { images, labels, count: labels.length, rows, cols };
    try {
      return distort(set, own, options).images;
    } finally {
      own.dispose();
    }
  };
}
