// mlx-launch: starts a script in several processes that can communicate through mx.distributed.

import { readOptions, UsageError, usage } from "./options.js";
import { run } from "./run.js";

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === "help") {
      process.stdout.write(usage);
      return 0;
    }
    return await run(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`[mlx-launch] ${error.message}\n`);
    return 2;
  }
}

process.exitCode = await main();
