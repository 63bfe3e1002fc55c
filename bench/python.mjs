// The Python side: an interpreter with MLX of the pinned version, and OpenBLAS to preload under it, so
// that engines are compared over the same BLAS too.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const native = fileURLToPath(new URL("../packages/native/", import.meta.url));
const { version, wheels } = JSON.parse(readFileSync(`${native}engine.json`, "utf8"));

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  return { ok: status === 0, out: stdout ?? "", why: error?.message ?? stderr };
}

const versionOf = (python) =>
  run(python, [
    "-c",
    "import importlib.metadata as m, mlx.core, numpy; print(m.version('mlx'))",
  ]).out.trim();

/** MLX_PYTHON, else a virtual environment in bench/.cache made by pip. */
export function findPython() {
  const given = process.env.MLX_PYTHON;
  if (given) {
    if (versionOf(given) === version) return given;
    console.error(
      `[bench] MLX_PYTHON=${given} has no mlx ${version} with numpy; run: ${given} -m pip install "mlx[cpu]==${version}" numpy`,
    );
    process.exit(2);
  }
  const venv = `${here}.cache/venv`;
  const python = `${venv}/bin/python`;
  if (existsSync(python) && versionOf(python) === version) return python;
  console.error(`[bench] installing Python MLX ${version} into bench/.cache`);
  mkdirSync(`${here}.cache`, { recursive: true });
  const extra = process.platform === "darwin" ? "mlx" : "mlx[cpu]";
  for (const [command, args] of [
    ["python3", ["-m", "venv", venv]],
    [python, ["-m", "pip", "install", "-q", `${extra}==${version}`, "numpy"]],
  ]) {
    const { ok, why } = run(command, args);
    if (!ok) {
      console.error(`[bench] ${command} ${args.join(" ")} failed:\n${why}`);
      process.exit(2);
    }
  }
  return python;
}

/** A library that puts our OpenBLAS under Python's MLX, or undefined where ours does not use one. */
export function preloadedBlas() {
  const wheel = wheels.find(
    (w) => w.engine === "openblas" && w.target === `${process.platform}-${process.arch}`,
  );
  if (!wheel) return undefined;
  const [name, release] = wheel.package.split("==");
  const dir = `${native}vendor/${name.replace(/-/g, "_")}-${release}-${wheel.platform}/scipy_openblas32/lib`;
  const out = `${here}.cache/openblas-preload.so`;
  if (existsSync(out)) return out;
  mkdirSync(`${here}.cache`, { recursive: true });
  const { ok, why } = run("c++", [
    "-shared",
    "-fPIC",
    `${native}src/cpp/blas.S`,
    "-o",
    out,
    `-L${dir}`,
    "-lscipy_openblas",
    `-Wl,-rpath,${dir}`,
  ]);
  if (ok) return out;
  console.error(`[bench] without the column for OpenBLAS: ${why}`);
  return undefined;
}
