// How tests run on backends that lack something: a test that ends with an UnsupportedError of what the backend says
// it lacks is skipped with that as its note, and listed by ./report.ts. Any other error stays a failure.

import { type OpName, opTable } from "@mlx-ts/backend-api";
import type { TestError } from "vitest";
import { VitestTestRunner } from "vitest/runners";
import { backendName, testBackend } from "./backends.js";

/** What a backend lacks, by the function that a test was refused. */
function lackedBy(error: TestError): string | undefined {
  const { name, op, backend } = error as TestError & { op?: unknown; backend?: unknown };
  if (name !== "UnsupportedError" || typeof op !== "string") return undefined;
  // An op of the table is lacking where the backend has said so before; else it is a refusal to look at.
  if (Object.hasOwn(opTable, op)) {
    return testBackend.provenance(op as OpName) === "unsupported" ? op : undefined;
  }
  return backend === testBackend.id ? op : undefined;
}

export default class LackingRunner extends VitestTestRunner {
  override onAfterRunTask(test: Parameters<VitestTestRunner["onAfterRunTask"]>[0]): void {
    const errors = test.result?.errors ?? [];
    const lacked = errors.map(lackedBy);
    const only = lacked.every((op) => op !== undefined) ? [...new Set(lacked)].join(", ") : "";
    if (backendName !== "native" && only !== "") {
      test.mode = "skip";
      // As `ctx.skip(note)` leaves it: the note is read by reporters, and in no type.
      const skipped: { state: "skip"; note: string } = {
        state: "skip",
        note: `the backend lacks ${only}`,
      };
      test.result = skipped;
    }
    super.onAfterRunTask(test);
  }
}
