// Where results go: a folder that can be written, files that are whole or not there.
import { access, constants, mkdir, rename } from "node:fs/promises";
import { relative } from "node:path";
import { RunError } from "./failures.js";

/** Makes the folder for results; a run that cannot save must not train. */
export async function makeFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new RunError(
      `--out ${out}: cannot be used (${reason}), results need a folder that can be written; choose another`,
      { cause },
    );
  }
}

/** Writes a file beside its final place and moves it there, so that a half-written one is never left. */
export async function replaceFile(
  path: string,
  write: (part: string) => void | Promise<void>,
): Promise<void> {
  // The suffix stays at the end: it decides the format of the weights.
  const part = path.replace(/(\.\w+)$/, ".part$1");
  await write(part);
  await rename(part, path);
}

/** A path as it is shown: from the current folder where that is above it. */
export function fromHere(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown.startsWith("..") ? path : shown;
}
