#!/usr/bin/env node
// Finds the MLX that the addon is built against, or fetches it. In order: the folder MLX_DIR; an
// installed `mlx` Python package; the official wheel pinned in engine.json. All must be exactly the
// pinned version, because MLX's C++ interface changes between patch versions. On Linux it finds
// OpenBLAS the same way (about 30 times faster than the BLAS inside MLX's wheel; see blas.S).
//
// MLX_ENGINE=cpu|cuda12|cuda13|metal, MLX_BLAS=openblas|wheel, MLX_PYTHON and MLX_VENDOR_DIR change
// the choice. Alone, `node engine.mjs [--target linux-x64]` prints the result as JSON.
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inspectFolder } from "./engine/folder.mjs";
import { askPython } from "./engine/python.mjs";
import { runMain, SetupError } from "./engine/setup-error.mjs";
import { vendoredWheel } from "./engine/wheel.mjs";

export const packageDir = fileURLToPath(new URL("..", import.meta.url));
export const pinned = JSON.parse(readFileSync(join(packageDir, "engine.json"), "utf8"));
export const hostTarget = `${process.platform}-${process.arch}`;

/** The folder that fetched wheels are unpacked in. */
export function vendorDir(env = process.env) {
  return resolve(env.MLX_VENDOR_DIR ?? join(packageDir, "vendor"));
}

/**
 * @param {{ target?: string, env?: NodeJS.ProcessEnv, fetch?: boolean }} options - `target`:
 *   `<platform>-<arch>`, another than the machine's own to cross-compile; `fetch: false` only looks
 * @returns an object with version, engine, source (`MLX_DIR`, `python` or `wheel`), includeDir,
 *   libDir and blas (`{ source, libDir }`, or null for the BLAS that MLX itself brings)
 * @throws SetupError that says what was looked for, what was found and what cures it
 */
export async function resolveEngine({ target = hostTarget, env = process.env, fetch = true } = {}) {
  const engine = chooseEngine(target, env);
  const python = target === hostTarget && env.MLX_DIR ? null : askPython(env);
  const context = { target, engine, env, fetch, python, vendorDir: vendorDir(env), found: [] };
  const mlx = fromMlxDir(context) ?? fromPython(context) ?? (await fromWheel(context));
  return { version: pinned.version, target, engine, ...mlx, blas: await resolveBlas(context) };
}

/** The builds of MLX for a target, the default engine first. */
function engineRows(target) {
  return pinned.wheels.filter((row) => row.target === target && row.engine !== "openblas");
}

function chooseEngine(target, env) {
  const names = [...new Set(engineRows(target).map((row) => row.engine))];
  const engine = env.MLX_ENGINE ?? names[0] ?? "cpu";
  if (env.MLX_DIR || names.includes(engine)) return engine;
  throw new SetupError(
    names.length
      ? `MLX_ENGINE=${engine} is not an engine for ${target}.`
      : `There is no official MLX build for ${target}.`,
    {
      cure: names.length
        ? [`use one of: ${names.join(", ")}`]
        : [
            "use Linux x64 or arm64, or macOS arm64",
            "or build MLX yourself and name it: MLX_DIR=<folder>",
          ],
    },
  );
}

function fromMlxDir({ env, target, found }) {
  if (!env.MLX_DIR || target !== hostTarget) {
    found.push("MLX_DIR           not set");
    return null;
  }
  const { version, missing, includeDir, libDir } = inspectFolder(resolve(env.MLX_DIR), target);
  const cure = [
    `python3 -m pip install "mlx==${pinned.version}", and name its mlx folder`,
    `or unset MLX_DIR: the pinned MLX ${pinned.version} is then found or fetched`,
  ];
  if (version !== null && version !== pinned.version)
    throw new SetupError(
      `MLX_DIR holds MLX ${version}, but this package needs ${pinned.version}.`,
      {
        found: [`MLX_DIR           ${env.MLX_DIR}`],
        cure,
      },
    );
  if (missing.length)
    throw new SetupError("MLX_DIR does not hold a whole MLX.", {
      found: missing.map((file) => `${file}: missing`),
      cure,
    });
  return { source: "MLX_DIR", includeDir, libDir };
}

