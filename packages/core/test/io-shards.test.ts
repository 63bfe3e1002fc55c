// Models in several safetensors files with an index.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { ownFolder } from "./io-files.js";

const { fresh } = ownFolder();

function place(): string {
  const path = fresh("model");
  mkdirSync(path);
  return path;
}
const model = (): mx.NamedArrays => ({
  b: mx.arange(4),
  a: mx.zeros([2], "float16"),
  large: mx.ones([100]),
  c: mx.array(1),
});

describe("saveShardedSafetensors", () => {
  test("fills files in order and writes Hugging Face's index", () => {
    const folder = place();
    const file = join(folder, "model.safetensors");
    const names = mx.saveShardedSafetensors(file, model(), {
      maxShardSize: 20,
      metadata: { format: "mlx" },
    });
    expect(names.map((name) => basename(name))).toEqual([
      "model-00001-of-00003.safetensors",
      "model-00002-of-00003.safetensors",
      "model-00003-of-00003.safetensors",
      "model.safetensors.index.json",
    ]);
    expect(readdirSync(folder).sort()).toEqual(names.map((name) => basename(name)));
    expect(JSON.parse(readFileSync(`${file}.index.json`, "utf8"))).toEqual({
      metadata: { total_size: 16 + 4 + 400 + 4 },
      weight_map: {
        a: "model-00001-of-00003.safetensors",
        b: "model-00001-of-00003.safetensors",
        c: "model-00003-of-00003.safetensors",
        large: "model-00002-of-00003.safetensors",
      },
    });
    const [read, metadata] = mx.load(`${file}.index.json`, { returnMetadata: true });
    for (const [name, array] of Object.entries(model())) {
      expect([read[name]?.dtype, read[name]?.tolist()]).toEqual([array.dtype, array.tolist()]);
    }
    expect(Object.keys(read)).toHaveLength(4);
    expect({ ...metadata }).toEqual({ format: "mlx" });
    expect({ ...mx.load(`${file}.index.json`, "safetensors", true)[1] }).toEqual({ format: "mlx" });
  });

  test("writes one file without index where all fits, and where nothing is", () => {
    for (const arrays of [model(), {}]) {
      const file = join(place(), "model");
      expect(mx.saveShardedSafetensors(file, arrays)).toEqual([`${file}.safetensors`]);
      expect(existsSync(`${file}.safetensors.index.json`)).toBe(false);
      expect(Object.keys(mx.load(`${file}.safetensors`)).sort()).toEqual(
        Object.keys(arrays).sort(),
      );
    }
  });

  test("refuses wrong options and targets, and writes nothing then", () => {
    const folder = place();
    const file = join(folder, "model.safetensors");
    const save = (options: object) => () => mx.saveShardedSafetensors(file, model(), options);
    expectError(save({ maxShardSize: 0 }), "RangeError", "VALUE", "maxShardSize is 0");
    expectError(save({ maxShardSize: Number.NaN }), "RangeError", "VALUE", "maxShardSize");
    expectError(save({ maxShardSize: "5GB" }), "TypeError", "KIND", "maxShardSize");
    expectError(save({ maxSize: 3 }), "TypeError", "OPTION", "maxSize");
    expectError(save([]), "TypeError", "OPTION", "plain object");
    const sink = { write: () => true } as unknown as string;
    expectError(() => mx.saveShardedSafetensors(sink, {}), "TypeError", "KIND", "a path");
    mkdirSync(join(folder, "model-00002-of-00003.safetensors"));
    expectError(save({ maxShardSize: 20 }), "MLXError", "FILE", "a folder has this name");
    expect(readdirSync(folder)).toEqual(["model-00002-of-00003.safetensors"]);
  });
});

describe("an index", () => {
  const written = (map: unknown): string => {
    const folder = place();
    mx.saveSafetensors(join(folder, "one.safetensors"), { a: mx.ones([2]) });
    const index = join(folder, "model.safetensors.index.json");
    writeFileSync(index, typeof map === "string" ? map : JSON.stringify({ weight_map: map }));
    return index;
  };

  test("gives what it names, and nothing else", () => {
    expect(Object.keys(mx.load(written({ a: "one.safetensors" })))).toEqual(["a"]);
    expect(Object.keys(mx.load(written({})))).toEqual([]);
  });

  test.each([
    ["is no JSON", "weight_map"],
    ["is a list", "[]"],
    ["has no map", "{}"],
    ["has a list as map", []],
    ["names a file in another folder", { a: "../one.safetensors" }],
    ["names a file by its whole path", { a: "/etc/one.safetensors" }],
    ["names another kind of file", { a: "passwd" }],
    ["names no text", { a: 3 }],
    ["names a file that is missing", { a: "two.safetensors" }],
    ["names an array that its file lacks", { b: "one.safetensors" }],
    ["names a method of objects", { toString: "one.safetensors" }],
  ])("that %s is refused", (_, map) => {
    expectError(() => mx.load(written(map)), "MLXError", "FILE", /^\[load\] .*safetensors/);
  });

  test("whose files are lost or damaged is refused", () => {
    const file = join(place(), "model.safetensors");
    const names = mx.saveShardedSafetensors(file, model(), { maxShardSize: 20 });
    writeFileSync(names[1] as string, "short");
    expectError(() => mx.load(`${file}.index.json`), "MLXError", "FILE", names[1] as string);
    rmSync(names[1] as string);
    expectError(() => mx.load(`${file}.index.json`), "MLXError", "FILE", names[1] as string);
  });
});
