// The npz format: npy files in a zip archive.

import { type Backend, shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { isPlainObject } from "../tree.js";
import { compute, type NamedArrays, record, toWrite } from "./names.js";
import { readNpy } from "./npy.js";
import { type SaveFile, streaming, writing } from "./paths.js";
import { bytesSource, type Source } from "./source.js";
import { writerOf } from "./writer.js";
import { inflate, ZipWriter, zipEntries } from "./zip.js";

const ending = ".npy";

/** The arrays of an npz file. Stored entries are read when they are used, deflated ones are inflated now. */
export function readNpz(source: Source, backend: Backend): Map<string, MLXArray> {
  const arrays = new Map<string, MLXArray>();
  for (const entry of zipEntries(source)) {
    const { name, offset, size, inflated } = entry;
    const part = inflated
      ? bytesSource(inflate(source, entry), backend, `${name} in the archive`)
      : source.part(offset, size, name);
    arrays.set(name.endsWith(ending) ? name.slice(0, -ending.length) : name, readNpy(part));
  }
  return arrays;
}

/** Arrays by name; lists and further arguments are named arr_0, arr_1, ..., as in Python. */
function namesOf(op: string, given: readonly unknown[]): NamedArrays {
  const [first] = given;
  const list = given.length === 1 && Array.isArray(first) ? (first as unknown[]) : given;
  const last = list.at(-1);
  const named = !(last instanceof MLXArray) && isPlainObject(last) ? last : undefined;
  const unnamed = named === undefined ? list : list.slice(0, -1);
  const out = record(Object.entries(named ?? {}));
  for (const [i, array] of unnamed.entries()) {
    const name = `arr_${i}`;
    if (name in out) {
      throw typeError(`[${op}] "${name}" is the name of an array without name, choose another`);
    }
    if (!(array instanceof MLXArray)) {
      throw typeError(`[${op}] argument ${i + 1} must be an array, got ${shown(array)}`);
    }
    out[name] = array;
  }
  return out as NamedArrays;
}

function saveZip(op: string, file: SaveFile, given: readonly unknown[], compress: boolean): void {
  const written = toWrite(op, namesOf(op, given));
  const writer = writerOf(written.backend);
  compute(written);
  writing(op, file, ".npz", (to) =>
    streaming(to, (write) => {
      const zip = new ZipWriter(write);
      for (const [name, handle] of written.handles) {
        // One array at a time is held as bytes: sizes and checksum stand before them.
        const pieces: Uint8Array[] = [];
        writer.saveNpy((bytes) => void pieces.push(bytes), handle);
        zip.add(`${name}${ending}`, pieces, compress);
      }
      zip.finish();
    }),
  );
}

/** What {@link savez} takes behind the file: a list, names, or arrays and then names, as in Python. */
export type ArraysToZip =
  | readonly [arrays: readonly MLXArray[] | Readonly<NamedArrays>]
  | readonly MLXArray[]
  | readonly [...arrays: MLXArray[], named: Readonly<NamedArrays>];

/**
 * Writes several arrays to an npz file, uncompressed, computing them first. numpy and Python's MLX read it.
 *
 * @param file - path, `file:` URL, or an object with a `write` method; `.npz` is appended to a path that
 *   lacks it
 * @param arrays - a list (named `arr_0`, `arr_1`, ...), arrays by name, or both in a row as in Python
 * @throws MLXError (`FILE`) when it cannot be written
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * mx.savez("pair.npz", { x: mx.array([1, 2]), y: mx.array(3) });
 * mx.load("pair.npz").x; // [1, 2]
 * ```
 * @see Python: `mlx.core.savez`
 */
export function savez(file: SaveFile, ...arrays: ArraysToZip): void {
  saveZip("savez", file, arrays, false);
}

/**
 * Writes several arrays to a compressed npz file, computing them first. It is slower to write and to read than
 * that of {@link savez}, and its arrays are not read lazily.
 *
 * @param file - path, `file:` URL, or an object with a `write` method; `.npz` is appended to a path that
 *   lacks it
 * @param arrays - a list (named `arr_0`, `arr_1`, ...), arrays by name, or both in a row as in Python
 * @throws MLXError (`FILE`) when it cannot be written
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * mx.savezCompressed("small.npz", [mx.zeros([3])]);
 * mx.load("small.npz").arr_0; // [0, 0, 0]
 * ```
 * @see Python: `mlx.core.savez_compressed`
 */
export function savezCompressed(file: SaveFile, ...arrays: ArraysToZip): void {
  saveZip("savezCompressed", file, arrays, true);
}
