// Names the digits in pictures from the command line: `tsx classify.ts --help`. The work is in src/classify.ts.
import { parseClassifyOptions } from "./src/classify-options.js";
import { ExitCode } from "./src/command.js";
import { explain } from "./src/failures.js";

const parsed = parseClassifyOptions(process.argv.slice(2));
if (parsed.options === undefined) {
  process.exitCode = parsed.exitCode;
} else {
  try {
    const { classifyAll } = await import("./src/classify.js");
    await classifyAll(parsed.options);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = ExitCode.failure;
  }
}
