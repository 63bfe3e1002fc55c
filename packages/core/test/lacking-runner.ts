// The runner of tests on backends that lack something: it skips, with a note, what ./lacking.ts marked. It imports
// nothing of ours: vitest loads it beside the tests, and the addon would throw the errors of that copy.

import { TestRunner } from "vitest";

export default class LackingRunner extends TestRunner {
  override onAfterRunTask(test: Parameters<TestRunner["onAfterRunTask"]>[0]): void {
    const { lacking } = test.meta;
    if (lacking !== undefined) {
      test.mode = "skip";
      // As `ctx.skip(note)` leaves it: the note is read by reporters, and in no type.
      const skipped: { state: "skip"; note: string } = {
        state: "skip",
        note: `the backend lacks ${lacking}`,
      };
      test.result = skipped;
    }
    super.onAfterRunTask(test);
  }
}
