// Every example in the comments of hand-written files and in core's README runs and gives what it says.
// Those of generated files are in ops/examples.test.ts, those of the guides in the optimizers' tests.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withRecording } from "@mlx-ts/backend-api";
import { nativeBackend } from "@mlx-ts/native";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  commentExamples,
  type Example,
  fileExamples,
  inFolder,
  runExample,
} from "../../nn/test/doc-examples.js";
import * as mx from "../src/index.js";
import { needs } from "./needs.js";

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

/** Streams that are cleared are gone for what runs later, so these examples are the last. */
const clearsStreams = ([, code]: Example) => code.includes("clearStreams(");

describe("the examples", () => {
  const all = [
    ...commentExamples(path("../src")).filter(([place]) => !place.startsWith("ops/")),
    ...fileExamples(path("../README.md")),
  ];
  const examples = [
    ...all.filter((example) => !clearsStreams(example)),
    ...all.filter(clearsStreams),
  ];

  test.each(examples)("%s", async (_place, code) => {
    if (code.includes("defaultBackend().id")) needs("native");
    const model = { parameters: () => ({ weight: mx.ones([2]) }) };
    const { tidy, scope, keep, setDefaultBackend } = mx;
    await runExample(inFolder(folder, code), {
      mx,
      nativeBackend,
      withRecording,
      ...(code.includes("const model") ? {} : { model }),
      tidy,
      scope,
      keep,
      setDefaultBackend,
    });
  });

  test("are many", () => {
    expect(examples.length).toBeGreaterThan(100);
  });
});
