// How an array is shown: as Python's MLX prints it, which is as C++ streams do. What of a large array is
// shown is decided in ./reading.ts.

import { type DType, dtypeKind, type HostData, type HostTensor } from "@mlx-ts/backend-api";
import { type Complex, rowReader, type Scalar } from "./host.js";
import { getPrintoptions } from "./print-options.js";
import { edge, threshold } from "./reading.js";

/** Significant digits where no precision is set, C++'s default for streams. */
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

/** A finite number in C++'s general format: %g with 6 digits. */
function formatGeneral(value: number): string {
  if (value === 0) return "0";
  const [mantissa, exponent] = rounded(value);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimmed(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const all = mantissa.replace(".", "");
  if (exponent < 0) return trimmed(`0.${"0".repeat(-exponent - 1)}${all}`);
  return trimmed(`${all.slice(0, exponent + 1)}.${all.slice(exponent + 1)}`);
}

const trimmed = (text: string): string =>
  text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;

/** A finite number with so many digits after the point: C++'s fixed format, ties to the even digit. */
function formatFixed(value: number, precision: number): string {
  // From here on JavaScript writes an exponent; all such numbers are integers.
  if (value >= 1e21) {
    return BigInt(value) + (precision > 0 ? `.${"0".repeat(precision)}` : "");
  }
  const text = value.toFixed(precision);
  // Halfway between two results, where JavaScript takes the upper one.
  const isTie = Math.abs((value * 2 ** (precision + 1)) % 2) === 1;
  const last = Number(text.at(-1));
  return isTie && last % 2 === 1 ? `${text.slice(0, -1)}${last - 1}` : text;
}

function formatFloat(value: number, isNegative: boolean, precision: number): string {
  const sign = isNegative ? "-" : "";
  if (Number.isNaN(value)) return `${sign}nan`;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return `${sign}inf`;
  return sign + (precision < 0 ? formatGeneral(size) : formatFixed(size, precision));
}

/** Signs of the numbers in float storage, of nan too, which JavaScript's numbers do not tell. */
function signsOf(data: HostData): (i: number) => boolean {
  const isDouble = data instanceof Float64Array;
  const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  // The sign is the top bit of the last word; typed arrays are little-endian on all of MLX's machines.
  return (i) => (words[isDouble ? 2 * i + 1 : i] ?? 0) < 0;
}

/** How the elements of a tensor are written. */
function elementFormatter({ data, dtype, ...rest }: HostTensor, shown: DType) {
  const { precision } = getPrintoptions();
  const readRow = rowReader({ data, dtype, ...rest });
  const read = (i: number): Scalar => readRow(i, 1)[0] as Scalar;
  const kind = dtypeKind(shown);
  if (kind === "bool") return (i: number) => (read(i) ? "True" : "False");
  if (kind === "signed" || kind === "unsigned") return (i: number) => String(read(i));
  const isNegative = signsOf(data);
  if (kind === "float") {
    return (i: number) => formatFloat(read(i) as number, isNegative(i), precision);
  }
  return (i: number) => {
    const { re, im } = read(i) as Complex;
    const imaginary = formatFloat(im, isNegative(2 * i + 1), precision);
    // As in C++, where neither -0 nor nan is below 0: a plus stands before their own sign.
    const plus = im < 0 ? "" : "+";
    return `${formatFloat(re, isNegative(2 * i), precision)}${plus}${imaginary}j`;
  };
}

/** More elements than this are not printed: arrays of so many axes that even their ends are too many. */
const mostShown = 1 << 20;

/** Whether an array has too many axes to be printed. */
export const isUnprintable = (shape: readonly number[]): boolean =>
  shape.reduce((n, size) => n * Math.min(size, 2 * edge), 1) > mostShown;

/** What stands for an array of too many axes. */
export const formatShape = (shape: readonly number[], dtype: DType): string =>
  `array(..., shape=(${shape.join(", ")}), dtype=${dtype})`;

/**
 * For example `array([[1, 2], [3, 4]], dtype=float32)`, over several lines as Python shows it.
 *
 * @param edges - of long axes the first and last items
 * @param shape - of the whole array
 * @param dtype - of the array; the elements may be wider
 */
export function formatArray(edges: HostTensor, shape: readonly number[], dtype: DType): string {
  const element = elementFormatter(edges, dtype);
  let next = 0;
  const format = (axis: number): string => {
    const size = shape[axis];
    if (size === undefined) return element(next++);
    const count = Math.min(size, threshold);
    const items = Array.from({ length: count }, () => format(axis + 1));
    if (size > threshold) items.splice(edge, 0, "...");
    const separator =
      axis < shape.length - 1 ? `,\n${" ".repeat("array(".length + axis + 1)}` : ", ";
    return `[${items.join(separator)}]`;
  };
  return `array(${format(0)}, dtype=${dtype})`;
}
