import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MnistDataError } from "../../src/mnist/errors.js";
import { parseIdxImages, parseIdxLabels } from "../../src/mnist/idx.js";
import { imagesFile, labelsFile } from "./idx-bytes.js";

/** Runs `parse` and returns the error it must throw. */
function errorOf(parse: () => unknown): MnistDataError {
  try {
    parse();
  } catch (error) {
    if (error instanceof MnistDataError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a well-formed IDX file", () => {
  const pixels = [0, 1, 2, 3, 4, 5, 6, 7, 250, 251, 252, 253];

  it("gives images with their shape", () => {
    const { images, count, rows, cols } = parseIdxImages(imagesFile(pixels, [2, 2, 3]));
    expect([count, rows, cols]).toEqual([2, 2, 3]);
    expect([...images]).toEqual(pixels);
  });

  it("gives labels", () => {
    expect([...parseIdxLabels(labelsFile([9, 0, 5])).labels]).toEqual([9, 0, 5]);
  });

  it("is read from gzip as well", () => {
    expect([...parseIdxImages(gzipSync(imagesFile(pixels, [3, 2, 2]))).images]).toEqual(pixels);
    expect([...parseIdxLabels(gzipSync(labelsFile([1, 2]))).labels]).toEqual([1, 2]);
  });

  it("is read from a view that starts in the middle of a buffer", () => {
    const padded = Buffer.concat([Buffer.alloc(3), labelsFile([4, 2])]);
    expect([...parseIdxLabels(padded.subarray(3)).labels]).toEqual([4, 2]);
  });
});

describe("a malformed IDX file", () => {
  it("with labels where images belong is refused, and the swap is named", () => {
    const error = errorOf(() => parseIdxImages(labelsFile([1, 2, 3]), "train-images"));
    expect(error.code).toBe("BAD_MAGIC");
    expect(error.file).toBe("train-images");
    expect(error.message).toBe(
      "[mnist] train-images: magic number 0x00000801, a file of images starts with 0x00000803; " +
        "this is a file of labels: the two may have been swapped",
    );
  });

  it("with another magic number is refused", () => {
    const error = errorOf(() => parseIdxLabels(labelsFile([1], 1, 0x89504e47)));
    expect(error.message).toContain(
      "magic number 0x89504e47, a file of labels starts with 0x00000801",
    );
  });

  it.each([0, 1, 3])("of %i bytes is refused as cut short", (length) => {
    const error = errorOf(() => parseIdxImages(imagesFile([1], [1, 1, 1]).subarray(0, length)));
    expect(error.code).toBe("TRUNCATED");
    expect(error.message).toContain(
      `only ${length} bytes, an IDX file of images starts with a header of 16`,
    );
  });

  it("that ends inside its header is refused as cut short", () => {
    expect(errorOf(() => parseIdxImages(imagesFile([1], [1, 1, 1]).subarray(0, 15))).code).toBe(
      "TRUNCATED",
    );
    expect(errorOf(() => parseIdxLabels(labelsFile([1]).subarray(0, 7))).code).toBe("TRUNCATED");
  });

  it("that ends inside its pixels is refused with both sizes", () => {
    const error = errorOf(() => parseIdxImages(imagesFile([1, 2, 3], [1, 2, 2]), "f"));
    expect(error.code).toBe("TRUNCATED");
    expect(error.message).toContain("3 bytes after the header, 1 images of 2x2 pixels take 4;");
  });

  it("that ends inside its labels is refused", () => {
    expect(errorOf(() => parseIdxLabels(labelsFile([1, 2], 3))).code).toBe("TRUNCATED");
  });

  it("with sizes whose product overflows 32 bits is refused as cut short", () => {
    const huge = imagesFile([1], [0xffffffff, 0xffffffff, 0xffffffff]);
    expect(errorOf(() => parseIdxImages(huge)).code).toBe("TRUNCATED");
  });

  it("with bytes after its pixels is refused, and they are counted", () => {
    const error = errorOf(() => parseIdxImages(imagesFile([1, 2, 3, 4, 5, 6], [1, 2, 2])));
    expect(error.code).toBe("TRAILING_BYTES");
    expect(error.message).toContain("2 bytes too many");
  });

  it("with bytes after its labels is refused", () => {
    expect(errorOf(() => parseIdxLabels(labelsFile([1, 2], 1))).code).toBe("TRAILING_BYTES");
  });

  it("without images or labels is refused", () => {
    expect(errorOf(() => parseIdxImages(imagesFile([], [0, 28, 28]))).code).toBe("EMPTY");
    expect(errorOf(() => parseIdxImages(imagesFile([], [5, 28, 0]))).code).toBe("EMPTY");
    expect(errorOf(() => parseIdxLabels(labelsFile([]))).code).toBe("EMPTY");
  });

  it("with a label over 9 is refused, and the label is named", () => {
    const error = errorOf(() => parseIdxLabels(labelsFile([9, 0, 10, 11]), "train-labels"));
    expect(error.code).toBe("BAD_LABEL");
    expect(error.message).toContain(
      "[mnist] train-labels: label 2 is 10, MNIST labels are 0 to 9;",
    );
  });

  it("of damaged or cut gzip is refused with the cause", () => {
    const packed = gzipSync(labelsFile([1, 2, 3]));
    for (const bad of [packed.subarray(0, packed.length - 6), Buffer.from([0x1f, 0x8b, 9, 9])]) {
      const error = errorOf(() => parseIdxLabels(bad, "labels.gz"));
      expect(error.code).toBe("BAD_GZIP");
      expect(error.message).toMatch(
        /^\[mnist\] labels\.gz: gzip data of \d+ bytes that does not unpack \(.+\)/,
      );
      expect(error.cause).toBeInstanceOf(Error);
    }
  });
});
