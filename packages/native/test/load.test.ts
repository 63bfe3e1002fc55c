// The loader with stand-ins for the addon: which one it takes, and what it says when none will do.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadAddon } from "../src/load.js";

const text = readFileSync(new URL("../engine.json", import.meta.url), "utf8");
const { version } = JSON.parse(text) as { version: string };
const absent = { label: "platform package", specifier: "@mlx-ts/native-nowhere" };

function addon(engineVersion: string, runtimeVersion: string) {
  const folder = mkdtempSync(join(tmpdir(), "mlx-ts-addon-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const specifier = join(folder, "native.cjs");
  writeFileSync(specifier, `module.exports = ${JSON.stringify({ engineVersion, runtimeVersion })}`);
  return { label: "local build", specifier };
}

test("the first addon with the pinned MLX is taken", () => {
  expect(loadAddon([absent, addon(version, version)]).runtimeVersion).toBe(version);
});

test("an MLX built from the pinned source is taken too", () => {
  const dev = `${version}.dev20261101+abcdef`;
  expect(loadAddon([addon(version, dev)]).runtimeVersion).toBe(dev);
});

test("an addon built for another MLX is refused by both versions", () => {
  expect(() => loadAddon([addon("0.31.0", "0.31.0")])).toThrow(
    `it was built for MLX 0.31.0, this package needs ${version}`,
  );
});

test("an addon that met another libmlx is refused", () => {
  expect(() => loadAddon([addon(version, "0.33.0")])).toThrow("loaded a libmlx of version 0.33.0");
});

test("without an addon one error lists every place, its cause and the commands", () => {
  const broken = join(tmpdir(), "broken.node");
  writeFileSync(broken, "not a library");
  onTestFinished(() => rmSync(broken));
  expect(() => loadAddon([{ label: "local build", specifier: broken }, absent])).toThrow(
    expect.objectContaining({
      code: "NO_BACKEND",
      message: expect.stringMatching(
        /could not be loaded on .*\n {2}Tried:\n {4}local build .*broken\.node: .+\n {4}platform package @mlx-ts\/native-nowhere: not there\n {2}To cure it:\n {4}npm run build/,
      ),
    }),
  );
});

test("a second copy of the module in one thread is the same backend", async () => {
  const copies = ["../src/index.js", "../src/index.js?copy"];
  const [first, second] = await Promise.all(copies.map((copy) => import(copy)));
  expect(second).not.toBe(first);
  expect(second.nativeBackend).toBe(first.nativeBackend);
});
