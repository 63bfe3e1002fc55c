// A pinned wheel in the vendor folder: fetched with pip, checked against the SHA-256 in
// engine.json, unpacked beside its place and renamed into it. A stamp file, written last, marks a
// whole one, so an interrupted run leaves nothing that a later run would take for an engine.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pip, pipCures } from "./python.mjs";
import { BUILD_COMMAND, explainFileError, SetupError } from "./setup-error.mjs";

/** Holds the wheel's SHA-256 once everything else is in place. */
export const STAMP = ".complete";

/**
 * The folder with the wheel's content, fetched when it is not there.
 *
 * @param {object} wheel - a row of engine.json
 * @param {{ vendorDir: string, python: object | null, env: object, found: string[],
 *   fetch: boolean }} context - `found` collects what was looked for, for messages; without `fetch`
 *   a missing wheel is an error
 */
export async function vendoredWheel(wheel, { vendorDir, python, env, found, fetch }) {
  const place = wheelPlace(vendorDir, wheel);
  if (isWhole(place, wheel)) return place;
  const what = `${wheel.package} (${wheel.file})`;
  if (!fetch)
    throw new SetupError(`${wheel.package} is not here yet: the build of the addon fetches it.`, {
      cure: [BUILD_COMMAND],
    });
  if (existsSync(place))
    console.error(`[engine] ${place} is only half unpacked: fetching it again`);
  if (!python)
    throw new SetupError(`${what} cannot be fetched: no Python 3 was found.`, {
      found: [...found, `Python            ${env.MLX_PYTHON ?? "python3, python"}: not found`],
      cure: [...pipCures(), "or name another Python: MLX_PYTHON=<path>"],
    });

  const staging = join(vendorDir, `.staging-${process.pid}`);
  try {
    mkdirSync(vendorDir, { recursive: true });
    removeStaleStaging(vendorDir);
    mkdirSync(staging);
    console.error(`[engine] fetching ${wheel.file}`);
    const pinned = ["--no-deps", "--only-binary=:all:", "--platform", wheel.platform];
    pip(python, ["download", ...pinned, "--dest", staging, wheel.package], { env, what, found });
    await verify(join(staging, wheel.file), wheel);
    unpack(python, wheel, staging, env, found);
    writeFileSync(join(staging, "unpacked", STAMP), wheel.sha256);
    rmSync(place, { recursive: true, force: true });
    renameSync(join(staging, "unpacked"), place);
  } catch (error) {
    throw explainFileError(error, vendorDir);
  } finally {
    if (existsSync(staging)) rmSync(staging, { recursive: true, force: true });
  }
  return place;
}

/** Where a wheel lies unpacked, such as vendor/mlx_cpu-0.32.4-manylinux_2_35_x86_64. */
export function wheelPlace(vendorDir, wheel) {
  return join(vendorDir, `${wheel.file.split("-py3-")[0]}-${wheel.platform}`);
}

function isWhole(place, wheel) {
  const stamp = join(place, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wheel.sha256;
}

/** Refuses a file that is not the pinned one. */
export async function verify(path, wheel) {
  if (!existsSync(path))
    throw new SetupError(`pip brought another file than the pinned ${wheel.file}.`, {
      cure: ["check which package index pip uses: python3 -m pip config list"],
    });
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const digest = hash.digest("hex");
  if (digest !== wheel.sha256)
    throw new SetupError(`${wheel.file} has the wrong checksum: it was not unpacked.`, {
      found: [`SHA-256 ${wheel.sha256} (pinned in engine.json)`, `got     ${digest}`],
      cure: [
        "clear pip's cache and try again: python3 -m pip cache purge",
        "if it stays wrong, check which package index pip uses: python3 -m pip config list",
      ],
    });
}

function unpack(python, wheel, staging, env, found) {
  const file = join(staging, wheel.file);
  const folder = join(staging, "unpacked");
  if (wheel.engine.startsWith("cuda")) {
    // libmlx of a CUDA wheel finds NVIDIA's libraries beside itself, so pip brings them too.
    const args = ["install", "--no-compile", "--target", folder, file];
    return pip(python, args, { env, what: `${wheel.package} with NVIDIA's libraries`, found });
  }
  const args = ["-m", "zipfile", "-e", file, folder];
  const { status, stderr } = spawnSync(python.command, args, { env, encoding: "utf8" });
  if (status === 0) return;
  if (/OSError|PermissionError/.test(stderr))
    throw Object.assign(new Error(stderr), { code: /No space/.test(stderr) ? "ENOSPC" : "EACCES" });
  throw new Error(`Could not unpack ${wheel.file}: ${stderr}`);
}

/** Removes what runs that were killed left behind; a run still going on keeps its own. */
function removeStaleStaging(vendorDir) {
  for (const name of readdirSync(vendorDir)) {
    const pid = /^\.staging-(\d+)$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(vendorDir, name), { recursive: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
