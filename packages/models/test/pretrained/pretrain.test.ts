// The script that trains the packages' weights, on few images: what it writes, and that a seed repeats it.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { loadPretrained, mnist } from "../../src/index.js";

const folder = await mkdtemp(join(tmpdir(), "mlx-ts-pretrain-"));
afterAll(() => rm(folder, { recursive: true }));
const script = fileURLToPath(new URL("../../scripts/pretrain/pretrain.ts", import.meta.url));

function pretrain(...args: string[]) {
  const node = ["--conditions=@mlx-ts/source", "--import", "tsx", script, ...args];
  return spawnSync(process.execPath, node, { encoding: "utf8" });
}

const filesOf = (out: string) =>
  Promise.all(
    ["config.json", "model.safetensors", "README.md"].map((name) => readFile(join(out, name))),
  );

it("a seed repeats a run byte by byte, the loss falls, and the card says what was measured", async () => {
  const outs = ["one", "again", "other"].map((name) => join(folder, name));
  const runs = outs.map((out, i) => {
    const seed = i < 2 ? "3" : "4";
    const short = ["--images", "1000", "--epochs", "2", "--seed", seed, "--out", out];
    const { status, stdout, stderr } = pretrain("mnist-mlp", ...short);
    expect([status, stderr]).toEqual([0, ""]);
    return stdout;
  });
  const [one = [], again, other = []] = await Promise.all(outs.map(filesOf));
  expect(again).toEqual(one);
  expect(other[1]?.equals(one[1] ?? Buffer.alloc(0))).toBe(false);

  const losses = [...(runs[0] ?? "").matchAll(/loss (\d\.\d+)/g)].map(([, text]) => Number(text));
  expect(losses).toHaveLength(2);
  expect(losses[1]).toBeLessThan(losses[0] ?? 0);

  const { test } = await mnist.loadMnist();
  const { accuracy } = await mnist.evaluate(await loadPretrained(outs[0] ?? ""), test);
  const card = one[2]?.toString() ?? "";
  expect(card).toContain(`| test (10,000) | ${(accuracy * 100).toFixed(2)} % |`);
  expect(card).toContain("trained on the first 1,000 of the 60,000 training images");
  expect(card).toContain("| seed | 3 |");
}, 120_000);

it("a short run does not replace a package, and an unknown model is refused", () => {
  const short = pretrain("mnist-mlp", "--images", "100");
  expect([short.status, short.stderr]).toEqual([
    2,
    "a run with other images or epochs than the recipe's is no release: add --out folder\n",
  ]);
  const unknown = pretrain("mnist-rnn");
  expect([unknown.status, unknown.stderr]).toEqual([2, "name one model: mnist-mlp or mnist-cnn\n"]);
}, 60_000);
