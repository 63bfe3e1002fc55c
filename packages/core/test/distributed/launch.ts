// Runs a script in several processes through mlx-launch, from source.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreUrl, type Ended, nodeFlags } from "../child.js";

const launcher = fileURLToPath(new URL("../../src/launch/mlx-launch.ts", import.meta.url));

/** A folder for scripts and for what launches leave behind, which is nothing. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "mlx-ts-launch-"));
  /** Where launches put their files. */
  readonly temporary = mkdtempSync(join(this.folder, "tmp-"));
  #scripts = 0;

  /** Writes a module with `mx` imported; returns its path. */
  script(body: string): string {
    const file = join(this.folder, `script-${this.#scripts++}.mjs`);
    writeFileSync(file, `import * as mx from ${JSON.stringify(coreUrl)};\n${body}`);
    return file;
  }

  /**
   * Runs mlx-launch to its end.
   *
   * @param args - its arguments
   * @param env - further environment variables
   * @param onLine - is told each line, and may send the launcher a signal
   * @param timeout - milliseconds until it is ended
   */
  launch(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
    timeout = 60_000,
  ): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...nodeFlags, launcher, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, TMPDIR: this.temporary, ...env },
        // SIGTERM, which it passes on: killed at once, it would leave processes behind.
        timeout,
      });
      let out = "";
      let err = "";
      child.stdout.on("data", (data) => {
        out += data;
        for (const line of String(data).split("\n")) onLine?.(line, (signal) => child.kill(signal));
      });
      child.stderr.on("data", (data) => {
        err += data;
      });
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, out, err }));
    });
  }

  /** Runs a script in some processes; what each prints as JSON, by rank. */
  results<T>(count: number, body: string): Promise<T[]> {
    return this.resultsOf(count, this.script(body));
  }

  /**
   * Runs a file in some processes; what each prints as JSON, by rank.
   *
   * @param env - further environment variables
   * @param timeout - milliseconds until they are ended
   */
  async resultsOf<T>(
    count: number,
    file: string,
    env?: NodeJS.ProcessEnv,
    timeout?: number,
  ): Promise<T[]> {
    const args = ["-n", String(count), file];
    const { code, signal, out, err } = await this.launch(args, env, undefined, timeout);
    if (code !== 0 || signal !== null)
      throw new Error(`ended with ${code} ${signal}: ${out}${err}`);
    const byRank = new Map(
      [...out.matchAll(/^\[(\d+)\] (.*)$/gm)].map(([, rank, text]) => [Number(rank), text ?? ""]),
    );
    return Array.from({ length: count }, (_, rank) => JSON.parse(byRank.get(rank) ?? "null") as T);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
