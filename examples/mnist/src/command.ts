// What the command lines of this folder share: one clear line about a mistake, exit codes, kinds of values.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/** Exit codes of the examples. */
export const ExitCode = { done: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** Options to run with, or the exit code when there is nothing to run. */
export type Parsed<Options> =
  | { readonly options: Options }
  | { readonly options?: undefined; readonly exitCode: number };

/** A command without options, which throws instead of ending the process, and answers mistakes with one line. */
export function commandOf(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption("-h, --help", "show this help")
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
}

/**
 * Parses a command line; prints help, or one line about the first mistake.
 *
 * @param command - made by {@link commandOf}
 * @param args - the arguments after the script's name
 * @returns the options, or the exit code: 0 after `--help`, 2 after a mistake
 */
export function parsed<Options extends object>(
  command: Command,
  args: readonly string[],
): Parsed<Options> {
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? ExitCode.done : ExitCode.usage };
  }
  return { options: command.opts<Options>() };
}

/** The engine that computes. */
export function backendOption(): Option {
  const names = ["native", "reference"];
  return new Option("--backend <name>", "engine (default: native, else reference)").choices(names);
}

export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(`It must be an integer of at least ${least}.`);
    }
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || value <= 0 || !Number.isFinite(value)) {
    throw new InvalidArgumentError("It must be a number above 0, such as 0.001 or 1e-3.");
  }
  return value;
}

export function nonEmpty(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must name a folder.");
  return text;
}
