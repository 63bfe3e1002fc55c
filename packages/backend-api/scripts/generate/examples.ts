// Writes packages/core/test/ops/examples.test.ts: every example of the table, run.

import type { Family } from "../../ops/schema.js";
import { banner } from "./kinds.js";

/** One test for each example. */
export function examplesFile(families: readonly Family[]): string {
  const suites = families.map((family) => {
    const tests = family.ops.flatMap((op) =>
      op.examples.map(
        ([code, gives]) => `  test(${JSON.stringify(`${op.name}: ${code}`)}, () => {
    expect(plain(${code})).toEqual(${gives});
  });`,
      ),
    );
    return `describe("the examples of ${family.name}", () => {\n${tests.join("\n")}\n});`;
  });
  return `${banner(null)}
// Every example of the op table, run on the default backend.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";

const plain = (value: unknown): unknown => (value instanceof mx.MLXArray ? value.tolist() : value);

${suites.join("\n\n")}
`;
}
