// The conformance kit as vitest tests.

import { beforeAll, describe, test } from "vitest";
import type { Handle } from "../backend.js";
import { batches, type DescribeOptions, finish, open, titleOf } from "./adapter.js";
import type { Session } from "./session.js";

export type { DescribeOptions } from "./adapter.js";

/**
 * Declares the tests of a backend: one for each group and op, and one that fails where the run as a whole is
 * wrong. Tests of what the backend lacks are skipped with the reason.
 *
 * @param options - how the backend is made, and its manifest
 */
export function describeBackend<H extends Handle>(options: DescribeOptions<H>): void {
  describe(titleOf(options), () => {
    let session: Session | undefined;
    beforeAll(async () => {
      session = await open(options);
    });
    const opened = (): Session => {
      if (!session) throw new Error("the backend was not created");
      return session;
    };
    for (const { title, run } of batches(options)) {
      test(title, async (context) => {
        const unsupported = await run(opened());
        if (unsupported !== undefined) context.skip(unsupported);
      });
    }
    test("every native op was tested, required devices are there, known failures are real", () =>
      finish(opened(), options));
  });
}
