// The one error class of the readers of MNIST's files and of pictures: what was found, the rule, the cure.
// Engine errors (shapes, dtypes, memory) come from core and pass through unchanged.

/** What is wrong with a data file or folder; stable, for programs. */
export type MnistDataErrorCode =
  | "MISSING"
  | "UNREADABLE"
  | "BAD_GZIP"
  | "BAD_MAGIC"
  | "TRUNCATED"
  | "TRAILING_BYTES"
  | "EMPTY"
  | "BAD_LABEL"
  | "COUNT_MISMATCH"
  | "SIZE_MISMATCH"
  | "BAD_CHECKSUM"
  | "BAD_PNG"
  | "BLANK";

/**
 * A problem with MNIST's files or a picture of a digit, as opposed to one of the engine.
 *
 * The message reads `[mnist] <file>: <what was found>, <rule>; <cure>`.
 *
 * @example
 * ```ts
 * try {
 *   await loadMnist({ dir: "digits" });
 * } catch (error) {
 *   if (error instanceof MnistDataError) console.error(error.code, error.message);
 * }
 * ```
 */
export class MnistDataError extends Error {
  override readonly name = "MnistDataError";

  /** What is wrong, for programs. */
  readonly code: MnistDataErrorCode;

  /** The file, folder or package the message is about. */
  readonly file: string;

  /**
   * @param code - what is wrong
   * @param file - the file, folder or package it was found in
   * @param finding - what was found, the rule, and the cure: `<found>, <rule>; <cure>`
   * @param options - `cause`: the error underneath, if there was one
   */
  constructor(code: MnistDataErrorCode, file: string, finding: string, options?: ErrorOptions) {
    super(`[mnist] ${file}: ${finding}`, options);
    this.code = code;
    this.file = file;
  }
}
