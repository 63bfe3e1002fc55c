// Matching the errors that the library throws: class, code and words of the message.

import { expect } from "vitest";
import * as mx from "../src/index.js";

const classes = { TypeError, RangeError, MLXError: mx.MLXError } as const;

/**
 * Expects a call to throw one of our errors.
 *
 * @param call - what must throw
 * @param name - the error's class
 * @param code - its code; null where the engine's own wording decides
 * @param words - found in its message
 */
export function expectError(
  call: () => unknown,
  name: keyof typeof classes,
  code: string | null,
  words: string | RegExp,
): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  const fits = ({ message }: Error) =>
    typeof words === "string" ? message.includes(words) : words.test(message);
  // What a backend lacks is no wrong message: the test is not run there, see lacking.ts.
  if (thrown instanceof mx.UnsupportedError && !(code === "UNSUPPORTED" && fits(thrown))) {
    throw thrown;
  }
  expect(thrown, "what was thrown").toBeInstanceOf(classes[name]);
  const error = thrown as Error & { code?: unknown };
  expect({ code: error.code, message: error.message }).toEqual({
    code: code ?? expect.any(String),
    message:
      typeof words === "string" ? expect.stringContaining(words) : expect.stringMatching(words),
  });
  expect(error.message, "a message opens with its op").toMatch(/^\[[\w.:]+\] /);
}
