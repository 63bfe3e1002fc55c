// Setup of tests on backends that lack something: a test that ends with an UnsupportedError of what the backend says
// it lacks is marked, and ./lacking-runner.ts makes it a skipped one. Any other error stays a failure.

import { type OpName, opTable } from "@mlx-ts/backend-api";
import { beforeEach, type TestError } from "vitest";
import { testBackend } from "./backends.js";

declare module "vitest" {
  interface TaskMeta {
    /** What the backend lacks of what the test needs. */
    lacking?: string;
  }
}

/** What a backend lacks, by the function that a test was refused. */
function lackedBy(error: TestError): string | undefined {
  const { name, op, backend, cause } = error as TestError & { op?: unknown; backend?: unknown };
  // Properties that fail say why by their cause.
  if (cause) return lackedBy(cause);
  if (name !== "UnsupportedError" || typeof op !== "string") return undefined;
  // An op of the table is lacking where the backend has said so before; else it is a refusal to look at.
  if (Object.hasOwn(opTable, op)) {
    return testBackend.provenance(op as OpName) === "unsupported" ? op : undefined;
  }
  return backend === testBackend.id ? op : undefined;
}

// Not an afterEach: those of the tests run before, and the first that throws is the last that runs.
beforeEach(({ task, onTestFinished }) => {
  onTestFinished(() => {
    const lacked = (task.result?.errors ?? []).map(lackedBy);
    if (lacked.length > 0 && lacked.every((op) => op !== undefined)) {
      task.meta.lacking = [...new Set(lacked)].join(", ");
    }
  });
});
