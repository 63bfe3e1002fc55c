// What the tests of files share: a folder of their own, files from Python, and errors about files.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import * as mx from "../src/index.js";
import { arrayOf, type GoldenArray } from "./golden.js";

/** A folder that is removed after the tests of a file. */
export function ownFolder(): { folder: string; fresh(name: string): string } {
  const folder = mkdtempSync(join(tmpdir(), "mlx-ts-io-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;
  return { folder, fresh: (name) => join(folder, `${count++}-${name}`) };
}

/** A single npy file from Python. */
export interface GoldenNpy {
  readonly file: string;
  readonly array: GoldenArray;
  /** Whether MLX wrote it from that array as it is. */
  readonly same?: true;
}

/** A file of several arrays from Python. */
export interface GoldenFile {
  readonly file: string;
  readonly arrays: Readonly<Record<string, GoldenArray>>;
  readonly metadata: Readonly<Record<string, GoldenArray | string | readonly string[]>>;
}

/** What goldens/cases/files.py wrote. */
export const goldenFiles = JSON.parse(
  readFileSync(new URL("goldens/files.json", import.meta.url), "utf8"),
) as {
  readonly order: readonly string[];
  readonly arrays: Readonly<Record<string, GoldenArray>>;
  readonly metadata: mx.Metadata;
  readonly npy: Readonly<Record<string, GoldenNpy>>;
  readonly npz: Readonly<Record<string, GoldenFile>>;
  readonly gguf: Readonly<Record<string, GoldenFile>>;
};

/** The bytes of a golden file. */
export const bytesOf = ({ file }: { readonly file: string }): Uint8Array =>
  Uint8Array.from(Buffer.from(file, "base64"));

/** Expects an array with exactly the golden's dtype, shape and elements. */
export function expectSame(got: unknown, golden: GoldenArray, what = ""): void {
  expect(got, what).toBeInstanceOf(mx.MLXArray);
  const array = got as mx.MLXArray;
  expect([what, array.dtype, array.shape]).toEqual([what, golden.dtype, golden.shape]);
  expect(mx.arrayEqual(array, arrayOf(golden)).item<boolean>(), `${what}: elements`).toBe(true);
}

/** Expects named arrays as the goldens. */
export function expectAllSame(
  got: mx.NamedArrays,
  goldens: Readonly<Record<string, GoldenArray>>,
): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(goldens).sort());
  for (const [name, golden] of Object.entries(goldens)) expectSame(got[name], golden, name);
}

/**
 * Reads all of a file: it works, or each step throws one of our errors.
 *
 * @returns the error's code, or "worked"
 */
export function readAll(file: mx.LoadFile, format: mx.LoadFormat): string {
  try {
    const read: unknown = mx.load(file, format);
    for (const array of mx.arraysIn(read)) array.toTypedArray();
    return "worked";
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    const { code, message } = error as { code?: unknown; message: string };
    expect(message).toMatch(/^\[/);
    expect(code).toEqual(expect.any(String));
    return code as string;
  }
}
