// The one error class of pretrained models: what was found, the rule, the cure.
// Damaged weight files are refused by core, whose errors pass through unchanged.

/** What is wrong with a pretrained model; stable, for programs. */
export type PretrainedErrorCode =
  | "NOT_INSTALLED"
  | "MISSING"
  | "UNREADABLE"
  | "BAD_CONFIG"
  | "UNKNOWN_MODEL"
  | "BAD_WEIGHTS";

/**
 * A problem with the files of a pretrained model.
 *
 * The message reads `[pretrained] <file, folder or package>: <what was found>, <rule>; <cure>`.
 *
 * @example
 * ```ts
 * try {
 *   await loadPretrained("@mlx-ts/mnist-cnn");
 * } catch (error) {
 *   if (error instanceof PretrainedError && error.code === "NOT_INSTALLED") console.error(error.message);
 * }
 * ```
 */
export class PretrainedError extends Error {
  override readonly name = "PretrainedError";

  /** What is wrong, for programs. */
  readonly code: PretrainedErrorCode;

  /** The file, folder or package the message is about. */
  readonly file: string;

  /**
   * @param code - what is wrong
   * @param file - the file, folder or package it was found in
   * @param finding - what was found, the rule, and the cure: `<found>, <rule>; <cure>`
   * @param options - `cause`: the error underneath, if there was one
   */
  constructor(code: PretrainedErrorCode, file: string, finding: string, options?: ErrorOptions) {
    super(`[pretrained] ${file}: ${finding}`, options);
    this.code = code;
    this.file = file;
  }
}
