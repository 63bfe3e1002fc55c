// Writing npy and safetensors: the engine's own writer where it has one, else from host elements.

import {
  type Backend,
  type DType,
  type Handle,
  type HostTensor,
  Io,
  type IoExtension,
} from "@mlx-ts/backend-api";
import { streaming } from "./paths.js";

/** What writes the formats that any array can be written to. */
export type Writer = Pick<IoExtension, "saveNpy" | "saveSafetensors">;

/** The writer of a backend. */
export const writerOf = (backend: Backend): Writer => backend.extension(Io) ?? hostWriter(backend);

/** As numpy names them; bfloat16 is MLX's own name for two bytes. */
const npyNames: Readonly<Record<DType, string>> = {
  bool: "|b1",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
  bfloat16: "<V2",
  complex64: "<c8",
};

const safetensorsNames: Readonly<Record<DType, string>> = {
  bool: "BOOL",
  uint8: "U8",
  uint16: "U16",
  uint32: "U32",
  uint64: "U64",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  float16: "F16",
  float32: "F32",
  float64: "F64",
  bfloat16: "BF16",
  complex64: "C64",
};

/** Host elements are little-endian, as both formats want them. */
const bytesOf = ({ data }: HostTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** One byte for each letter. */
const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/**
 * The head of an npy file of version 1, byte for byte as the engine writes it: arrays of one order only, empty or
 * with at most one axis longer than 1, count as Fortran's, and the number of spaces is what is left of the length of magic, text and end by 16.
 */
function npyHead({ dtype, shape }: HostTensor): Uint8Array {
  const columns = shape.includes(0) || shape.filter((n) => n > 1).length < 2 ? "True" : "False";
  const sizes = shape.map((n) => `${n}, `).join("");
  const text = `{'descr': '${npyNames[dtype]}', 'fortran_order': ${columns}, 'shape': (${sizes})}`;
  const length = text.length + ((12 + text.length + 1) % 16) + 1;
  const head = new Uint8Array(10 + length).fill(0x20);
  head.set(latin("\x93NUMPY\x01\x00"));
  new DataView(head.buffer).setUint16(8, length, true);
  head.set(latin(text), 10);
  head.set(latin("\n"), 9 + length);
  return head;
}

/** The head of a safetensors file: names in order, as MLX writes them, and where the elements lie behind it. */
function safetensorsHead(
  entries: readonly (readonly [name: string, HostTensor])[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  // Pairs, not an object: a name may be __proto__.
  const parts = [`"__metadata__":${metadataText(metadata)}`];
  let at = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const about = {
      data_offsets: [at, at + data.byteLength],
      dtype: safetensorsNames[dtype],
      shape,
    };
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(about)}`);
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(`{${parts.join(",")}}`);
  const head = new Uint8Array(8 + text.byteLength);
  new DataView(head.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  head.set(text, 8);
  return head;
}

const metadataText = (metadata: ReadonlyMap<string, string>): string =>
  metadata.size === 0
    ? "null"
    : `{${[...metadata].map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`)}}`;

const hostWriter = (backend: Backend): Writer => ({
  saveNpy(to, array) {
    const tensor = backend.toHostSync(array);
    streaming(to, (write) => {
      write(npyHead(tensor));
      write(bytesOf(tensor));
    });
  },
  saveSafetensors(to, arrays, metadata) {
    const entries = [...arrays]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([name, array]: readonly [string, Handle]) => [name, backend.toHostSync(array)] as const,
      );
    streaming(to, (write) => {
      write(safetensorsHead(entries, metadata));
      for (const [, tensor] of entries) write(bytesOf(tensor));
    });
  },
});
