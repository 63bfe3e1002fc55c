// Python as a place to find MLX, and pip as the way to fetch it. MLX's official builds are Python
// wheels; nothing here runs MLX's own Python code.
import { spawnSync } from "node:child_process";
import { SetupError } from "./setup-error.mjs";

const ASK = `
import importlib.metadata as metadata, json, sys
found = {}
for name in ("mlx-cpu", "mlx-metal", "mlx-cuda-12", "mlx-cuda-13", "scipy-openblas32"):
    try:
        package = metadata.distribution(name)
        found[name] = {"version": package.version, "site": str(package.locate_file(""))}
    except metadata.PackageNotFoundError:
        pass
print(json.dumps({"python": sys.executable, "version": sys.version.split()[0], "packages": found}))
`;

/**
 * Asks Python which MLX packages it has. `MLX_PYTHON` names the interpreter; otherwise `python3`
 * of the PATH (so of an active virtual environment), then `python`.
 *
 * @returns {{ command: string, python: string, version: string,
 *   packages: Record<string, { version: string, site: string }> } | null} null without a Python 3.8+
 */
export function askPython(env) {
  for (const command of env.MLX_PYTHON ? [env.MLX_PYTHON] : ["python3", "python"]) {
    const { status, stdout } = spawnSync(command, ["-c", ASK], { env, encoding: "utf8" });
    if (status === 0) return { command, ...JSON.parse(stdout) };
  }
  return null;
}

/** The first line of `python -m pip --version`, or null when this Python has no pip. */
export function pipVersion(python, env) {
  const args = ["-m", "pip", "--version"];
  const { status, stdout } = spawnSync(python.command, args, { env, encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Runs pip; its progress goes to the terminal only when it fails.
 *
 * @param {string} what - what is being fetched, for the message
 * @throws SetupError with pip's own last lines and the cure for the usual causes
 */
export function pip(python, args, { env, what, found }) {
  const { status, stderr } = spawnSync(
    python.command,
    ["-m", "pip", "--disable-pip-version-check", ...args],
    { env, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
  );
  if (status === 0) return;
  if (/No module named pip/.test(stderr))
    throw new SetupError(`${what} cannot be fetched: ${python.command} has no pip.`, {
      found,
      cure: pipCures(),
    });
  const lines = stderr.trim().split("\n");
  const said = (lines.find((line) => NO_NETWORK.test(line)) ?? lines.at(-1)).trim().slice(0, 300);
  const problem = NO_NETWORK.test(stderr)
    ? `${what} cannot be fetched: pip cannot reach the Python package index.`
    : `${what} cannot be fetched: pip failed.`;
  throw new SetupError(problem, {
    found: [...found, `pip said: ${said}`],
    cure: [
      ...(NO_NETWORK.test(stderr)
        ? ["connect to the network, or set pip's proxy or index (pip config list), and run again"]
        : [`see the whole message: ${python.command} -m pip ${args.join(" ")}`]),
      "or unpack the wheel on another machine and name the folder: MLX_DIR=<folder with include/ and lib/>",
    ],
  });
}

export function pipCures() {
  return process.platform === "darwin"
    ? ["xcode-select --install   (Python 3 with pip)", "or: brew install python"]
    : ["sudo apt-get install python3 python3-pip   (Debian, Ubuntu)", "or: python3 -m ensurepip"];
}

const NO_NETWORK =
  /connection|network|timed out|name resolution|resolve host|ProxyError|SSLError|Could not fetch URL/i;
