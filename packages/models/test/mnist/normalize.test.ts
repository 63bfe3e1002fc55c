import { describe, expect, it } from "vitest";
import { MnistDataError } from "../../src/mnist/errors.js";
import { normalized } from "../../src/mnist/normalize.js";
import type { Picture } from "../../src/mnist/png.js";

/** A picture whose pixels a function says, from 0 (black) to 1 (white). */
function draw(rows: number, cols: number, of: (row: number, col: number) => number): Picture {
  const light = Float32Array.from({ length: rows * cols }, (_, i) =>
    of(Math.floor(i / cols), i % cols),
  );
  return { light, opacity: undefined, rows, cols };
}

/** An L: a stroke down and one to the right, each a fifth of its height thick. */
const isL = (row: number, col: number, size: number) =>
  row >= 0 && col >= 0 && row < size && col < size * 0.6 && (row >= size * 0.8 || col < size * 0.2);

/** An L of a height, with its corner at a place, on a sheet. */
const drawL = (top: number, left: number, size: number, ink = 0, paper = 1) =>
  draw(100, 120, (row, col) => (isL(row - top, col - left, size) ? ink : paper));

const wanted = normalized(drawL(20, 30, 40), "L");

/** How much two sheets differ, per pixel. */
const difference = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

describe("normalized", () => {
  it("gives ink in a box of 20x20, the darkest 1, its centre of mass in the middle", () => {
    let [mass, down, across] = [0, 0, 0];
    const [rows, cols] = [new Set<number>(), new Set<number>()];
    for (const [i, ink] of wanted.entries()) {
      mass += ink;
      down += ink * Math.floor(i / 28);
      across += ink * (i % 28);
      if (ink > 0) [rows.add(Math.floor(i / 28)), cols.add(i % 28)];
    }
    expect(wanted).toHaveLength(784);
    expect([rows.size, cols.size]).toEqual([20, 12]);
    expect(Math.max(...wanted)).toBe(1);
    expect(Math.min(...wanted)).toBe(0);
    expect(Math.abs(down / mass - 13.5)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(across / mass - 13.5)).toBeLessThanOrEqual(0.5);
  });

  it.each<[string, Picture]>([
    ["elsewhere", drawL(1, 75, 40)],
    ["twice as large", drawL(10, 10, 80)],
    ["light on dark", drawL(20, 30, 40, 1, 0)],
    ["faint", drawL(20, 30, 40, 0.6, 0.9)],
    ["grey on grey, the ink lighter", drawL(20, 30, 40, 0.7, 0.4)],
  ])("gives the same for a digit that is %s", (_, picture) => {
    expect(difference(normalized(picture, "L"), wanted)).toBeLessThan(1e-6);
  });

  it("gives nearly the same for one of another size, noise or no noise", () => {
    expect(difference(normalized(drawL(20, 30, 53), "L"), wanted)).toBeLessThan(0.02);
    const noisy = draw(100, 120, (row, col) => {
      const noise = ((row * 31 + col * 17) % 13) / 130;
      return isL(row - 20, col - 30, 40) ? noise : 1 - noise;
    });
    expect(difference(normalized(noisy, "L"), wanted)).toBeLessThan(0.02);
  });

  it("grows small digits smoothly", () => {
    const small = normalized(drawL(20, 30, 10), "L");
    expect(difference(small, wanted)).toBeLessThan(0.06);
    expect(new Set(small).size).toBeGreaterThan(5); // not only paper and ink
  });

  it("takes what is transparent for white, and for black where white shows nothing", () => {
    const shape = drawL(20, 30, 40, 1, 0).light; // 1 where the L is
    const clear = { rows: 100, cols: 120, opacity: shape };
    const black = normalized({ ...clear, light: new Float32Array(shape.length) }, "L");
    const white = normalized({ ...clear, light: new Float32Array(shape.length).fill(1) }, "L");
    expect(difference(black, wanted)).toBeLessThan(1e-6);
    expect(difference(white, wanted)).toBeLessThan(1e-6);
  });

  it("keeps the size and place of pictures of 28x28 pixels, and turns dark ink only", () => {
    const of = (row: number, col: number) => (isL(row - 2, col - 1, 15) ? (row + col) / 64 : 0);
    const digit = draw(28, 28, of);
    expect(normalized(digit, "L")).toEqual(digit.light);
    const turned = normalized(
      draw(28, 28, (row, col) => 1 - of(row, col)),
      "L",
    );
    expect(difference(turned, digit.light)).toBeLessThan(1e-6);
  });

  it("keeps a long thin stroke on the sheet", () => {
    const stroke = draw(50, 300, (row, col) => (row === 25 && col > 5 && col < 290 ? 0 : 1));
    const sheet = normalized(stroke, "stroke");
    expect(sheet.reduce((sum, ink) => sum + ink, 0)).toBeGreaterThan(19);
  });

  it.each([
    ["white", draw(40, 40, () => 1)],
    ["nearly white", draw(40, 40, (row, col) => 1 - ((row * col) % 10) / 100)],
    ["transparent", { ...draw(40, 40, () => 0), opacity: new Float32Array(1600) }],
    ["blank and of MNIST's size", draw(28, 28, () => 0)],
  ])("refuses a picture that is %s", (_, picture) => {
    const call = () => normalized(picture, "blank.png");
    expect(call).toThrow(MnistDataError);
    expect(call).toThrow(
      /^\[mnist\] blank\.png: no pixel differs by more than \d+ % from the paper, ink must by 15 %/,
    );
  });
});
