// What the quantized layers share: how their weights are packed, checked before anything is computed.
// The layers are in ./quantized-linear.ts and ./quantized-embedding.ts; whole models are quantized in
// ../quantize.ts.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { intArg } from "../arguments.js";

/** How a weight is packed. */
export interface PackingOptions {
  /** How many neighbours in a row share a scale; `null` takes the mode's: 64 for affine, 32 for mxfp4 and mxfp8, 16 for nvfp4. Default: `null`. */
  groupSize?: number | null | undefined;
  /** Bits of one element; `null` takes the mode's: 8 for mxfp8, 4 for the others. Default: `null`. */
  bits?: number | null | undefined;
  /** How elements are packed: affine is $s q + b$; the others are floats with a shared scale and no bias. Default: `"affine"`. */
  mode?: QuantizationMode | undefined;
}

/** Options of a layer's `toQuantized`. */
export interface ToQuantizedOptions extends PackingOptions {
  /** Whether inputs are packed too; for linear layers, with modes nvfp4 and mxfp8. Default: `false`. */
  quantizeInput?: boolean | undefined;
}

/** The names of {@link PackingOptions}, in Python's order. */
export const packingNames = ["groupSize", "bits", "mode"] as const;

/** The names of {@link ToQuantizedOptions}, in Python's order. */
export const toQuantizedNames = [...packingNames, "quantizeInput"] as const;

/** How a weight is packed, defaults in their places. */
export interface Packing {
  readonly groupSize: number;
  readonly bits: number;
  readonly mode: QuantizationMode;
}

/** The sizes of the modes, defaults first. */
const sizes: Readonly<Record<QuantizationMode, { groups: number[]; bits: number[] }>> = {
  affine: { groups: [64, 32, 128], bits: [4, 1, 2, 3, 5, 6, 8] },
  mxfp4: { groups: [32], bits: [4] },
  nvfp4: { groups: [16], bits: [4] },
  mxfp8: { groups: [32], bits: [8] },
};

const isMode = (value: unknown): value is QuantizationMode =>
  typeof value === "string" && Object.hasOwn(sizes, value);

/** Reads how a weight is packed. */
export function packingArg(
  op: string,
  options: PackingOptions,
  usual: QuantizationMode = "affine",
): Packing {
  const mode: unknown = options.mode ?? usual;
  if (!isMode(mode)) {
    const message = `[${op}] mode is ${shown(mode)}, it must be one of ${Object.keys(sizes).join(", ")}`;
    throw typeof mode === "string" ? rangeError(message) : typeError(message);
  }
  const one = (name: "groupSize" | "bits", known: readonly number[]): number => {
    const value = intArg(op, name, options[name] ?? known[0]);
    if (known.includes(value)) return value;
    const choice = [...known].sort((a, b) => a - b).join(", ");
    throw rangeError(`[${op}] ${name} is ${value}, for mode "${mode}" it must be one of ${choice}`);
  };
  return {
    groupSize: one("groupSize", sizes[mode].groups),
    bits: one("bits", sizes[mode].bits),
    mode,
  };
}

/** Refuses rows that the groups do not divide. */
export function checkRows(op: string, shape: readonly number[], { groupSize }: Packing): void {
  const row = shape.at(-1) ?? 0;
  if (row % groupSize === 0) return;
  throw rangeError(
    `[${op}] the weight has shape [${shape}], groups of ${groupSize} do not divide its rows of ${row}; choose another groupSize, or leave the layer as it is`,
    "SHAPE",
  );
}

/** What a packed weight consists of. */
export interface Packed {
  readonly weight: MLXArray;
  readonly scales: MLXArray;
  /** The mode affine has them. */
  readonly biases?: MLXArray;
}

/** Packs a weight's rows. */
export function pack(weight: MLXArray, { groupSize, bits, mode }: Packing): Packed {
  if (mode === "affine") {
    const [packed, scales, biases] = mx.quantize(weight, groupSize, bits, mode);
    return { weight: packed, scales, biases };
  }
  const [packed, scales] = mx.quantize(weight, groupSize, bits, mode);
  return { weight: packed, scales };
}

/** The weight that was packed, nearly. */
export function unpack(packed: Packed, { groupSize, bits, mode }: Packing): MLXArray {
  const { weight, scales, biases = null } = packed;
  return mx.dequantize(weight, scales, { biases, groupSize, bits, mode });
}

/** How a packing is printed. */
export const printedPacking = ({ groupSize, bits, mode }: Packing): string =>
  `group_size=${groupSize}, bits=${bits}, mode=${mode}`;
