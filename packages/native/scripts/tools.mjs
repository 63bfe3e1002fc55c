// The tools that the addon's build needs, a C++20 compiler and CMake: finds them, or says what to install.
import { spawnSync } from "node:child_process";
import { SetupError } from "./engine/setup-error.mjs";

const PROBE =
  "#include <concepts>\n#include <span>\nint main() { return std::span<int>{}.size(); }\n";
const CMAKE_AT_LEAST = "3.21";

/** The C++ compiler as `{ command, version }`; a SetupError when there is none that knows C++20. */
export function findCompiler(env = process.env) {
  const found = [];
  for (const command of env.CXX ? [env.CXX] : ["c++", "g++", "clang++"]) {
    const version = spawnSync(command, ["--version"], { env, encoding: "utf8" });
    if (version.status !== 0) {
      found.push(`${command}: not found`);
      continue;
    }
    const name = version.stdout.split("\n")[0];
    const args = ["-std=c++20", "-fsyntax-only", "-x", "c++", "-"];
    const probe = spawnSync(command, args, { env, input: PROBE, encoding: "utf8" });
    if (probe.status === 0) return { command, version: name };
    found.push(`${command}: ${name}, which does not compile C++20`);
  }
  throw new SetupError("The addon needs a C++20 compiler, and none was found.", {
    found,
    cure:
      process.platform === "darwin"
        ? ["xcode-select --install"]
        : [
            "sudo apt-get install g++   (Debian, Ubuntu)   or   sudo dnf install gcc-c++   (Fedora)",
            "or name one: CXX=<path of g++ 11, clang++ 14 or later>",
          ],
  });
}

/** CMake as `{ version }`; a SetupError when it is missing or too old. */
export function findCmake(env = process.env) {
  const { status, stdout } = spawnSync("cmake", ["--version"], { env, encoding: "utf8" });
  const version = status === 0 ? (/\d+\.[\d.]+\d/.exec(stdout)?.[0] ?? null) : null;
  if (version && isAtLeast(version, CMAKE_AT_LEAST)) return { version };
  throw new SetupError(`The addon needs CMake ${CMAKE_AT_LEAST} or later.`, {
    found: [`cmake: ${version ?? "not found"}`],
    cure: [
      process.platform === "darwin"
        ? "brew install cmake"
        : "sudo apt-get install cmake   (Debian, Ubuntu)   or   sudo dnf install cmake   (Fedora)",
      "or: python3 -m pip install cmake",
    ],
  });
}

function isAtLeast(version, wanted) {
  return version.localeCompare(wanted, "en", { numeric: true }) >= 0;
}
