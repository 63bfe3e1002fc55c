import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseOptions } from "../src/options.js";

const example = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs the example as a person does, with these options. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@mlx-ts/source", "--import", "tsx", "main.ts", ...args],
    { cwd: example, encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the command line", () => {
  it("prints every option with --help, and exits with 0", () => {
    const { status, stdout, stderr } = run("--help");
    expect([status, stderr]).toEqual([0, ""]);
    for (const name of [
      "model",
      "epochs",
      "batch-size",
      "lr",
      "seed",
      "compile",
      "device",
      "data",
      "out",
    ]) {
      expect(stdout).toContain(`--${name}`);
    }
  });

  it("answers a mistake with one line and exit code 2", () => {
    expect(run("--epoch", "3")).toEqual({
      status: 2,
      stdout: "",
      stderr: "mnist: unknown option '--epoch' (Did you mean --epochs?) See --help.\n",
    });
  });

  it("answers data that is not there with one line and exit code 1", () => {
    const { status, stderr } = run("--data", "no-such-folder", "--out", tmpdir());
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mnist: \[mnist\] [^\n]+no-such-folder: no such folder, [^\n]+\n$/);
  });

  it("answers an output folder that is a file with one line and exit code 1", () => {
    const { status, stderr } = run("--out", "package.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mnist: --out package\.json: cannot be used \(EEXIST\), [^\n]+\n$/);
  });
});

describe("parseOptions", () => {
  it("has a default for everything but device and data", () => {
    expect(parseOptions([]).options).toEqual({
      model: "mlp",
      epochs: 5,
      batchSize: 64,
      lr: 0.001,
      seed: 0,
      compile: false,
      out: `${example}/out`,
    });
  });

  it("reads every option", () => {
    const text =
      "--model cnn --epochs 3 --batch-size=128 --lr 1e-2 --seed 42 --compile --device cpu --data d --out o";
    expect(parseOptions(text.split(" ")).options).toEqual({
      model: "cnn",
      epochs: 3,
      batchSize: 128,
      lr: 0.01,
      seed: 42,
      compile: true,
      device: "cpu",
      data: "d",
      out: "o",
    });
  });

  it.each([
    [
      ["--epochs", "0"],
      "option '--epochs <n>' argument '0' is invalid. It must be an integer of at least 1.",
    ],
    [["--epochs", "2.5"], "argument '2.5' is invalid"],
    [["--epochs"], "option '--epochs <n>' argument missing"],
    [["--batch-size", "-4"], "argument '-4' is invalid"],
    [["--batch-size="], "argument '' is invalid"],
    [["--lr", "fast"], "argument 'fast' is invalid. It must be a number above 0"],
    [["--lr", "0"], "argument '0' is invalid"],
    [["--seed", "1e400"], "argument '1e400' is invalid. It must be an integer of at least 0."],
    [["--model", "lenet"], "argument 'lenet' is invalid. Allowed choices are mlp, cnn."],
    [["--device", "tpu"], "Allowed choices are cpu, gpu."],
    [["--data", ""], "It must name a folder."],
    [["mlp"], "too many arguments"],
  ])("answers %j with one line and exit code 2", (args, message) => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const parsed = parseOptions(args);
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join("");
    expect(parsed).toEqual({ exitCode: 2 });
    expect(text).toMatch(/^mnist: [^\n]+\n$/);
    expect(text).toContain(message);
  });
});
