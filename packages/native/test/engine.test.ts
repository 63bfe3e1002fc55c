// What the set-up says when something is missing or wrong: each message names the problem, what was
// found, and the command that cures it. See fake-machine.ts.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { wheelPlace } from "../scripts/engine/wheel.mjs";
import { pinned } from "../scripts/engine.mjs";
import { fakeMachine, pipWithoutNetwork, wheels } from "./fake-machine.js";

describe("finding the engine", () => {
  test("a folder named by MLX_DIR is taken when its version is the pinned one", () => {
    const machine = fakeMachine();
    const dir = machine.mlx(join(machine.root, "mlx"), pinned.version);
    const { status, out } = machine.run("engine.mjs", { env: { MLX_DIR: dir, MLX_BLAS: "wheel" } });
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      source: "MLX_DIR",
      libDir: join(dir, "lib"),
      blas: null,
    });
  });

  test("another version in MLX_DIR is refused by both numbers", () => {
    const machine = fakeMachine();
    const dir = machine.mlx(join(machine.root, "mlx"), "0.31.1");
    const { status, err } = machine.run("engine.mjs", { env: { MLX_DIR: dir } });
    expect(status).toBe(1);
    expect(err).toContain(`MLX_DIR holds MLX 0.31.1, but this package needs ${pinned.version}.`);
    expect(err).toContain(`python3 -m pip install "mlx==${pinned.version}"`);
    expect(err).toContain("unset MLX_DIR");
  });

  test("a file that MLX_DIR lacks is named", () => {
    const machine = fakeMachine();
    const dir = machine.mlx(join(machine.root, "mlx"), pinned.version, ["include/mlx/mlx.h"]);
    const { status, err } = machine.run("engine.mjs", { env: { MLX_DIR: dir } });
    expect(status).toBe(1);
    expect(err).toContain(`${join(dir, "include", "mlx", "mlx.h")}: missing`);
  });

  test("an installed mlx package of the pinned version is taken", () => {
    const machine = fakeMachine();
    const project = wheels[0].package.split("==")[0];
    machine.python({ [project]: pinned.version });
    const dir = machine.mlx(join(machine.root, "mlx"), pinned.version);
    const { out } = machine.run("engine.mjs", { env: { MLX_BLAS: "wheel" } });
    expect(JSON.parse(out)).toMatchObject({ source: "python", includeDir: join(dir, "include") });
  });

  test("an installed mlx package of another version is passed over, and the message says so", () => {
    const machine = fakeMachine();
    const project = wheels[0].package.split("==")[0];
    machine.python({ [project]: "0.30.0" }, pipWithoutNetwork);
    const { status, err } = machine.run("engine.mjs");
    expect(status).toBe(1);
    expect(err).toContain(`has ${project} 0.30.0, not ${pinned.version}`);
  });

  test.runIf(process.platform === "linux")("an installed CUDA build is taken as what it is", () => {
    const machine = fakeMachine();
    machine.python({ "mlx-cuda-13": pinned.version });
    machine.mlx(join(machine.root, "mlx"), pinned.version);
    const { out } = machine.run("engine.mjs", { env: { MLX_BLAS: "wheel" } });
    expect(JSON.parse(out)).toMatchObject({ source: "python", engine: "cuda13" });
  });

  test("wheels that were fetched before are taken without Python and network", () => {
    const machine = fakeMachine();
    machine.vendored();
    const { status, out } = machine.run("engine.mjs");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ source: "wheel", version: pinned.version });
  });

  test("an engine that this machine does not have is refused with the list of those it has", () => {
    const { status, err } = fakeMachine().run("engine.mjs", { env: { MLX_ENGINE: "tpu" } });
    expect(status).toBe(1);
    expect(err).toMatch(/MLX_ENGINE=tpu is not an engine for .*\n.*\n.*use one of: (cpu|metal)/);
  });

  test("a system without official builds is told which have them", () => {
    const { status, err } = fakeMachine().run("engine.mjs", { args: ["--target", "sunos-x64"] });
    expect(status).toBe(1);
    expect(err).toContain("There is no official MLX build for sunos-x64.");
    expect(err).toContain("MLX_DIR=<folder>");
  });
});

