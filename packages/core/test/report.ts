// The report of `npm run test:backend`: which ops the backend lacks, which tests were not run for what, and the totals.

import { type OpName, opTable } from "@mlx-ts/backend-api";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { testBackend } from "./backends.js";

const titleOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`;

/** The first line of the first error. */
const lineOf = ([why]: readonly { message: string }[]): string => why?.message.split("\n")[0] ?? "";

export default class BackendReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const of = (state: string) => tests.filter((test) => test.result().state === state);
    const notRun = new Map<string, string[]>();
    for (const test of of("skipped")) {
      const result = test.result();
      const note = "note" in result ? result.note : undefined;
      const why = note ?? "this machine or runtime lacks what the test itself asks for";
      notRun.set(why, [...(notRun.get(why) ?? []), titleOf(test)]);
    }
    const failed = of("failed").map(
      (test) => `  ${titleOf(test)}: ${lineOf(test.result().errors ?? [])}`,
    );
    const names = Object.keys(opTable) as OpName[];
    const counts = (["native", "composed", "unsupported"] as const).map((provenance) => {
      const ops = names.filter((op) => testBackend.provenance(op) === provenance);
      const listed = provenance === "unsupported" && ops.length > 0 ? `: ${ops.join(", ")}` : "";
      return `  ${provenance} ${ops.length}${listed}`;
    });
    const broken = modules.flatMap((module) => {
      const errors = module.errors();
      return errors.length > 0 ? [`  ${module.relativeModuleId}: ${lineOf(errors)}`] : [];
    });
    console.log(
      [
        `\nThe backend "${testBackend.id}" has of the ${names.length} ops`,
        ...counts,
        ...[...notRun].flatMap(([why, titles]) => [
          `Not run, ${titles.length}: ${why}`,
          ...titles.map((title) => `  ${title}`),
        ]),
        ...(failed.length > 0 ? ["Failed:", ...failed] : []),
        ...(broken.length > 0 ? ["Files that failed by themselves:", ...broken] : []),
        `${of("passed").length} passed, ${failed.length} failed, ${of("skipped").length} not run`,
      ].join("\n"),
    );
  }
}
