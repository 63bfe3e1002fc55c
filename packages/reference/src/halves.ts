// float16 and bfloat16, which JavaScript does not have everywhere: from bits to numbers and back, rounded to the
// nearest, halves to even.

/** How a small float's 16 bits are divided: a sign, an exponent, and a fraction. */
interface Format {
  /** Bits of the fraction. */
  readonly fraction: number;
  /** The exponent of the smallest normal numbers; those below it have no leading one. */
  readonly least: number;
}

const formats = {
  float16: { fraction: 10, least: -14 },
  bfloat16: { fraction: 7, least: -126 },
} as const satisfies Record<string, Format>;

/** A dtype of 16-bit floats. */
export type Half = keyof typeof formats;

/** Whether a dtype is stored as the bits of 16-bit floats. */
export const isHalf = (dtype: string): dtype is Half => Object.hasOwn(formats, dtype);

/** The number that bits stand for. */
function decoded(bits: number, { fraction, least }: Format): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits & 0x7fff) >> fraction;
  const rest = bits & ((1 << fraction) - 1);
  if (exponent === 0x7fff >> fraction) return rest ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  const whole = exponent === 0 ? rest : rest + (1 << fraction);
  return sign * whole * 2 ** (Math.max(exponent, 1) - 1 + least - fraction);
}

/** The bits of the nearest small float. */
function encoded(x: number, { fraction, least }: Format): number {
  const infinity = 0x7fff & ~((1 << fraction) - 1);
  if (Number.isNaN(x)) return infinity | (1 << (fraction - 1));
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), least);
  if (exponent > 1 - least) return sign | infinity;
  // In units of the last place the fraction is whole; what it carries over goes to the exponent's bits.
  const units = roundEven(Math.abs(x) / 2 ** (exponent - fraction));
  return sign | Math.min(((exponent - least) << fraction) + units, infinity);
}

/** The nearest integer; of two the even one. */
export function roundEven(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : nearest;
}

const tables: Partial<Record<Half, Float32Array>> = {};

/** Numbers from bits. */
export function fromHalves(bits: Uint16Array, dtype: Half): Float32Array {
  tables[dtype] ??= Float32Array.from({ length: 1 << 16 }, (_, b) => decoded(b, formats[dtype]));
  const table = tables[dtype];
  return Float32Array.from(bits, (b) => table[b] as number);
}

/** Bits from numbers. */
export const toHalves = (numbers: Float64Array, dtype: Half): Uint16Array =>
  Uint16Array.from(numbers, (x) => encoded(x, formats[dtype]));