describe("fetching the engine", () => {
  test("a machine without Python is told how to install it", () => {
    const { status, err } = fakeMachine().run("engine.mjs");
    expect(status).toBe(1);
    expect(err).toContain("no Python 3 was found");
    expect(err).toMatch(/apt-get install python3 python3-pip|xcode-select --install/);
    expect(err).toContain("MLX_DIR           not set");
  });

  test("a Python without pip is told how to get it", () => {
    const machine = fakeMachine();
    machine.python({}, "echo '/fake/python3: No module named pip' >&2; exit 1");
    const { status, err } = machine.run("engine.mjs");
    expect(status).toBe(1);
    expect(err).toContain("python3 has no pip");
    expect(err).toMatch(/python3-pip|xcode-select/);
  });

  test("a machine without network is told so, with pip's own words", () => {
    const machine = fakeMachine();
    machine.python({}, pipWithoutNetwork);
    const { status, err } = machine.run("engine.mjs");
    expect(status).toBe(1);
    expect(err).toContain("pip cannot reach the Python package index");
    expect(err).toContain("NewConnectionError");
    expect(err).toContain("Python package    /fake/python3: has no mlx");
  });

  test("a wheel with another checksum is refused and not unpacked", () => {
    const machine = fakeMachine();
    const wheel = wheels.find((row: { macos?: number }) => row.macos === undefined) ?? wheels[0];
    machine.python({}, `while [ "$1" != "--dest" ]; do shift; done; echo bad > "$2/${wheel.file}"`);
    const { status, err } = machine.run("engine.mjs");
    expect(status).toBe(1);
    expect(err).toMatch(
      process.platform === "linux" ? /has the wrong checksum/ : /checksum|another file/,
    );
    expect(err).toContain("pip config list");
    expect(existsSync(wheelPlace(machine.vendor, wheel))).toBe(false);
  });

  test("a half-unpacked wheel is fetched again, not used", () => {
    const machine = fakeMachine();
    machine.vendored({ whole: false });
    machine.python({}, pipWithoutNetwork);
    const { status, err } = machine.run("engine.mjs");
    expect(status).toBe(1);
    expect(err).toContain("only half unpacked: fetching it again");
  });

  test("a vendor folder that cannot be written to is named with the cure", () => {
    const machine = fakeMachine();
    machine.python();
    const file = join(machine.root, "file");
    writeFileSync(file, "");
    const { status, err } = machine.run("engine.mjs", {
      env: { MLX_VENDOR_DIR: join(file, "vendor") },
    });
    expect(status).toBe(1);
    expect(err).toContain("cannot be written to");
    expect(err).toContain("MLX_VENDOR_DIR=<folder>");
  });
});

describe("the tools of the build", () => {
  const cmake = (version: string) => `echo cmake version ${version}`;

  test("a machine without CMake is told how to install it", () => {
    const machine = fakeMachine();
    machine.vendored();
    const { status, err } = machine.run("build.mjs");
    expect(status).toBe(1);
    expect(err).toMatch(/needs CMake [\d.]+ or later/);
    expect(err).toContain("cmake: not found");
    expect(err).toContain("python3 -m pip install cmake");
  });

  test("a CMake that is too old is refused by its version", () => {
    const machine = fakeMachine();
    machine.vendored();
    machine.command("cmake", cmake("3.10.2"));
    expect(machine.run("build.mjs").err).toContain("cmake: 3.10.2");
  });

  test("a machine without a C++ compiler is told how to install one", () => {
    const machine = fakeMachine();
    machine.vendored();
    machine.command("cmake", cmake("3.28.3"));
    const { status, err } = machine.run("build.mjs");
    expect(status).toBe(1);
    expect(err).toContain("needs a C++20 compiler, and none was found");
    expect(err).toMatch(/apt-get install g\+\+|xcode-select --install/);
  });

  test("a compiler that does not know C++20 is named", () => {
    const machine = fakeMachine();
    machine.vendored();
    machine.command("cmake", cmake("3.28.3"));
    machine.command("g++", `[ "$1" = "--version" ] && echo "g++ 7.5.0"`);
    expect(machine.run("build.mjs").err).toContain("g++: g++ 7.5.0, which does not compile C++20");
  });
});

describe("doctor", () => {
  test("a bare machine is told each thing that is missing", () => {
    const { out } = fakeMachine().run("doctor.mjs");
    expect(out).toMatch(/✗ C\+\+ compiler {2}.*c\+\+: not found/);
    expect(out).toMatch(/✗ CMake .*not found/);
    expect(out).toMatch(/✗ Python .*not found/);
    expect(out).toMatch(/✗ MLX .*is not here yet/);
    expect(out).toContain("To cure it:");
  });
});
