// The command line of classify. Parsing only: nothing here loads MLX or touches files.
import type { BackendName } from "./backend.js";
import { backendOption, commandOf, nonEmpty, type Parsed, parsed } from "./command.js";

/** What classify is asked for, checked. */
export interface ClassifyOptions {
  /** PNG files, or .json files with 28x28 numbers. */
  readonly images: readonly string[];
  /** A package or a folder. */
  readonly model: string;
  /** Default: native, and reference where that cannot be loaded. */
  readonly backend?: BackendName;
}

/**
 * Parses the command line of classify; prints help, or one line about the first mistake.
 *
 * @param args - the arguments after the script's name
 */
export function parseClassifyOptions(args: readonly string[]): Parsed<ClassifyOptions> {
  const command = commandOf("classify", "Names the handwritten digit in each picture.")
    .argument(
      "<images...>",
      "PNG files, or .json files with 28x28 numbers: 0 (paper) to 1 (ink), or to 255",
    )
    .option(
      "--model <name>",
      "a package, or a folder such as ./out/cnn",
      nonEmpty,
      "@mlx-ts/mnist-cnn",
    )
    .addOption(backendOption());
  const result = parsed<Omit<ClassifyOptions, "images">>(command, args);
  return result.options === undefined
    ? result
    : { options: { ...result.options, images: command.args } };
}
