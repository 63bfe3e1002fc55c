// Turns an error into what the terminal shows: one line where the message says it all, the stack
// where it does not. It loads none of the packages, because their absence is one of the errors.

/** A problem the user can solve; the message stands alone. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/**
 * Explains an error to the person at the terminal.
 *
 * @param error - anything that was thrown
 * @returns one line for problems with data, options, files or the build; the stack for anything else
 */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return `mnist: ${String(error)}`;
  const { message, stack } = error;
  if ("code" in error && error.code === "ERR_MODULE_NOT_FOUND" && message.includes("@mlx-ts")) {
    return "mnist: the packages are not built yet; run `npm start` in the root of the repository";
  }
  // Data and training errors of @mlx-ts/models, and those of the file system, say it all.
  const isPlain =
    error instanceof RunError || /^\[(mnist|pretrained)[.\]]/.test(message) || "syscall" in error;
  return isPlain ? `mnist: ${message}` : (stack ?? message);
}
