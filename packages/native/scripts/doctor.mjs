#!/usr/bin/env node
// `npm run doctor`: what this machine has of all that mlx-ts needs, a small computation with the
// built addon, and for each thing missing the command that cures it. Needs nothing but Node, fetches
// and builds nothing. Exit code 1 when something needed is missing.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { askPython, pipCures, pipVersion } from "./engine/python.mjs";
import { BUILD_COMMAND, SetupError } from "./engine/setup-error.mjs";
import { packageDir, resolveEngine } from "./engine.mjs";
import { findCmake, findCompiler } from "./tools.mjs";

const missing = []; // { name, cure, build }: `build` is for what only the addon's build needs
const show = (mark, name, text) => console.log(`  ${mark} ${name.padEnd(15)} ${text}`);
const ok = (name, text) => show("✓", name, text);
const note = (name, text) => show("-", name, text);
const miss = (name, text, cure, { build = false } = {}) => {
  show("✗", name, text);
  missing.push({ name, cure, build });
};

console.log("\nTools");
checkNode();
checkNpm();
await check("C++ compiler", () => {
  const { command, version } = findCompiler();
  return `${version} (${command})`;
});
await check("CMake", () => findCmake().version);
checkPython();

console.log("\nEngine");
await checkEngine();

console.log("\nAddon");
const works = checkAddon();
if (works) await compute();

// An addon that works needs no tools: then a missing one is shown above, but is no fault.
const needed = missing.filter(({ build }) => !(build && works));
if (needed.length === 0) console.log("\nAll is well.\n");
else {
  console.log("\nTo cure it:");
  for (const { name, cure } of needed)
    console.log(`  ${name}:\n${cure.map((line) => `    ${line}`).join("\n")}`);
  console.log("");
  process.exitCode = 1;
}

async function check(name, look) {
  try {
    ok(name, await look());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    miss(name, [error.problem, ...error.found].join("; "), error.cure, { build: true });
  }
}

function checkNode() {
  const { node } = process.versions;
  const [major, minor] = node.split(".").map(Number);
  const text = `${node} (${process.platform}-${process.arch})`;
  if (major > 20 || (major === 20 && minor >= 19)) ok("Node", text);
  else miss("Node", `${text}: 20.19 or later is needed`, ["install Node 20.19, 22, 24 or later"]);
}

function checkNpm() {
  const version = output("npm", "--version");
  if (version) ok("npm", version);
  else miss("npm", "not found", ["install it: it comes with Node"]);
  const rootPackage = join(packageDir, "..", "..", "package.json");
  const pinned = existsSync(rootPackage) && JSON.parse(readFileSync(rootPackage)).packageManager;
  if (!pinned) return; // An installed package: pnpm is only for work on this repository.
  const pnpm = output("pnpm", "--version");
  note("pnpm", pnpm ?? `not on the PATH: npm start and npm test have npx fetch ${pinned}`);
}

function checkPython() {
  const python = askPython(process.env);
  if (!python) return miss("Python", "not found", pipCures(), { build: true });
  ok("Python", `${python.version} (${python.python})`);
  const pip = pipVersion(python, process.env);
  if (pip) ok("pip", pip);
  else miss("pip", `${python.python} has none`, pipCures(), { build: true });
}

async function checkEngine() {
  let blas = null;
  await check("MLX", async () => {
    const engine = await resolveEngine({ fetch: false });
    blas = engine.blas ? `OpenBLAS (${engine.blas.source}) in ${engine.blas.libDir}` : "MLX's own";
    return `${engine.version} ${engine.engine} (${engine.source}) in ${engine.libDir}`;
  });
  if (blas) ok("BLAS", blas);
}

/** Whether the addon loads; says which libraries came with it. */
function checkAddon() {
  const require = createRequire(import.meta.url);
  const local = join(packageDir, "build", "Release", "native.node");
  const name = existsSync(local) ? local : `@mlx-ts/native-${process.platform}-${process.arch}`;
  try {
    const { engineVersion, runtimeVersion } = require(name);
    ok("addon", name);
    ok("MLX", `${runtimeVersion}, compiled for ${engineVersion}`);
  } catch (error) {
    const built = existsSync(local) ? error.message.split("\n")[0] : "not built";
    miss("addon", built, [BUILD_COMMAND]);
    return false;
  }
  const loaded = process.report.getReport().sharedObjects.map((path) => resolve(path));
  ok("libmlx", loaded.find((path) => path.includes("libmlx")) ?? "inside the addon");
  const openblas = loaded.find((path) => path.includes("openblas"));
  if (process.platform === "linux")
    note("BLAS in use", openblas ?? "MLX's own, about 30 times slower than OpenBLAS");
  return true;
}

/** A multiplication with a known result, through the whole library. */
async function compute() {
  const core = findCore();
  if (!core) return note("computation", `not tried: @mlx-ts/core is not built (${BUILD_COMMAND})`);
  try {
    const mx = await import(pathToFileURL(core).href);
    ok("device", String(mx.defaultDevice()));
    const sum = mx
      .matmul(mx.ones([64, 64]), mx.ones([64, 64]))
      .sum()
      .item();
    if (sum !== 64 ** 3) throw new Error(`64 x 64 matmul of ones sums to ${sum}, not ${64 ** 3}`);
    ok("computation", `64 x 64 matmul of ones sums to ${sum}; ${speed(mx)} GFLOP/s at 1024`);
  } catch (error) {
    miss("computation", error.message, [BUILD_COMMAND]);
  }
}

/** The best of five float32 multiplications of 1024 x 1024. */
function speed(mx) {
  const n = 1024;
  const a = mx.ones([n, n]);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    mx.eval(mx.matmul(a, a));
    best = Math.min(best, performance.now() - started);
  }
  return ((2 * n ** 3) / best / 1e6).toFixed(0);
}

/** core's built entry: beside this package in the workspace, or installed by the user. */
function findCore() {
  const workspace = join(packageDir, "..", "core", "dist", "index.js");
  if (existsSync(workspace)) return workspace;
  try {
    return createRequire(join(process.cwd(), "package.json")).resolve("@mlx-ts/core");
  } catch {
    return null;
  }
}

function output(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}
