// The report of `npm run test:backend`: which ops the backend lacks, which tests were skipped for that, and the totals.

import { type OpName, opTable } from "@mlx-ts/backend-api";
import type { Reporter, TestModule } from "vitest/node";
import { testBackend } from "./backends.js";

export default class BackendReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const of = (state: string) => tests.filter((test) => test.result().state === state);
    const lacking = of("skipped").flatMap((test) => {
      const result = test.result();
      const note = "note" in result ? result.note : undefined;
      return [`  ${test.module.relativeModuleId} > ${test.fullName}: ${note ?? "skipped"}`];
    });
    const failed = of("failed").map((test) => {
      const [why] = test.result().errors ?? [];
      const [line = ""] = why?.message.split("\n") ?? [];
      return `  ${test.module.relativeModuleId} > ${test.fullName}: ${line}`;
    });
    const names = Object.keys(opTable) as OpName[];
    const counts = (["native", "composed", "unsupported"] as const).map((provenance) => {
      const ops = names.filter((op) => testBackend.provenance(op) === provenance);
      const listed = provenance === "unsupported" && ops.length > 0 ? `: ${ops.join(", ")}` : "";
      return `  ${provenance} ${ops.length}${listed}`;
    });
    const broken = modules.filter((module) => module.errors().length > 0);
    console.log(
      [
        `\nThe backend "${testBackend.id}" has of the ${names.length} ops`,
        ...counts,
        ...(lacking.length > 0 ? ["Not run, for what the backend lacks:", ...lacking] : []),
        ...(failed.length > 0 ? ["Failed:", ...failed] : []),
        ...(broken.length > 0
          ? ["Files that failed by themselves:", ...broken.map((m) => `  ${m.relativeModuleId}`)]
          : []),
        `${of("passed").length} passed, ${failed.length} failed, ${lacking.length} not run`,
      ].join("\n"),
    );
  }
}
