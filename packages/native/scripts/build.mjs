#!/usr/bin/env node
// Builds the addon, build/Release/native.node: finds MLX (engine.mjs), then runs CMake through
// cmake-js. Does nothing when neither the sources nor the engine changed since the last build.
// Users of the published package run it as `npx mlx-native-build`. `--force` builds in any case.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { runMain, SetupError } from "./engine/setup-error.mjs";
import { packageDir, resolveEngine } from "./engine.mjs";
import { findCmake, findCompiler } from "./tools.mjs";

const addon = join(packageDir, "build", "Release", "native.node");
const stamp = join(packageDir, "build", ".built-from");

await runMain(async () => {
  const engine = await resolveEngine();
  const key = fingerprint(engine);
  const built = existsSync(addon) && existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (built === key && !process.argv.includes("--force")) return;

  findCmake();
  const compiler = findCompiler();
  const blas = engine.blas ? `OpenBLAS (${engine.blas.source})` : "MLX's own BLAS";
  console.log(`[build] MLX ${engine.version} ${engine.engine} (${engine.source}), ${blas}`);
  console.log(`[build] ${compiler.version}`);
  const started = Date.now();
  configureAndBuild(engine, compiler);
  writeFileSync(stamp, key);
  console.log(`[build] ${addon} in ${((Date.now() - started) / 1000).toFixed(0)} s`);
});

function configureAndBuild(engine, compiler) {
  const cmakeJs = createRequire(import.meta.url).resolve("cmake-js/bin/cmake-js");
  const options = {
    CMAKE_CXX_COMPILER: compiler.command,
    MLX_INCLUDE_DIR: engine.includeDir,
    MLX_LIB_DIR: engine.libDir,
    MLX_VERSION: engine.version,
    MLX_BLAS_LIB_DIR: engine.blas?.libDir ?? "OFF",
  };
  const defines = Object.entries(options).map(([name, value]) => `--CD${name}=${value}`);
  const run = (args, out) => {
    const all = [cmakeJs, ...args, "--log-level", "error"];
    return spawnSync(process.execPath, all, { cwd: packageDir, stdio: ["ignore", out, out] });
  };
  const configure = () => run(["configure", ...defines], "pipe");

  let configured = configure();
  if (configured.status !== 0) {
    // A cache made by another compiler or CMake cannot be reused: try once from nothing.
    rmSync(join(packageDir, "build", "CMakeCache.txt"), { force: true });
    configured = configure();
  }
  if (configured.status !== 0) process.stderr.write(`${configured.stdout}${configured.stderr}`);
  else if (run(["build", "--parallel", String(availableParallelism())], "inherit").status === 0)
    return;
  throw new SetupError("The addon did not build: the message of CMake or the compiler is above.", {
    cure: ["node packages/native/scripts/doctor.mjs   (checks compiler, CMake and MLX)"],
  });
}

/** Everything the addon is made from, as one hash. */
function fingerprint(engine) {
  const hash = createHash("sha256").update(JSON.stringify([engine, process.env.CXX ?? null]));
  const sources = join(packageDir, "src", "cpp");
  const files = readdirSync(sources, { recursive: true }).map((name) => join("src", "cpp", name));
  for (const file of [...files.sort(), "CMakeLists.txt", "package.json"]) {
    if (/\.(cc|h|S|txt|json)$/.test(file))
      hash.update(file).update(readFileSync(join(packageDir, file)));
  }
  return hash.digest("hex");
}
