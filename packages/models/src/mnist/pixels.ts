// What the models make of pixels: bytes are scaled, floats are taken as they are.

import type { MLXArray } from "@mlx-ts/core";

/** Pixels as floats: bytes scaled to 0 to 1, floats unchanged. */
export function toFloat(images: MLXArray): MLXArray {
  return images.dtype === "uint8" ? images.astype("float32").divide(255) : images;
}
