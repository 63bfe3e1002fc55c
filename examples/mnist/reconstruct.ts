// Trains an autoencoder on MNIST from the command line: `tsx reconstruct.ts --help`. The work is in src/reconstruct.ts.
import { ExitCode } from "./src/command.js";
import { explain } from "./src/failures.js";
import { parseReconstructOptions } from "./src/reconstruct-options.js";

const parsed = parseReconstructOptions(process.argv.slice(2));
if (parsed.options === undefined) {
  process.exitCode = parsed.exitCode;
} else {
  try {
    const { reconstruct } = await import("./src/reconstruct.js");
    process.exitCode = await reconstruct(parsed.options);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = ExitCode.failure;
  }
}
