import { expect, it } from "vitest";
import { explain, RunError } from "../src/failures.js";

it.each([
  [new RunError("--out x: cannot be used")],
  [new Error("[mnist] data/train-labels: 2 labels for the 3 images")],
  [new RangeError("[mnist.train] the loss of step 3 is NaN")],
  [Object.assign(new Error("ENOSPC: no space left"), { syscall: "write" })],
])("explains %s with its message alone", (error) => {
  expect(explain(error)).toBe(`mnist: ${error.message}`);
});

it("explains packages that are not built with what to run", () => {
  const error = Object.assign(new Error("Cannot find module 'node_modules/@mlx-ts/core/dist'"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  expect(explain(error)).toMatch(/not built yet; run `npm start`/);
});

it("explains anything else with its stack", () => {
  expect(explain(new TypeError("oops"))).toContain("failures.test.ts");
  expect(explain("thrown text")).toBe("mnist: thrown text");
});
