// The npy format: a head that is a Python literal, then elements. Files of numpy and of MLX, versions 1 to 3.

import type { DType, FileSpan } from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { transpose } from "../ops/shape.js";
import { inScope } from "../scope.js";
import { type Source, sizesOf } from "./source.js";

const magic = "\x93NUMPY";
/** Longer heads are of no array that MLX could hold. */
const longestHead = 1 << 20;

const dtypes: Readonly<Record<string, DType>> = {
  b1: "bool",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  V2: "bfloat16",
  c8: "complex64",
};

interface NpyHead {
  readonly span: FileSpan;
  /** Whether the first index runs fastest. */
  readonly columns: boolean;
}

/** Text of one byte a letter. */
const latin = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

function head(source: Source): NpyHead {
  if (latin(source.read(0, 6)) !== magic) {
    throw source.damaged("it is no npy file: its first bytes are others");
  }
  const [version = 0] = source.read(6, 2);
  if (version < 1 || version > 3) {
    throw source.damaged(`it has version ${version} of the npy format, versions 1 to 3 are known`);
  }
  const wide = version > 1;
  const start = wide ? 12 : 10;
  const field = source.read(8, wide ? 4 : 2);
  const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
  const length = wide ? view.getUint32(0, true) : view.getUint16(0, true);
  if (length > longestHead) throw source.damaged(`its head of ${length} bytes is too long`);
  const text = latin(source.read(start, length)).trim();

  const [, order = "", kind = ""] = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(text) ?? [];
  const [, columns] = /'fortran_order'\s*:\s*(True|False)/.exec(text) ?? [];
  const [, sizes] = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text) ?? [];
  if (!/^\{.*\}$/s.test(text) || columns === undefined || sizes === undefined) {
    throw source.damaged("its head does not tell dtype, order and shape");
  }
  const dtype = Object.hasOwn(dtypes, kind) ? dtypes[kind] : undefined;
  if (dtype === undefined) {
    throw source.damaged(`it holds elements of type "${order}${kind}", which MLX has not`);
  }
  const items = sizes.split(",").map((item) => item.trim());
  // (3, 4) and (3, 4,) are the same.
  if (items.at(-1) === "") items.pop();
  const shape = sizesOf(
    source,
    items.map((item) => (/^\d+$/.test(item) ? Number(item) : item)),
  );
  return {
    span: { offset: start + length, shape, dtype, bigEndian: order === ">" },
    columns: columns === "True",
  };
}

/** The array of an npy file. */
export function readNpy(source: Source): MLXArray {
  const { span, columns } = head(source);
  if (!columns) return source.array(span);
  return inScope("mx.load()", () =>
    transpose(source.array({ ...span, shape: [...span.shape].reverse() })),
  );
}
