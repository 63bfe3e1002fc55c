// Random bits from keys: the counter-based generator Threefry-2x32 (Salmon et al., "Parallel random numbers:
// as easy as 1, 2, 3"), in uint32 ops. The same key gives the same bits as MLX on any backend.

import { type Handle, Scalar } from "../../backend.js";
import { affordable } from "../affordable.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";

/** How far the words turn in the four rounds of a group; groups take turns. */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The number of groups of rounds. */
const groups = 5;

/** What the third word of the key is mixed with. */
const parity = 0x1bd11bda;

/** Turns a pair of counters, all at once, into two random words each. */
function hash<H extends Handle>({ ops }: Front<H>, key: H, low: H, high: H): [H, H] {
  const turned = (a: H, by: number) =>
    ops.bitwiseOr(ops.leftShift(a, new Scalar(by)), ops.rightShift(a, new Scalar(32 - by)));
  const first = ops.slice(key, [0], [1], [1]);
  const second = ops.slice(key, [1], [2], [1]);
  const third = ops.bitwiseXor(ops.bitwiseXor(first, second), new Scalar(parity));
  const keys = [first, second, third] as const;
  const keyOf = (i: number) => keys[(i % 3) as 0 | 1 | 2];
  let x = ops.add(low, first);
  let y = ops.add(high, second);
  for (let group = 0; group < groups; group++) {
    for (const by of rotations[(group % 2) as 0 | 1]) {
      x = ops.add(x, y);
      y = ops.bitwiseXor(turned(y, by), x);
    }
    x = ops.add(x, keyOf(group + 1));
    y = ops.add(ops.add(y, keyOf(group + 2)), new Scalar(group + 1));
  }
  return [x, y];
}

/**
 * Random uint32 of a shape. The first half of them are the first words of the counters (i, i + half), the
 * second half the second words; of an odd number the one in the middle has the counter (half, 0).
 */
export function randomBits<H extends Handle>(f: Front<H>, key: H, shape: Shape): H {
  const { kernels, ops } = f;
  const count = sizeOf(shape);
  if (count === 0) return kernels.full(shape, 0, "uint32");
  affordable("bits", 16 * count, "the random bits need");
  const pairs = Math.floor(count / 2);
  const middle = count % 2;
  const first = kernels.arange(0, 1, pairs + middle, "uint32");
  const behind = kernels.arange(pairs + middle, 1, pairs, "uint32");
  const second =
    middle === 1 ? ops.concatenate([behind, kernels.full([1], 0, "uint32")], 0) : behind;
  const [x, y] = hash(f, key, first, second);
  return ops.reshape(ops.concatenate([x, ops.slice(y, [0], [pairs], [1])], 0), shape);
}
