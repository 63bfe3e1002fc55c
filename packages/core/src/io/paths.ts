// What a file argument may be, for reading and for writing: paths, bytes, and objects with a write method. A
// file that is written appears whole or not at all.

import type { Stats } from "node:fs";
import { type ErrorCode, type FileTarget, MLXError, shown, typeError } from "@mlx-ts/backend-api";
import { nodeModule } from "../node.js";

const { randomUUID } = nodeModule("node:crypto");
const {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} = nodeModule("node:fs");
const { dirname, join } = nodeModule("node:path");
const { fileURLToPath } = nodeModule("node:url");

/** Where to read: a path, a `file:` URL, or the bytes of a file. */
export type LoadFile = string | URL | Uint8Array | ArrayBuffer;

/** Takes the bytes of a file in order, as Python's file objects do; streams of Node fit. */
export interface ByteSink {
  /** @param bytes - a part that nobody else uses */
  write(bytes: Uint8Array): unknown;
}

/** Where to write: a path, a `file:` URL, or an object that takes the bytes. */
export type SaveFile = string | URL | ByteSink;

/** An error about a file. */
export function fileError(op: string, file: string, what: string, cause?: unknown): MLXError {
  return new MLXError(`[${op}] ${file}: ${what}`, "FILE", { cause });
}

/**
 * Whether an error is one of the library's, and its code. By name: an engine may have been loaded with another copy
 * of the class.
 */
export function mlxCode(cause: unknown): ErrorCode | undefined {
  const ours = cause instanceof Error && cause.name === "MLXError";
  return ours ? (cause as MLXError).code : undefined;
}

/** The path of a path or URL, or undefined for what is neither. */
export function pathOf(op: string, file: unknown): string | undefined {
  if (file instanceof URL) {
    if (file.protocol === "file:") return checkedPath(op, fileURLToPath(file));
    throw typeError(`[${op}] the URL ${shown(file.href)} is not of a file; its data can be given`);
  }
  return typeof file === "string" ? checkedPath(op, file) : undefined;
}

function checkedPath(op: string, path: string): string {
  if (path === "") throw typeError(`[${op}] a path was expected, got an empty text`);
  if (path.includes("\0")) throw fileError(op, shown(path), "a path may not hold a NUL");
  return path;
}

/** What is at a path, or undefined where nothing is. */
function found(op: string, path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw fileError(op, path, reason(cause), cause);
  }
}

/** Refuses what is no file, with the reason. */
export function checkFile(op: string, path: string): void {
  const stats = found(op, path);
  if (stats === undefined) throw fileError(op, path, "there is no such file");
  if (!stats.isFile()) {
    throw fileError(op, path, stats.isDirectory() ? "it is a folder, no file" : "it is no file");
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is no folder",
  EACCES: "it may not be accessed",
  EPERM: "it may not be accessed",
  EROFS: "its disk may not be written",
  ENOSPC: "its disk is full",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links go round in a circle",
};

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code = "" } = cause as NodeJS.ErrnoException;
  return reasons[code] ?? cause.message;
}

/** Where a path's file is written in the end: behind links, and only where a file may be. */
function destination(op: string, path: string): { path: string; mode: number | undefined } {
  const stats = found(op, path);
  if (stats === undefined) return { path, mode: undefined };
  // A rename would put the file in the place of a device or a pipe.
  if (!stats.isFile()) {
    throw fileError(op, path, stats.isDirectory() ? "a folder has this name" : "it is no file");
  }
  try {
    accessSync(path, constants.W_OK);
    return { path: realpathSync(path), mode: stats.mode };
  } catch (cause) {
    throw fileError(op, path, reason(cause), cause);
  }
}

/** A file on its way: under another name in the same folder, until it is whole. */
export class Draft {
  readonly #target: ReturnType<typeof destination>;
  readonly path: string;

  constructor(
    private readonly op: string,
    target: string,
    ending: string,
  ) {
    this.#target = destination(op, target);
    this.path = join(dirname(this.#target.path), `.${randomUUID()}${ending}`);
    // The system tells why a file cannot be; the engine's writers only that.
    this.#about(() => closeSync(openSync(this.path, "wx")));
  }

  /** Gives the file its name. */
  publish(): void {
    const { path, mode } = this.#target;
    this.#about(() => {
      if (mode !== undefined) chmodSync(this.path, mode);
      renameSync(this.path, path);
    });
  }

  /** Removes what was written; after {@link publish} there is nothing to remove. */
  discard(): void {
    rmSync(this.path, { force: true });
  }

  #about(act: () => void): void {
    try {
      act();
    } catch (cause) {
      throw fileError(this.op, this.#target.path, reason(cause), cause);
    }
  }
}

/** Calls with a function that writes bytes to where a target says. */
export function streaming(
  to: FileTarget,
  body: (write: (bytes: Uint8Array) => void) => void,
): void {
  if (typeof to === "function") {
    body(to);
    return;
  }
  const file = openSync(to, "w");
  try {
    body((bytes) => {
      for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
    });
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file, or hands its bytes to an object.
 *
 * @param op - for messages
 * @param file - the argument
 * @param ending - appended to a path that lacks it
 * @param write - writes all of it; what it throws about a path becomes an error about the file
 */
export function writing(
  op: string,
  file: SaveFile,
  ending: string,
  write: (to: FileTarget) => void,
): void {
  const path = pathOf(op, file);
  if (path === undefined) {
    const sink = file as Partial<ByteSink> | null | undefined;
    if (typeof sink !== "object" || typeof sink?.write !== "function") {
      throw typeError(
        `[${op}] a path, a file URL or an object with a write method was expected, got ${shown(file)}`,
      );
    }
    write((bytes) => {
      (sink as ByteSink).write(bytes);
    });
    return;
  }
  const target = path.endsWith(ending) ? path : `${path}${ending}`;
  const draft = new Draft(op, target, ending);
  try {
    write(draft.path);
    draft.publish();
  } catch (cause) {
    const code = mlxCode(cause);
    const why = cause instanceof Error ? cause.message : String(cause);
    // Too little memory, for example, is no fault of the file.
    if (code !== undefined && (code !== "FILE" || why.includes(target))) throw cause;
    throw fileError(
      op,
      target,
      `it could not be written: ${why.replace(draft.path, target)}`,
      cause,
    );
  } finally {
    draft.discard();
  }
}