/** An installed `mlx`: with the engine that MLX_ENGINE names, or with any when it names none. */
function fromPython({ python, env, target, found }) {
  if (!python || target !== hostTarget) return null;
  const refuse = (reason) => {
    found.push(`Python package    ${python.python}: ${reason}`);
    return null;
  };
  const project = (row) => row.package.split("==")[0];
  const row = engineRows(target).find(
    (row) => python.packages[project(row)] && row.engine === (env.MLX_ENGINE ?? row.engine),
  );
  if (!row) return refuse(`has no mlx${env.MLX_ENGINE ? ` for ${env.MLX_ENGINE}` : ""}`);
  const build = python.packages[project(row)];
  if (build.version !== pinned.version)
    return refuse(`has ${project(row)} ${build.version}, not ${pinned.version}`);
  const folder = join(build.site, "mlx");
  const { version, missing, includeDir, libDir } = inspectFolder(folder, target);
  if (missing.length) return refuse(`${missing[0]} is missing`);
  if (version !== pinned.version) return refuse(`${folder} holds the headers of ${version}`);
  return { engine: row.engine, source: "python", includeDir, libDir };
}

async function fromWheel(context) {
  const { engine, target } = context;
  const rows = engineRows(target).filter((row) => row.engine === engine);
  checkSystem(target);
  // Each macOS wheel holds the Metal kernels of one system version: the newest that fits is taken.
  // To cross-compile any will do; 15 is what most machines run.
  const system = target === hostTarget ? macosVersion() : 15;
  const wheel = rows.find((row) => row.macos === undefined || row.macos <= system);
  if (!wheel)
    throw new SetupError(`MLX needs macOS 14 or later; this is ${macosVersion()}.`, {
      cure: ["update macOS", "or build MLX yourself and name it: MLX_DIR=<folder>"],
    });
  const place = await vendoredWheel(wheel, context);
  const { includeDir, libDir } = inspectFolder(join(place, "mlx"), target);
  return { source: "wheel", includeDir, libDir };
}

async function resolveBlas(context) {
  const { env, target, found } = context;
  const choice = env.MLX_BLAS ?? "openblas";
  if (!["openblas", "wheel"].includes(choice))
    throw new SetupError(`MLX_BLAS=${choice} is not known.`, {
      cure: ["use MLX_BLAS=openblas (default) or MLX_BLAS=wheel (MLX's own, slow)"],
    });
  if (choice === "wheel" || !target.startsWith("linux")) return null;
  const row = pinned.wheels.find((r) => r.engine === "openblas" && r.target === target);
  const wanted = row.package.split("==")[1];
  // Asked only now when MLX_DIR made the first question needless.
  const python = context.python ?? askPython(env);
  const installed = target === hostTarget && python?.packages["scipy-openblas32"];
  if (installed && installed.version === wanted)
    return { source: "python", libDir: join(installed.site, "scipy_openblas32", "lib") };
  found.push("OpenBLAS          no scipy-openblas32 in Python (MLX_BLAS=wheel does without it)");
  const place = await vendoredWheel(row, { ...context, python });
  return { source: "wheel", libDir: join(place, "scipy_openblas32", "lib") };
}

/** MLX's Linux wheels are linked against glibc 2.35: better said here than by the dynamic linker. */
function checkSystem(target) {
  if (target !== hostTarget || process.platform !== "linux") return;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  const [major, minor] = (glibc ?? "0.0").split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 35)) return;
  throw new SetupError(
    `MLX's Linux builds need glibc 2.35 or later; this system has ${glibc ?? "another C library"}.`,
    {
      cure: [
        "use Debian 12, Ubuntu 22.04 or later",
        "or build MLX on this machine and name it: MLX_DIR=<folder>",
      ],
    },
  );
}

function macosVersion() {
  // Darwin 23 is macOS 14, 24 is 15, and from 25 on the numbers are one apart (25 is macOS 26).
  const darwin = Number(release().split(".")[0]);
  return darwin >= 25 ? darwin + 1 : darwin - 9;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf("--target");
  const options = at < 0 ? {} : { target: process.argv[at + 1] };
  await runMain(async () => console.log(JSON.stringify(await resolveEngine(options), null, 2)));
}
