#!/usr/bin/env node
// Compiles the addon for macOS arm64 on any machine and links it against the real libmlx.dylib, so
// that a change made on Linux cannot break the Mac's build unseen. The compiler is zig, from the
// Python package `ziglang`; the build is the same CMakeLists.txt with another compiler. A Mac's
// linker lets the addon leave symbols open, because Node brings its own, so a missing function of
// MLX would show only at run time: here every open symbol must be one of Node-API.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { askPython, pip, pipCures } from "./engine/python.mjs";
import { runMain, SetupError } from "./engine/setup-error.mjs";
import { packageDir, resolveEngine, vendorDir } from "./engine.mjs";
import { readMachO } from "./mach-o.mjs";
import { findCmake } from "./tools.mjs";

const TARGET = "darwin-arm64";
const ZIG = "0.15.2";
const NODE_API = "v9"; // what Node 20 has

const buildDir = join(packageDir, "build", TARGET);
const require = createRequire(import.meta.url);
const headers = createRequire(require.resolve("cmake-js"))("node-api-headers");

await runMain(async () => {
  findCmake();
  const zig = fetchZig();
  const { MLX_ENGINE: _, ...env } = process.env; // names an engine of this machine, not of a Mac
  const engine = await resolveEngine({ target: TARGET, env });
  const started = Date.now();
  cmake(zig, "-S", packageDir, "-B", buildDir, ...options(zig, engine));
  cmake(zig, "--build", buildDir, "--parallel", String(availableParallelism()));
  const { bound, nodeApi, open } = inspect(join(buildDir, "native.node"));
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  if (open.length)
    throw new SetupError(
      `The addon for ${TARGET} leaves symbols open that are not Node-API ${NODE_API}.`,
      {
        found: open.slice(0, 20),
        cure: ["link the library that defines them, or drop their use (Node 20 has Node-API 9)"],
      },
    );
  console.log(
    `[check:darwin] ok in ${seconds} s: MLX ${engine.version}, ${bound} symbols bound to ` +
      `libmlx.dylib, ${nodeApi} left open, all Node-API ${NODE_API}`,
  );
});

/** Zig in the vendor folder; about 90 MB to fetch, once. */
function fetchZig() {
  const place = join(vendorDir(), `ziglang-${ZIG}`);
  const zig = join(place, "ziglang", "zig");
  if (existsSync(zig)) return zig;
  const python = askPython(process.env);
  if (!python)
    throw new SetupError("zig cannot be fetched: no Python 3 was found.", { cure: pipCures() });
  console.log(`[check:darwin] fetching ziglang ${ZIG}`);
  const staging = `${place}.partial`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const args = [
    "install",
    "--no-deps",
    "--only-binary=:all:",
    "--target",
    staging,
    `ziglang==${ZIG}`,
  ];
  pip(python, args, { env: process.env, what: `ziglang ${ZIG}`, found: [] });
  rmSync(place, { recursive: true, force: true });
  renameSync(staging, place);
  return zig;
}

function options(zig, engine) {
  const settings = {
    CMAKE_BUILD_TYPE: "Release",
    CMAKE_SYSTEM_NAME: "Darwin",
    CMAKE_SYSTEM_PROCESSOR: "arm64",
    CMAKE_CXX_COMPILER: zig,
    CMAKE_CXX_COMPILER_ARG1: "c++ -target aarch64-macos.15.0",
    // CMake insists on this tool of a Mac, but only an install step would use it.
    CMAKE_INSTALL_NAME_TOOL: "install_name_tool",
    CMAKE_LIBRARY_OUTPUT_DIRECTORY: buildDir,
    CMAKE_JS_INC: `${headers.include_dir};${join(require.resolve("node-addon-api"), "..")}`,
    MLX_INCLUDE_DIR: engine.includeDir,
    MLX_LIB_DIR: engine.libDir,
    MLX_VERSION: engine.version,
    MLX_BLAS_LIB_DIR: "OFF",
  };
  return ["--no-warn-unused-cli", ...Object.entries(settings).map(([k, v]) => `-D${k}=${v}`)];
}

function cmake(zig, ...args) {
  // Zig compiles its C++ library once and keeps it, and unchanged objects, in this cache.
  const cache = join(zig, "..", "..", "cache");
  const { status } = spawnSync("cmake", args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  });
  if (status !== 0)
    throw new SetupError(`The addon does not build for ${TARGET}: the message is above.`, {
      cure: [`start over: rm -r ${buildDir}`],
    });
}

/** Sorts the symbols that the library needs: MLX's, Node's, and those that nobody is known to have. */
function inspect(library) {
  const { undefined: needed, rpaths } = readMachO(library);
  if (!rpaths.some((path) => path.startsWith("@loader_path/")))
    throw new Error(`${library} has no search path relative to itself: ${rpaths}`);
  const known = headers.symbols[NODE_API];
  const node = new Set([...known.js_native_api_symbols, ...known.node_api_symbols]);
  const unbound = needed.filter(({ library }) => library === null).map(({ name }) => name.slice(1));
  return {
    bound: needed.filter(({ library }) => library?.endsWith("libmlx.dylib")).length,
    nodeApi: unbound.filter((name) => node.has(name)).length,
    open: unbound.filter((name) => !node.has(name)),
  };
}
