// A tiny data set for the tests: images of 4x4 pixels whose class is the place of their brightest pixel.
import type { MnistData, MnistSet } from "../../src/mnist/data.js";

const SIDE = 4;
const CLASSES = 10;

/** `count` images of classes 0, 1, .. 9, 0, 1, ..; the last pixel of image `i` is `i`, so it can be told. */
export function makeSet(count: number): MnistSet {
  const pixels = SIDE * SIDE;
  const images = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = i % CLASSES;
    labels[i] = label;
    for (let p = 0; p < pixels - 1; p++) images[i * pixels + p] = (i * 7 + p * 13) % 60;
    images[i * pixels + label] = 255;
    images[i * pixels + pixels - 1] = i;
  }
  return { images, labels, count, rows: SIDE, cols: SIDE };
}

/** 200 training and 50 test images. */
export function makeDigits(): MnistData {
  return { train: makeSet(200), test: makeSet(50), source: "made for the tests" };
}
