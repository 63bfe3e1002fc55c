// The lists of fronts and defaults are whole: every op of the table can be called, and every composed op runs on
// a backend of required kernels alone.

import { expect, test } from "vitest";
import { defaultKernels } from "../src/define/defaults/index.js";
import { frontOps } from "../src/define/front/index.js";
import type { Front } from "../src/define/front.js";
import { defineBackend, type OpName, opTable } from "../src/index.js";
import { type Tiny, TinyEngine } from "./engine.js";

const ops = Object.keys(opTable) as OpName[];

/** The inside of a backend; the lists are made before anything in it is called. */
const inside = { id: "tiny", ops: {}, kernels: {} } as Front<Tiny>;

test("every op of the table has a front, and no front is of another name", () => {
  expect(Object.keys(frontOps(inside)).sort()).toEqual([...ops].sort());
});

test("every composed op has a default, and no required op has one", () => {
  const composed = ops.filter((op) => opTable[op].tier === "composed");
  const found = Object.keys(defaultKernels(inside)) as OpName[];
  expect(composed.filter((op) => !found.includes(op))).toEqual([]);
  expect(found.filter((op) => !ops.includes(op) || opTable[op].tier === "required")).toEqual([]);
});

test("an op without kernel and default says what its author can do", () => {
  const { arrays, required } = new TinyEngine();
  const backend = defineBackend({ id: "tiny", arrays, required });
  const a = backend.fromHost({ shape: [1], dtype: "float32", data: Float32Array.of(1) });
  expect(backend.provenance("view")).toBe("unsupported");
  expect(() => backend.ops.view(a, "int32")).toThrow(
    expect.objectContaining({
      code: "UNSUPPORTED",
      message: expect.stringMatching(/^\[view\] the backend "tiny".*give it as an override/),
    }),
  );
});
