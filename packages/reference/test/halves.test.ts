// Small floats: every number that they have, and what lies between two of them.

import { describe, expect, test } from "vitest";
import { fromHalves, type Half, toHalves } from "../src/halves.js";

const formats: readonly [dtype: Half, infinity: number][] = [
  ["float16", 0x7c00],
  ["bfloat16", 0x7f80],
];

for (const [dtype, infinity] of formats) {
  describe(dtype, () => {
    /** Every finite number that is not negative, in order. */
    const bits = Uint16Array.from({ length: infinity }, (_, i) => i);
    const numbers = fromHalves(bits, dtype);
    const back = (values: Iterable<number>) => toHalves(Float64Array.from(values), dtype);

    test("every number comes back from its bits, with both signs", () => {
      expect(back(numbers)).toEqual(bits);
      expect(back(numbers.map((x) => -x))).toEqual(bits.map((b) => b | 0x8000));
    });

    test("numbers ascend with their bits", () => {
      expect(numbers.slice(1).every((x, i) => x > (numbers[i] as number))).toBe(true);
    });

    test("what lies between two numbers goes to the nearer one, and from the middle to the even one", () => {
      const next = (i: number) =>
        numbers[i + 1] ?? 2 * (numbers[i] as number) - (numbers[i - 1] as number);
      const middles = Float64Array.from(numbers, (x, i) => (x + next(i)) / 2);
      expect(back(middles)).toEqual(bits.map((b) => b + (b & 1)));
      expect(back(middles.map((x) => x * (1 + 1e-12)))).toEqual(bits.map((b) => b + 1));
      expect(back(middles.map((x) => x * (1 - 1e-12)))).toEqual(bits);
    });

    test("infinities and NaN stay what they are", () => {
      const special = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300];
      expect([...back(special)]).toEqual([infinity, infinity | 0x8000, infinity]);
      const [high, low, nan] = fromHalves(
        Uint16Array.of(infinity, infinity | 0x8000, ...back([Number.NaN])),
        dtype,
      );
      expect([high, low, nan]).toEqual([
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
      ]);
    });
  });
}
