// A machine that is missing something, for the set-up scripts: a folder that is the whole PATH, with
// stand-ins written as shell scripts, and a vendor folder of its own. No test here uses the network.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { STAMP, wheelPlace } from "../scripts/engine/wheel.mjs";
import { hostTarget, pinned } from "../scripts/engine.mjs";

const scripts = fileURLToPath(new URL("../scripts/", import.meta.url));

/** The rows of engine.json for this machine: the engine, and on Linux OpenBLAS. */
export const wheels = pinned.wheels.filter(
  (row: { target: string; engine: string }) =>
    row.target === hostTarget && !row.engine.startsWith("cuda"),
);

/** A machine with nothing on its PATH; removed when the test ends. */
export function fakeMachine() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mlx-ts-machine-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, "bin");
  mkdirSync(bin);
  const machine = {
    root,
    vendor: join(root, "vendor"),
    /** Puts a command on the PATH. */
    command(name: string, script: string) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    },
    /** Puts a Python on the PATH with these packages; `pip` is the shell code of `python3 -m pip`. */
    python(packages: Record<string, string> = {}, pip = "exit 0") {
      const found = Object.fromEntries(
        Object.entries(packages).map(([name, version]) => [name, { version, site: root }]),
      );
      const answer = JSON.stringify({
        python: "/fake/python3",
        version: "3.12.0",
        packages: found,
      });
      machine.command(
        "python3",
        `if [ "$1" = "-c" ]; then printf '%s' '${answer}'; else ${pip}; fi`,
      );
    },
    /** Writes an MLX folder of a version, less the files in `without`. */
    mlx(folder: string, version: string, without: string[] = []) {
      const [major, minor, patch] = version.split(".");
      const define = (name: string, value = "") => `#define MLX_VERSION_${name} ${value}\n`;
      const header = define("MAJOR", major) + define("MINOR", minor) + define("PATCH", patch);
      const files: Record<string, string> = {
        "include/mlx/version.h": header,
        "include/mlx/mlx.h": "",
        "lib/libmlx.so": "",
        "lib/libmlx.dylib": "",
        "lib/mlx.metallib": "",
      };
      for (const [name, text] of Object.entries(files))
        if (!without.includes(name)) write(join(folder, name), text);
      return folder;
    },
    /** Lays every wheel of this machine into the vendor folder; `whole: false` leaves out the stamp. */
    vendored({ whole = true } = {}) {
      for (const wheel of wheels) {
        const place = wheelPlace(machine.vendor, wheel);
        machine.mlx(join(place, "mlx"), pinned.version);
        if (whole) write(join(place, STAMP), wheel.sha256);
      }
    },
    /** Runs a set-up script on this machine. */
    run(
      script: string,
      { env = {}, args = [] }: { env?: NodeJS.ProcessEnv; args?: string[] } = {},
    ) {
      const result = spawnSync(process.execPath, [join(scripts, script), ...args], {
        env: { PATH: bin, MLX_VENDOR_DIR: machine.vendor, ...env },
        encoding: "utf8",
      });
      return { status: result.status, out: result.stdout, err: result.stderr };
    },
  };
  return machine;
}

/** Shell code of a pip that finds no network, as the real one says it. */
export const pipWithoutNetwork =
  "echo 'WARNING: Retrying after connection broken by NewConnectionError' >&2; " +
  "echo 'ERROR: No matching distribution found for mlx-cpu' >&2; exit 1";

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
