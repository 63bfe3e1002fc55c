// Trains a digit classifier on MNIST from the command line: `tsx main.ts --help`.
// This file only turns options and errors into exit codes; the work is in src/run.ts, which is
// loaded after the options are known to be good, so that --help and mistakes answer at once.

import { ExitCode } from "./src/command.js";
import { explain } from "./src/failures.js";
import { parseOptions } from "./src/options.js";

const parsed = parseOptions(process.argv.slice(2));
if (parsed.options === undefined) {
  process.exitCode = parsed.exitCode;
} else {
  try {
    const { run } = await import("./src/run.js");
    process.exitCode = await run(parsed.options);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = ExitCode.failure;
  }
}
