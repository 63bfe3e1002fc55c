// Saves a model so that loadPretrained reads it: its config and its weights, in a folder.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configOf, type PretrainedModel } from "./architectures.js";

/** The two files of a pretrained model. */
export const CONFIG_FILE = "config.json";
export const WEIGHTS_FILE = "model.safetensors";

/**
 * Writes a model's config and weights into a folder, which {@link loadPretrained} then loads.
 *
 * @param model - one of the zoo's
 * @param folder - made if it is not there; files of the same names are replaced
 * @returns when both files are written
 * @throws TypeError for a model of another class
 * @throws MLXError (`FILE`) when the weights cannot be written
 * @example
 * ```ts
 * await savePretrained(model, "./my-digits");
 * const again = await loadPretrained("./my-digits");
 * ```
 */
export async function savePretrained(model: PretrainedModel, folder: string): Promise<void> {
  const config = configOf(model);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`);
  model.saveWeights(join(folder, WEIGHTS_FILE));
}
