// The errors every package throws: TypeError for wrong kinds, RangeError for wrong values, MLXError
// for what the engine reports. Each carries a `code`; messages read `[op] what came, rule; cure`.

/** What went wrong, for programs. */
export type ErrorCode =
  | "KIND" // a value of the wrong kind (TypeError)
  | "VALUE" // a value outside what the op takes (RangeError)
  | "SHAPE" // shapes that do not fit (RangeError)
  | "DTYPE" // a dtype the op does not take (TypeError)
  | "INDEX" // an index out of bounds (RangeError)
  | "OPTION" // an option the op does not have (TypeError)
  | "RELEASED" // an array used after its release (MLXError)
  | "BACKEND_MISMATCH" // arrays of two backends in one call (MLXError)
  | "NO_BACKEND" // no backend installed or set (MLXError)
  | "UNSUPPORTED" // the backend lacks the op (UnsupportedError)
  | "OOM" // more memory than there is (MLXError)
  | "FILE" // a file that cannot be read or written (MLXError)
  | "ENGINE" // the engine failed while computing (MLXError)
  | "POISONED"; // an array whose evaluation failed earlier (MLXError)

/** Any error that carries a {@link ErrorCode}. */
export interface CodedError extends Error {
  readonly code: ErrorCode;
}

/** The text itself; of anything else, how messages show it: a symbol in a template would throw. */
const asText = (value: unknown): string => (typeof value === "string" ? value : shown(value));

/** What the engine, the registry or the lifetime rules refuse; see {@link ErrorCode}. */
export class MLXError extends Error implements CodedError {
  override readonly name: string = "MLXError";

  /**
   * @param message - `[op] what came, rule; cure`
   * @param code - the machine-readable reason
   * @param options - `cause` keeps the engine's own error
   */
  constructor(
    message: string,
    readonly code: ErrorCode = "ENGINE",
    options?: ErrorOptions,
  ) {
    super(asText(message), options);
  }
}

/** The backend has neither the op nor a composed default for it. */
export class UnsupportedError extends MLXError {
  override readonly name: string = "UnsupportedError";

  /**
   * @param op - the op that was called
   * @param backend - the backend's id
   * @param cure - what to do instead
   */
  constructor(
    readonly op: string,
    readonly backend: string,
    cure?: string,
  ) {
    super(
      `[${asText(op)}] the backend "${asText(backend)}" does not support this${cure ? `; ${asText(cure)}` : ""}`,
      "UNSUPPORTED",
    );
  }
}

/**
 * Makes a TypeError with a code.
 *
 * @param message - `[op] what came, rule`
 * @param code - default `"KIND"`
 * @returns the error, to be thrown
 * @example
 * ```ts
 * typeError("[upload] a string came, an array is expected").code; // "KIND"
 * ```
 */
export function typeError(message: string, code: ErrorCode = "KIND"): TypeError & CodedError {
  return Object.assign(new TypeError(message), { code });
}

/**
 * Makes a RangeError with a code.
 *
 * @param message - `[op] what came, rule`
 * @param code - default `"VALUE"`
 * @returns the error, to be thrown
 * @example
 * ```ts
 * rangeError("[upload] the axis 3 came, there are 2", "SHAPE").code; // "SHAPE"
 * ```
 */
export function rangeError(message: string, code: ErrorCode = "VALUE"): RangeError & CodedError {
  return Object.assign(new RangeError(message), { code });
}

/**
 * Shows a received value in a message, shortly.
 *
 * @param value - anything
 * @returns at most a few words
 * @example
 * ```ts
 * shown([1, "two", [3]]); // '[1, "two", [...]]'
 * shown(new Float32Array(2)); // "a Float32Array"
 * ```
 */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name ? `the function ${value.name}` : "a function";
  if (Array.isArray(value)) {
    const text = value.slice(0, 8).map((v) => (Array.isArray(v) ? "[...]" : shown(v)));
    return `[${text.join(", ")}${value.length > 8 ? ", ..." : ""}]`;
  }
  if (typeof value === "object") {
    const name = Object.getPrototypeOf(value)?.constructor?.name;
    if (name === "Object" || name === undefined)
      return `{ ${Object.keys(value).slice(0, 5).join(", ")} }`;
    // As it is read aloud: an Array, an MLXArray, a Uint8Array.
    return /^(?!Ui|UR|Un)[AEIOU]|^MLX/.test(name) ? `an ${name}` : `a ${name}`;
  }
  return String(value);
}
