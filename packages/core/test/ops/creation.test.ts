import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { byOp, goldens } from "../golden.js";

describe("creation", () => {
  for (const [op, { count, check }] of byOp(goldens("creation"))) {
    test(`${op} gives what Python gives, in ${count} cases`, check);
  }
});
