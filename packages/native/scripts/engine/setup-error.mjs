// The one error of the set-up scripts: what went wrong, what was looked for and found, and the
// commands that cure it. Scripts print it without a stack, because the reader is not debugging them.

export class SetupError extends Error {
  /**
   * @param {string} problem - one sentence
   * @param {{ found?: string[], cure: string[] }} details - what was looked for with what was
   *   found, one line each; and commands or steps, the best first
   */
  constructor(problem, { found = [], cure }) {
    const lines = [problem];
    if (found.length) lines.push("  Found:", ...found.map((line) => `    ${line}`));
    lines.push("  To cure it:", ...cure.map((line) => `    ${line}`));
    super(lines.join("\n"));
    this.name = "SetupError";
    this.problem = problem;
    this.found = found;
    this.cure = cure;
  }
}

/** The command that builds the addon: in this workspace, or where the package is installed. */
export const BUILD_COMMAND = import.meta.url.includes("/node_modules/")
  ? "npx mlx-native-build"
  : "npm run build";

/** Runs a script's `main` and turns a {@link SetupError} into a printed message and exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

/** The set-up error for a file operation that failed in the vendor folder; other errors pass through. */
export function explainFileError(error, folder) {
  if (error.code === "ENOSPC")
    return new SetupError(`The disk is full: could not write to ${folder}.`, {
      cure: ["free some space (the engine needs about 250 MB) and run the command again"],
    });
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(error.code))
    return new SetupError(`The folder ${folder} cannot be written to (${error.code}).`, {
      cure: [
        `make it writable: chmod u+w ${folder}`,
        "or name another folder: MLX_VENDOR_DIR=<folder> <the same command>",
      ],
    });
  return error;
}
