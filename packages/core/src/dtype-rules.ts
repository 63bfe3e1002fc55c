// What dtypes are to each other: categories, kinds, promotion. Their sizes are in ./dtype.ts, the
// limits of their values in ./dtype-limits.ts.

import {
  type DType,
  type DTypeKind,
  dtypeKind,
  dtypes,
  isDType,
  promoteTypes,
  rangeError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";

/**
 * A family of dtypes; {@link issubdtype} tells its members. bool is in `"generic"` alone.
 *
 * @see Python: `mlx.core.DtypeCategory`
 */
export type DTypeCategory =
  | "generic"
  | "number"
  | "integer"
  | "signedinteger"
  | "unsignedinteger"
  | "inexact"
  | "floating"
  | "complexfloating";

/** Each category with the next wider one. */
const wider: Readonly<Record<DTypeCategory, DTypeCategory | undefined>> = {
  generic: undefined,
  number: "generic",
  integer: "number",
  signedinteger: "integer",
  unsignedinteger: "integer",
  inexact: "number",
  floating: "inexact",
  complexfloating: "inexact",
};

/** Every dtype. */
export const generic = "generic" as const satisfies DTypeCategory;
/** Every dtype but bool. */
export const number = "number" as const satisfies DTypeCategory;
/** The integers, signed and unsigned. */
export const integer = "integer" as const satisfies DTypeCategory;
/** int8 to int64. */
export const signedinteger = "signedinteger" as const satisfies DTypeCategory;
/** uint8 to uint64. */
export const unsignedinteger = "unsignedinteger" as const satisfies DTypeCategory;
/** The floats and complex64. */
export const inexact = "inexact" as const satisfies DTypeCategory;
/** The floats. */
export const floating = "floating" as const satisfies DTypeCategory;
/** complex64. */
export const complexfloating = "complexfloating" as const satisfies DTypeCategory;

const isCategory = (value: unknown): value is DTypeCategory =>
  typeof value === "string" && Object.hasOwn(wider, value);

function categoryOf(dtype: DType): DTypeCategory {
  const kind = dtypeKind(dtype);
  switch (kind) {
    case "bool":
      return generic;
    case "unsigned":
      return unsignedinteger;
    case "signed":
      return signedinteger;
    case "float":
      return floating;
    case "complex":
      return complexfloating;
  }
}

function dtypeOrCategory(op: string, value: unknown): DType | DTypeCategory {
  if (isDType(value) || isCategory(value)) return value;
  throw typeError(
    `[${op}] a dtype or a category (${Object.keys(wider).join(", ")}) was expected, got ${shown(value)}`,
    "DTYPE",
  );
}

/**
 * Whether a dtype or category is part of another.
 *
 * @param arg1 - a dtype or category
 * @param arg2 - a dtype, which contains only itself, or a category
 * @returns whether `arg1` is `arg2` or part of it
 * @throws TypeError for anything else
 * @example
 * ```ts
 * mx.issubdtype(mx.float32, mx.floating); // true
 * mx.issubdtype(mx.signedinteger, mx.integer); // true
 * mx.issubdtype(mx.float32, mx.float64); // false
 * ```
 * @see Python: `mlx.core.issubdtype`
 */
export function issubdtype(arg1: DType | DTypeCategory, arg2: DType | DTypeCategory): boolean {
  const part = dtypeOrCategory("issubdtype", arg1);
  const whole = dtypeOrCategory("issubdtype", arg2);
  if (part === whole) return true;
  let category: DTypeCategory | undefined = isDType(part) ? categoryOf(part) : part;
  while (category !== undefined && category !== whole) category = wider[category];
  return category === whole;
}

/** A kind of dtypes in the words of Python's array API standard, for {@link isdtype}. */
export type DTypeKindName =
  | "bool"
  | "signed integer"
  | "unsigned integer"
  | "integral"
  | "real floating"
  | "complex floating"
  | "numeric";

const kinds: Readonly<Record<DTypeKindName, readonly DTypeKind[]>> = {
  bool: ["bool"],
  "signed integer": ["signed"],
  "unsigned integer": ["unsigned"],
  integral: ["signed", "unsigned"],
  "real floating": ["float"],
  "complex floating": ["complex"],
  numeric: ["signed", "unsigned", "float", "complex"],
};

const isKindName = (value: unknown): value is DTypeKindName =>
  typeof value === "string" && Object.hasOwn(kinds, value);

/**
 * Whether a dtype is of a kind, or of one of several.
 *
 * @param dtype - the dtype in question
 * @param kind - a dtype, `"bool"`, `"signed integer"`, `"unsigned integer"`, `"integral"`, `"real floating"`,
 * `"complex floating"` or `"numeric"`, or a list of them
 * @returns whether one of them fits
 * @throws TypeError for anything that is no dtype or text; RangeError for an unknown kind
 * @example
 * ```ts
 * mx.isdtype(mx.int32, "integral"); // true
 * mx.isdtype(mx.int32, ["bool", mx.float32]); // false
 * ```
 * @see Python: `mlx.core.isdtype`
 */
export function isdtype(
  dtype: DType,
  kind: DType | DTypeKindName | readonly (DType | DTypeKindName)[],
): boolean {
  if (!isDType(dtype))
    throw typeError(`[isdtype] a dtype was expected, got ${shown(dtype)}`, "DTYPE");
  const wanted: readonly unknown[] = Array.isArray(kind) ? kind : [kind];
  // All are checked before the answer, so that a wrong one does not hide behind a match.
  return wanted.map((one) => isOfKind(dtype, one)).includes(true);
}

function isOfKind(dtype: DType, kind: unknown): boolean {
  if (isKindName(kind)) return kinds[kind].includes(dtypeKind(dtype));
  if (isDType(kind)) return kind === dtype;
  const rule = `[isdtype] kind must be a dtype or one of ${Object.keys(kinds).join(", ")}, got ${shown(kind)}`;
  throw typeof kind === "string" ? rangeError(rule) : typeError(rule, "DTYPE");
}

function dtypeOfEither(op: string, value: unknown): DType {
  if (value instanceof MLXArray) return value.dtype;
  if (isDType(value)) return value;
  const cure =
    typeof value === "number" ? "; a number takes the dtype of the arrays beside it" : "";
  throw typeError(
    `[${op}] an array or a dtype (${dtypes.join(", ")}) was expected, got ${shown(value)}${cure}`,
    "DTYPE",
  );
}

/**
 * The dtype that an op on arrays or dtypes computes in.
 *
 * @param arraysAndDtypes - one or more; an array counts by its dtype
 * @returns the dtype that promotion gives
 * @throws TypeError for none at all, and for numbers and lists, as in Python
 * @example
 * ```ts
 * mx.resultType(mx.float16, mx.array([1], "int32")); // "float16"
 * mx.resultType(mx.uint32, mx.int8); // "int64"
 * ```
 * @see Python: `mlx.core.result_type`
 */
export function resultType(...arraysAndDtypes: readonly (MLXArray | DType)[]): DType {
  if (arraysAndDtypes.length === 0)
    throw typeError("[resultType] nothing was given, at least one array or dtype is needed");
  return arraysAndDtypes
    .map((value) => dtypeOfEither("resultType", value))
    .reduce((a, b) => promoteTypes(a, b), "bool");
}

/**
 * Whether promotion takes one dtype to another: whether the two together give the second.
 *
 * @param from - an array or a dtype
 * @param to - a dtype
 * @returns whether `to` holds what `from` gives
 * @throws TypeError for anything else
 * @example
 * ```ts
 * mx.canCast(mx.int32, mx.float16); // true
 * mx.canCast(mx.float32, mx.int32); // false
 * ```
 * @see Python: `mlx.core.can_cast`
 */
export function canCast(from: MLXArray | DType, to: DType): boolean {
  if (!isDType(to)) throw typeError(`[canCast] to must be a dtype, got ${shown(to)}`, "DTYPE");
  return promoteTypes(dtypeOfEither("canCast", from), to) === to;
}
