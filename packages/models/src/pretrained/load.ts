// Loads a pretrained model from an npm package or a folder: a config that says which model, and its weights.
// Nothing is downloaded: a package is installed like any other.

import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import { findInstalled, isSystemError } from "../installed.js";
import type { CNN, MLP } from "../mnist/models.js";
import { type Config, modelOf, type PretrainedModel } from "./architectures.js";
import { PretrainedError } from "./errors.js";
import { CONFIG_FILE, WEIGHTS_FILE } from "./save.js";

/** The models of this project's packages. */
export interface PretrainedPackages {
  "@mlx-ts/mnist-mlp": MLP;
  "@mlx-ts/mnist-cnn": CNN;
}

/** The `model_type` that each of them has. */
const typeOfPackage: Readonly<Record<keyof PretrainedPackages, string>> = {
  "@mlx-ts/mnist-mlp": "mnist_mlp",
  "@mlx-ts/mnist-cnn": "mnist_cnn",
};

/** The model that a source gives, as far as its name tells. */
export type PretrainedOf<Source> = Source extends keyof PretrainedPackages
  ? PretrainedPackages[Source]
  : PretrainedModel;

/** Options of {@link loadPretrained}. */
export interface LoadPretrainedOptions {
  /**
   * Path or `file:` URL of the module the package is looked up from, usually `import.meta.url`. Default: this package,
   * then the current folder.
   */
  from?: string | URL;
}

/**
 * Loads a pretrained model from an installed npm package, or from a folder with its `config.json` and
 * `model.safetensors`.
 *
 * @param source - the name of a package (`@mlx-ts/mnist-cnn`), or the path or `file:` URL of a folder; a path that
 *   might be a package's name starts with `./`
 * @param options - `from`: the module the package is looked up from
 * @returns the model, in evaluation mode, its weights read
 * @throws {PretrainedError} when the package is not installed, a file is missing, the config names no known model or
 *   is wrong, or the weights are not the model's
 * @throws MLXError (`FILE`) when the weights are damaged
 * @example
 * ```ts
 * const model = await loadPretrained("@mlx-ts/mnist-cnn");
 * const { digit, probability } = await mnist.classify(model, "seven.png");
 * ```
 */
export async function loadPretrained<const Source extends string | URL>(
  source: Source,
  options: LoadPretrainedOptions = {},
): Promise<PretrainedOf<Source>> {
  const folder = await folderOf(source, options.from);
  const configFile = join(folder, CONFIG_FILE);
  const config = await readConfig(configFile);
  if (isOwnPackage(source) && config.model_type !== typeOfPackage[source]) {
    throw new PretrainedError(
      "BAD_CONFIG",
      configFile,
      `model_type "${config.model_type}", ${source} is a ${typeOfPackage[source]}; install the package again`,
    );
  }
  const model = modelOf(config, configFile);
  await readWeights(model, join(folder, WEIGHTS_FILE));
  return model.eval() as PretrainedOf<Source>; // of own packages the type was compared above
}

const isOwnPackage = (source: unknown): source is keyof PretrainedPackages =>
  typeof source === "string" && Object.hasOwn(typeOfPackage, source);

/** What npm takes for a package's name. */
const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

async function folderOf(source: string | URL, from: string | URL | undefined): Promise<string> {
  if (typeof source === "string" && PACKAGE_NAME.test(source)) {
    const found = await findInstalled(source, from);
    if (found !== undefined) return found.folder;
    throw new PretrainedError(
      "NOT_INSTALLED",
      source,
      `the package is not installed${from === undefined ? "" : ` where ${from} would find it`}, weights are installed like other packages; run: npm install ${source} (a folder of this name is ./${source})`,
    );
  }
  const isURL = source instanceof URL || source.startsWith("file:");
  const folder = isURL ? fileURLToPath(source) : resolve(source);
  if (await exists(folder)) return folder;
  throw new PretrainedError(
    "MISSING",
    folder,
    `no such folder, it must hold ${CONFIG_FILE} and ${WEIGHTS_FILE}; check the path`,
  );
}

async function readConfig(file: string): Promise<Config> {
  await requireFile(file);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    const reason = isSystemError(cause) ? cause.code : String(cause);
    throw new PretrainedError(
      "UNREADABLE",
      file,
      `cannot be read (${reason}), it must be a readable file; check its kind and permissions`,
      { cause },
    );
  });
  const found = parsed(text, file);
  if (typeof found === "object" && found !== null && "model_type" in found) {
    if (typeof found.model_type === "string") return found as Config;
  }
  throw new PretrainedError(
    "BAD_CONFIG",
    file,
    'no text under "model_type", which names the model; take the file that belongs to the weights',
  );
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PretrainedError(
      "BAD_CONFIG",
      file,
      `it is no JSON (${reason}), a config is an object; take the file that belongs to the weights`,
      { cause },
    );
  }
}

async function readWeights(model: PretrainedModel, file: string): Promise<void> {
  await requireFile(file);
  const initial = mx.arraysIn(model.parameters());
  try {
    model.loadWeights(file);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new PretrainedError(
      "BAD_WEIGHTS",
      file,
      `these are not the weights of the model in ${CONFIG_FILE}, names and shapes must be its own; take both files from one place. ${cause.message}`,
      { cause },
    );
  }
  for (const array of initial) array.dispose();
  mx.eval(model); // files are read lazily: what is wrong with one shows now
}

async function requireFile(file: string): Promise<void> {
  if (await exists(file)) return;
  throw new PretrainedError(
    "MISSING",
    file,
    `no such file, a pretrained model has ${CONFIG_FILE} and ${WEIGHTS_FILE}; put it there`,
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (isSystemError(cause) && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return false;
    throw cause;
  }
}
