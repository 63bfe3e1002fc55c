// Every example in the comments of hand-written files in core's README and in docs/files.md runs and gives what it says.
// Those of generated files are in ops/examples.test.ts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeBackend } from "@mlx-ts/native";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { commentExamples, fileExamples, runExample } from "../../nn/test/doc-examples.js";
import * as mx from "../src/index.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mlx-ts-core-examples-"));
beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  mx.saveSafetensors(join(folder, "model.safetensors"), { weight: mx.ones([2]) });
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const inFolder = (code: string) =>
  code.replaceAll(/"(\w+\.(?:npy|npz|gguf|safetensors(?:\.index\.json)?))"/g, (_, file) =>
    JSON.stringify(join(folder, file)),
  );

describe("the examples", () => {
  const examples = [
    ...commentExamples(path("../src")).filter(([place]) => !place.startsWith("ops/")),
    ...fileExamples(path("../README.md")),
    ...fileExamples(path("../../../docs/files.md")),
  ];

  test.each(examples)("%s", async (_place, code) => {
    const model = { parameters: () => ({ weight: mx.ones([2]) }) };
    const { tidy, scope, keep, setDefaultBackend } = mx;
    await runExample(inFolder(code), {
      mx,
      nativeBackend,
      ...(code.includes("const model") ? {} : { model }),
      tidy,
      scope,
      keep,
      setDefaultBackend,
    });
  });

  test("are many", () => {
    expect(examples.length).toBeGreaterThan(25);
  });
});
