// How an array is shown: as Python's MLX prints it.

import type { DType, HostTensor } from "@mlx-ts/backend-api";
import { type Complex, elementReader, type Scalar } from "./host.js";

/** Axes longer than this show their first and last three items. */
const threshold = 6;
const edge = 3;
/** Significant digits, C++'s default for streams. */
const digits = 6;

/** Six significant digits and the power of ten, rounded as C++ does: a tie goes to the even digit. */
function rounded(value: number): [mantissa: string, exponent: number] {
  // Enough digits to tell a tie from its neighbours: JavaScript itself rounds ties up.
  const [long = "", power = "0"] = value.toExponential(40).split("e");
  const point = long.indexOf(".") + digits;
  const isTie = long[point] === "5" && /^0*$/.test(long.slice(point + 1));
  if (isTie && Number(long[point - 1]) % 2 === 0) return [long.slice(0, point), Number(power)];
  const [mantissa = "", carried = "0"] = value.toExponential(digits - 1).split("e");
  return [mantissa, Number(carried)];
}

/** A float as C++ streams print it: %g with 6 digits. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponent] = rounded(value);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimmed(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const sign = value < 0 ? "-" : "";
  const all = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return trimmed(`${sign}0.${"0".repeat(-exponent - 1)}${all}`);
  return trimmed(`${sign}${all.slice(0, exponent + 1)}.${all.slice(exponent + 1)}`);
}

const trimmed = (text: string): string =>
  text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;

/** As in C++, where -0 is not below 0: a plus stands before it all the same. */
function formatComplex({ re, im }: Complex): string {
  const plus = im >= 0 || Number.isNaN(im) ? "+" : "";
  return `${formatFloat(re)}${plus}${formatFloat(im)}j`;
}

function formatElement(value: Scalar, dtype: DType): string {
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

/** The first and last items of an axis, and the gap between them where it is long. */
function ends(size: number): (number | "...")[] {
  if (size <= threshold) return Array.from({ length: size }, (_, i) => i);
  const first = Array.from({ length: edge }, (_, i) => i);
  return [...first, "...", ...first.map((i) => size - edge + i)];
}

/** For example `array([[1, 2], [3, 4]], dtype=float32)`, over several lines as Python shows it. */
export function formatArray(tensor: HostTensor): string {
  const { shape, dtype } = tensor;
  const read = elementReader(tensor);
  const format = (axis: number, start: number, indent: number): string => {
    const size = shape[axis];
    if (size === undefined) return formatElement(read(start), dtype);
    const width = shape.slice(axis + 1).reduce((n, d) => n * d, 1);
    const items = ends(size).map((i) =>
      i === "..." ? i : format(axis + 1, start + i * width, indent + 1),
    );
    const separator = axis < shape.length - 1 ? `,\n${" ".repeat(indent + 1)}` : ", ";
    return `[${items.join(separator)}]`;
  };
  return `array(${format(0, 0, "array(".length)}, dtype=${dtype})`;
}
