import * as mx from "@mlx-ts/core";
import { describe, expect, it } from "vitest";
import { batches } from "../../src/mnist/batches.js";
import type { MnistSet } from "../../src/mnist/data.js";
import { type DistortOptions, distort } from "../../src/mnist/distort.js";

const SIDE = 28;
const none = { rotation: 0, scale: 0, shear: 0, shift: 0, elastic: 0 };

/** Images with a bar of ink, of other length and place in each. */
function makeBars(count: number): MnistSet {
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  for (let i = 0; i < count; i++) {
    for (let row = 8; row < 20; row++) {
      images.fill(200, (i * SIDE + row) * SIDE + 12, (i * SIDE + row) * SIDE + 15 + (i % 3));
    }
  }
  return { images, labels, count, rows: SIDE, cols: SIDE };
}

const set = makeBars(40);
const key = (seed: number) => mx.random.key(seed);

/** The centre of mass, and the mean of how far ink is from it along rows and columns. */
function momentsOf(image: Uint8Array) {
  let [mass, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const [i, ink] of image.entries()) {
    mass += ink;
    x += ink * (i % SIDE);
    y += ink * Math.floor(i / SIDE);
  }
  [x, y] = [x / mass, y / mass];
  for (const [i, ink] of image.entries()) {
    const [dx, dy] = [(i % SIDE) - x, Math.floor(i / SIDE) - y];
    xx += (ink * dy * dy) / mass;
    xy += (ink * dx * dy) / mass;
  }
  return { mass, x, y, xx, xy };
}

const imageOf = ({ images }: MnistSet, i: number) =>
  images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);

/** The moments of all images, before and after. */
function changes(options: DistortOptions) {
  const after = distort(set, key(3), { ...none, ...options });
  return Array.from({ length: set.count }, (_, i) => ({
    before: momentsOf(imageOf(set, i)),
    after: momentsOf(imageOf(after, i)),
  }));
}

const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

describe("distort", () => {
  it("changes nothing when every amount is 0", () => {
    expect(distort(set, key(1), none)).toEqual(set);
  });

  it("follows the key, and leaves the set it is given alone", () => {
    const before = set.images.slice();
    const one = distort(set, key(1));
    expect(distort(set, key(1))).toEqual(one);
    expect(distort(set, key(2))).not.toEqual(one);
    expect(set.images).toEqual(before);
    expect([one.count, one.rows, one.cols, one.labels]).toEqual([40, SIDE, SIDE, set.labels]);
  });

  it("distorts each image in its own way", () => {
    const { images } = distort({ ...set, images: makeBars(1).images.slice(), count: 1 }, key(1));
    const twice = { ...makeBars(4), images: new Uint8Array(4 * SIDE * SIDE) };
    for (let i = 0; i < 4; i++) twice.images.set(imageOf(set, 0), i * SIDE * SIDE);
    const out = distort(twice, key(1));
    const texts = new Set(Array.from({ length: 4 }, (_, i) => imageOf(out, i).join()));
    expect(texts.size).toBe(4);
    expect(images).toHaveLength(SIDE * SIDE);
  });

  it("shifts by at most so many pixels in each direction", () => {
    const moves = changes({ shift: 2 }).flatMap(({ before, after }) => [
      after.x - before.x,
      after.y - before.y,
    ]);
    const [least, most] = range(moves);
    expect(least).toBeGreaterThanOrEqual(-2.02);
    expect(least).toBeLessThan(-1.5);
    expect(most).toBeLessThanOrEqual(2.02);
    expect(most).toBeGreaterThan(1.5);
  });

  it("scales by at most a share, both ways, about the centre", () => {
    const heights = changes({ scale: 0.2 }).map(({ before, after }) =>
      Math.sqrt(after.xx / before.xx),
    );
    const [least, most] = range(heights);
    expect(least).toBeLessThan(0.87);
    expect(least).toBeGreaterThan(0.78);
    expect(most).toBeGreaterThan(1.13);
    expect(most).toBeLessThan(1.22);
  });

  it.each([
    ["turns", { rotation: 10 }, Math.tan((10 * Math.PI) / 180)],
    ["slants", { shear: 0.2 }, 0.2],
  ])("%s upright bars either way, by at most what is said", (_, options, most) => {
    const slopes = changes(options).map(({ after }) => after.xy / after.xx);
    const [low, high] = range(slopes);
    expect(high).toBeGreaterThan(0.6 * most);
    expect(high).toBeLessThan(1.05 * most);
    expect(low).toBeLessThan(-0.6 * most);
    expect(low).toBeGreaterThan(-1.05 * most);
  });

  it("bends: points move by about so many pixels, neighbours alike", () => {
    const ramp = Uint8Array.from({ length: 200 * SIDE * SIDE }, (_, i) => 40 + 6 * (i % SIDE));
    const ramps = { images: ramp, labels: new Uint8Array(200), count: 200, rows: SIDE, cols: SIDE };
    const { images } = distort(ramps, key(5), { ...none, elastic: 1 });
    const moved = (i: number) => ((images[i] ?? 0) - (ramp[i] ?? 0)) / 6;
    let [sum, apart, n] = [0, 0, 0];
    for (let image = 0; image < 200; image++) {
      for (const place of [10 * SIDE + 9, 14 * SIDE + 14, 20 * SIDE + 17]) {
        const i = image * SIDE * SIDE + place;
        sum += moved(i) ** 2;
        apart += (moved(i) - moved(i + 1)) ** 2;
        n++;
      }
    }
    expect(Math.sqrt(sum / n)).toBeGreaterThan(0.85);
    expect(Math.sqrt(sum / n)).toBeLessThan(1.15);
    expect(Math.sqrt(apart / n)).toBeLessThan(0.3);
  });

  it.each([{ rotation: -1 }, { elastic: Number.NaN }, { shift: Number.POSITIVE_INFINITY }])(
    "refuses %j",
    (options) => {
      const [[name, value] = []] = Object.entries(options);
      expect(() => distort(set, key(1), options)).toThrow(
        `[mnist.distort] ${name} ${value}, it must be a number of at least 0`,
      );
    },
  );
});

describe("batches with distort", () => {
  const imagesOf = (options: Parameters<typeof batches>[1]) =>
    [...batches(set, { batchSize: 16, ...options })].map(({ images }) => images.tolist());

  it("distort the images of the same order, each batch anew, as the key says", () => {
    const plain = imagesOf({ key: key(1), distort: none });
    expect(plain).toEqual(imagesOf({ key: key(1) }));
    const distorted = imagesOf({ key: key(1), distort: {} });
    expect(distorted).not.toEqual(plain);
    expect(distorted).toEqual(imagesOf({ key: key(1), distort: {} }));
    expect(distorted).not.toEqual(imagesOf({ key: key(2), distort: {} }));
  });

  it("refuse to distort without a key", () => {
    expect(() => imagesOf({ distort: {} })).toThrow(
      "[mnist.batches] distort without a key, which decides how each image is distorted",
    );
  });
});
