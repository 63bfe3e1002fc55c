// All cases of the kit.

import { opTable } from "../ops/index.js";
import type { Case } from "./case.js";
import { goldensOf, numbered, runGolden, tierOf } from "./golden-case.js";
import { goldenFiles } from "./goldens/index.js";

let all: readonly Case[] | undefined;

/**
 * Every case of the kit, in order of groups. The list is made once.
 */
export function cases(): readonly Case[] {
  all ??= numbered(goldenCases());
  return all;
}

/** Python's results for every op. */
function goldenCases(): Case[] {
  return goldenFiles.flatMap(goldensOf).map((golden) => {
    const { family } = opTable[golden.op];
    const group = golden.program.error ? "errors" : family;
    return {
      id: `${group}/${golden.text}`,
      group,
      tier: tierOf(golden.ops),
      requires: { ops: golden.ops, dtypes: golden.dtypes, extensions: [] },
      run: (context) => runGolden(context, golden),
    };
  });
}
