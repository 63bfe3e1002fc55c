// Damaged files by number: every cut and every change of a byte of small files that Python wrote, in order, and
// behind them seeded mixtures of several.

import { readFileSync } from "node:fs";
import type { LoadFormat } from "../../src/index.js";
import { bytesOf, goldenFiles } from "../io-files.js";

/** A whole file. */
interface Whole {
  readonly name: string;
  readonly format: LoadFormat;
  readonly bytes: Uint8Array;
}

/** A damaged file, and what was done to it. */
export interface Damaged {
  readonly format: LoadFormat;
  readonly bytes: Uint8Array;
  readonly text: string;
}

const wholes: readonly Whole[] = [
  ...(["npy", "npz", "gguf"] as const).flatMap((format) =>
    Object.entries(goldenFiles[format]).map(([name, golden]) => ({
      name,
      format,
      bytes: bytesOf(golden),
    })),
  ),
  {
    name: "golden.safetensors",
    format: "safetensors",
    bytes: readFileSync(new URL("../goldens/golden.safetensors", import.meta.url)),
  },
];

type Change = (bytes: Uint8Array, at: number) => Uint8Array;

const changed = (change: (view: DataView, at: number) => void): Change => {
  return (bytes, at) => {
    const copy = Uint8Array.from(bytes);
    change(new DataView(copy.buffer), at);
    return copy;
  };
};
const flip = (bit: number): Change =>
  changed((view, at) => view.setUint8(at, view.getUint8(at) ^ (1 << bit)));
/** A number of this many bytes, where there is room for it. */
const number = (width: 1 | 2 | 4 | 8, value: bigint): Change =>
  changed((view, at) => {
    for (let i = 0; i < width && at + i < view.byteLength; i++) {
      view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
    }
  });

/** What may be done at each byte. */
const changes: readonly (readonly [string, Change])[] = [
  ["cut", (bytes, at) => bytes.slice(0, at)],
  ...Array.from({ length: 8 }, (_, bit) => [`bit ${bit}`, flip(bit)] as const),
  ["0", number(1, 0n)],
  ["255", number(1, 0xffn)],
  ["2^16 - 1", number(2, 0xffffn)],
  ["2^31 - 1", number(4, 0x7fff_ffffn)],
  ["2^32 - 1", number(4, 0xffff_ffffn)],
  ["2^40", number(8, 1n << 40n)],
  ["2^63 - 1", number(8, (1n << 63n) - 1n)],
  ["2^64 - 1", number(8, (1n << 64n) - 1n)],
  ["gone", (bytes, at) => Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)])],
  ["twice", (bytes, at) => Uint8Array.from([...bytes.slice(0, at + 1), ...bytes.slice(at)])],
];

/** How many damages there are of one change at one place. */
export const single = wholes.reduce((sum, { bytes }) => sum + bytes.length * changes.length, 0);

/** A generator of integers below a limit. */
function draws(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const at = <T>(list: readonly T[], i: number): T => {
  const item = list[i];
  if (item === undefined) throw new Error(`there is no item ${i}`);
  return item;
};

/**
 * A damaged file.
 *
 * @param index - below {@link single}: the change of that number; else a mixture
 * @param seed - which mixtures
 */
export function damaged(index: number, seed: number): Damaged {
  if (index >= single) return mixture(draws(Math.imul(seed, 0x9e3779b1) ^ index));
  let left = index;
  for (const { name, format, bytes } of wholes) {
    const count = bytes.length * changes.length;
    if (left >= count) {
      left -= count;
      continue;
    }
    const place = Math.floor(left / changes.length);
    const [what, change] = at(changes, left % changes.length);
    return {
      format,
      bytes: change(bytes, place),
      text: `${format} (${name}): ${what} at ${place}`,
    };
  }
  throw new Error(`there is no damage ${index}`);
}

/** Two to five changes, mostly in the first half, where heads are. */
function mixture(draw: (limit: number) => number): Damaged {
  const { name, format, bytes } = at(wholes, draw(wholes.length));
  let text = `${format} (${name}):`;
  let out: Uint8Array = bytes;
  for (let i = draw(4) + 2; i > 0 && out.length > 0; i--) {
    const [what, change] = at(changes, draw(changes.length));
    const place = draw(draw(2) === 0 ? out.length : Math.ceil(out.length / 2));
    out = change(out, place);
    text += ` ${what} at ${place},`;
  }
  return { format, bytes: out, text };
}
