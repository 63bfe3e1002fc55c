// docs/backends.md: what it shows of examples/custom-backend stands there word for word, and all else runs.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as api from "@mlx-ts/backend-api";
import { runConformance } from "@mlx-ts/backend-api/conformance";
import * as mx from "@mlx-ts/core";
import { referenceBackend } from "@mlx-ts/reference";
import { afterEach, describe, expect, test } from "vitest";
import * as engine from "../../../examples/custom-backend/engine/index.js";
import { customBackend, definition } from "../../../examples/custom-backend/src/backend.js";
import { fit } from "../../../examples/custom-backend/src/fit.js";
import { manifest } from "../../../examples/custom-backend/src/manifest.js";
import { runExample } from "../../nn/test/doc-examples.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const guide = readFileSync(`${root}/docs/backends.md`, "utf8");
const blocks = [...guide.matchAll(/^```ts(.*)\n([\s\S]*?)^```/gm)].map(
  ([, place = "", code = ""]) => [place.trim(), code] as const,
);

afterEach(() => mx.setDefaultBackend(referenceBackend as api.Backend));

describe("the guide to backends", () => {
  const shown = blocks.filter(([place]) => place !== "run");
  test.each(shown)("shows what stands in %s", (place, code) => {
    const source = readFileSync(`${root}/examples/custom-backend/${place}`, "utf8");
    expect(source).toContain(code);
  });

  const run = blocks.filter(([place]) => place === "run").map(([, code]) => code);
  test.each(run.map((code) => [code.split("\n")[0], code]))("runs %s ...", async (_, code = "") => {
    const names = {
      ...api,
      mx,
      runConformance,
      customBackend,
      definition,
      engine,
      referenceBackend,
      ...(code.includes("const manifest") ? {} : { manifest }),
    };
    await runExample(code, names);
  });

  test("has blocks of both kinds", () => {
    expect(shown.length).toBeGreaterThan(10);
    expect(run.length).toBeGreaterThan(7);
  });

  test("explains a backend of about 150 lines", () => {
    const lines = readFileSync(`${root}/examples/custom-backend/src/backend.ts`, "utf8").split(
      "\n",
    );
    expect(lines.length).toBeLessThan(160);
  });

  test("names files that are there", () => {
    for (const [, link = ""] of guide.matchAll(/\]\(([^)#:]+)\)/g))
      expect(existsSync(`${root}/docs/${link}`), link).toBe(true);
  });
});

test("a network learns alike on the example backend and on the reference", () => {
  const losses = [customBackend, referenceBackend].map((backend) => {
    mx.setDefaultBackend(api.withAutodiff(backend as api.Backend) as api.Backend);
    return fit(20);
  });
  const [custom = [], reference = []] = losses;
  expect(custom.at(-1)).toBeLessThan((custom[0] ?? 0) / 5);
  for (const [i, loss] of custom.entries()) expect(loss).toBeCloseTo(reference[i] ?? 0, 4);
});
