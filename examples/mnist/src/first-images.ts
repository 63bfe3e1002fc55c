// A part of MNIST, for short runs.
import type { mnist } from "@mlx-ts/models";

/** The first training images, and a sixth as many test images, as all of MNIST has. */
export function firstImages(data: mnist.MnistData, count: number): mnist.MnistData {
  const first = (part: mnist.MnistSet, n: number): mnist.MnistSet => ({
    ...part,
    count: n,
    images: part.images.subarray(0, n * (part.images.length / part.count)),
    labels: part.labels.subarray(0, n),
  });
  return {
    ...data,
    train: first(data.train, Math.min(count, data.train.count)),
    test: first(data.test, Math.min(Math.ceil(count / 6), data.test.count)),
  };
}
