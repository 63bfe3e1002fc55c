// Runs a script in a process of its own, for what must not end or hold this one: exits, crashes, memory,
// threads.

import { spawn } from "node:child_process";

/** How a child ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** What a child's Node is started with, so that it reads the workspace's TypeScript. */
export const nodeFlags = ["--conditions=@mlx-ts/source", "--import", import.meta.resolve("tsx")];

/** The address of the library's source, to import in a child. */
export const coreUrl = new URL("../src/index.ts", import.meta.url).href;

/**
 * Runs a module's text, with `mx` imported.
 *
 * @param script - the module's body
 * @param flags - further flags of Node
 */
export function runScript(script: string, flags: readonly string[] = []): Promise<Ended> {
  const text = `import * as mx from ${JSON.stringify(coreUrl)};\n${script}`;
  return runNode([...flags, "--input-type=module", "--eval", text]);
}

/**
 * Runs Node to its end.
 *
 * @param args - flags, file and its arguments
 * @param timeout - milliseconds until it is killed
 */
export function runNode(args: readonly string[], timeout = 60_000): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeFlags, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout,
      killSignal: "SIGKILL",
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, out, err }));
  });
}
