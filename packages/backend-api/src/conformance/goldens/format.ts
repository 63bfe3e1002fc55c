// The form of the golden files: short programs of raw ops, and what Python's MLX gives for them. They are
// written by scripts/conformance/record.ts; ../golden-case.ts runs them.

import type { DType } from "../../dtype.js";
import type { OpName } from "../../ops/index.js";

/** One element: numbers that JSON lacks and integers beyond 2^53 are strings. */
export type GoldenElement = number | string | boolean;

/** A view that is taken of an input: see {@link ../views.ts}. */
export type GoldenView = "transpose" | "reverse" | "step" | "broadcast";

/** An array: its elements before the view, row-major, as pairs for complex64. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly GoldenElement[];
  readonly view?: GoldenView;
}

/** An argument of a raw op. */
export type GoldenArg =
  | null
  | number
  | boolean
  | string
  | readonly GoldenArg[]
  /** An input of the file. */
  | { readonly in: number }
  /** A result of an earlier step; `part` of those that have several. */
  | { readonly step: number; readonly part: number }
  /** A weak scalar. */
  | { readonly scalar: GoldenElement; readonly wide?: true }
  /** A number that JSON lacks. */
  | { readonly n: string };

/** Raw calls in order, of which the last gives the result. */
export interface GoldenProgram {
  readonly steps: readonly (readonly [OpName, ...GoldenArg[]])[];
  /** The results of the last step, from Python. */
  readonly out?: readonly GoldenArray[];
  /** Python refuses the call. */
  readonly error?: true;
}

/** A family's file. */
export interface GoldenFile {
  /** The version of MLX that made it. */
  readonly mlx: string;
  readonly inputs: readonly GoldenArray[];
  readonly cases: readonly GoldenProgram[];
}

/** An array as the files hold it, without names. */
export type PackedArray = readonly [
  shape: readonly number[],
  dtype: DType,
  data: readonly GoldenElement[],
  view?: GoldenView,
];

/** A program as the files hold it: its results, or 0 for an error, and its steps. */
export type PackedProgram = readonly [
  out: readonly PackedArray[] | 0,
  ...steps: GoldenProgram["steps"],
];

/** A file as it stands. */
export interface PackedFile {
  readonly mlx: string;
  readonly inputs: readonly PackedArray[];
  readonly cases: readonly PackedProgram[];
}

const packArray = ({ shape, dtype, data, view }: GoldenArray): PackedArray =>
  view === undefined ? [shape, dtype, data] : [shape, dtype, data, view];

const unpackArray = ([shape, dtype, data, view]: PackedArray): GoldenArray =>
  view === undefined ? { shape, dtype, data } : { shape, dtype, data, view };

/** A file in its short form. */
export const pack = ({ mlx, inputs, cases }: GoldenFile): PackedFile => ({
  mlx,
  inputs: inputs.map(packArray),
  cases: cases.map(({ steps, out }) => [out?.map(packArray) ?? 0, ...steps]),
});

/** A file from its short form. */
export const unpack = ({ mlx, inputs, cases }: PackedFile): GoldenFile => ({
  mlx,
  inputs: inputs.map(unpackArray),
  cases: cases.map(([out, ...steps]) =>
    out === 0 ? { steps, error: true } : { steps, out: out.map(unpackArray) },
  ),
});

/** A program and its derivatives, all in float32: `[wrt, cotangent, tangents, products, tangent, ...steps]`. */
export type PackedDerivative = readonly [
  /** Inputs that are differentiated. */
  wrt: readonly number[],
  /** An input of the shape of the first result. */
  cotangent: number,
  /** An input for each of `wrt`. */
  tangents: readonly number[],
  /** What the vector-Jacobian product is, one for each of `wrt`. */
  products: readonly PackedArray[],
  /** What the Jacobian-vector product is; 0 where MLX has none. */
  tangent: PackedArray | 0,
  ...steps: GoldenProgram["steps"],
];

/** A program and its derivatives. */
export interface Derivative {
  readonly program: GoldenProgram;
  readonly wrt: readonly number[];
  readonly cotangent: number;
  readonly tangents: readonly number[];
  readonly products: readonly GoldenArray[];
  readonly tangent: GoldenArray | undefined;
}

/** The file of derivatives as it stands. */
export interface PackedDerivatives {
  readonly mlx: string;
  readonly inputs: readonly PackedArray[];
  readonly cases: readonly PackedDerivative[];
}

/** The file of derivatives. */
export interface Derivatives {
  readonly inputs: readonly GoldenArray[];
  readonly cases: readonly Derivative[];
}

/** Derivatives in their short form. */
export const packDerivative = (derivative: Derivative): PackedDerivative => {
  const { program, wrt, cotangent, tangents, products, tangent } = derivative;
  return [wrt, cotangent, tangents, products.map(packArray), tangent ? packArray(tangent) : 0, ...program.steps];
};

/** Derivatives from their short form. */
export const unpackDerivatives = ({ inputs, cases }: PackedDerivatives): Derivatives => ({
  inputs: inputs.map(unpackArray),
  cases: cases.map(([wrt, cotangent, tangents, products, tangent, ...steps]) => ({
    program: { steps },
    wrt,
    cotangent,
    tangents,
    products: products.map(unpackArray),
    tangent: tangent === 0 ? undefined : unpackArray(tangent),
  })),
});

export { packArray };
