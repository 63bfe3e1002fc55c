// Core on the reference backend runs in a browser: bundled for one, in a realm that has JavaScript and a little of
// the web, but neither Node's modules nor `process`.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { build } from "tsup";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as mx from "../../core/src/index.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-browser-"));
let code = "";

beforeAll(async () => {
  await build({
    config: false,
    entry: [fileURLToPath(new URL("browser/page.ts", import.meta.url))],
    outDir: folder,
    format: ["iife"],
    globalName: "page",
    platform: "browser",
    target: "es2022",
    noExternal: [/./],
    silent: true,
    esbuildOptions(options) {
      options.conditions = ["@mlx-ts/source"];
    },
  });
  code = readFileSync(join(folder, "page.global.js"), "utf8");
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Evaluates an expression on the page. */
const onPage = (expression: string): unknown =>
  runInNewContext(`${code}; ${expression}`, { TextDecoder, TextEncoder, URL });

test("the bundle asks for no module of Node", () => {
  expect(code).toContain("referenceBackend");
  expect(code.match(/(?:require|import)\(\s*["']node:[^"']*/g)).toBeNull();
});

test("a page computes what Node computes", () => {
  const page = JSON.parse(onPage("JSON.stringify(page.result)") as string);
  const uniform = mx.random.uniform({ shape: [3], key: mx.random.key(0) });
  expect(page.backend).toBe("reference");
  expect(page.uniform).toEqual(uniform.tolist());
  expect(page.softmax).toHaveLength(4);
  for (const row of page.softmax) expect(row[0] + row[1]).toBeCloseTo(1, 6);
  expect(page.inverse).toEqual([3, 3]);
});

test("files are refused where there is no Node", () => {
  expect(() => onPage("page.load()")).toThrow(/this is not Node/);
});
