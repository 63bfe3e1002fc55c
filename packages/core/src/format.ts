// How an array is shown: as Python's MLX prints it.

import type { DType, HostTensor } from "@mlx-ts/backend-api";
import { type Complex, type Nested, nested } from "./host.js";

/** Axes longer than this show their first and last three items. */
const threshold = 6;
const edge = 3;
/** Significant digits, C++'s default for streams. */
const digits = 6;

/** A float as C++ streams print it: %g with 6 digits. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimmed(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return trimmed(value.toFixed(digits - 1 - exponent));
}

const trimmed = (text: string): string =>
  text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;

function formatComplex({ re, im }: Complex): string {
  return `${formatFloat(re)}${im >= 0 || Number.isNaN(im) ? "+" : "-"}${formatFloat(Math.abs(im))}j`;
}

function formatElement(value: Exclude<Nested, unknown[]>, dtype: DType): string {
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return /^(b?float)/.test(dtype) ? formatFloat(value) : String(value);
    case "bigint":
      return String(value);
    case "object":
      return formatComplex(value);
  }
}

function formatNested(value: Nested, dtype: DType, indent: number): string {
  if (!Array.isArray(value)) return formatElement(value, dtype);
  const shown = (item: Nested) => formatNested(item, dtype, indent + 1);
  const items =
    value.length > threshold
      ? [...value.slice(0, edge).map(shown), "...", ...value.slice(-edge).map(shown)]
      : value.map(shown);
  const separator = Array.isArray(value[0]) ? `,\n${" ".repeat(indent + 1)}` : ", ";
  return `[${items.join(separator)}]`;
}

/** For example `array([[1, 2], [3, 4]], dtype=float32)`, over several lines as Python shows it. */
export function formatArray(tensor: HostTensor): string {
  return `array(${formatNested(nested(tensor), tensor.dtype, "array(".length)}, dtype=${tensor.dtype})`;
}
