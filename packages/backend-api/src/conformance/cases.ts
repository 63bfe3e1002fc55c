// All cases of the kit.

import { opTable } from "../ops/index.js";
import type { Case } from "./case.js";
import { type Golden, goldensOf, numbered, runGolden, tierOf } from "./golden-case.js";
import { goldenFiles } from "./goldens/index.js";
import { contractCases } from "./groups/contracts.js";
import { factorCases } from "./groups/factors.js";
import { formCases } from "./groups/forms.js";
import { fuzzCases } from "./groups/fuzz.js";
import { gradientCases } from "./groups/gradients.js";
import { hostIoCases } from "./groups/host-io.js";
import { lifetimeCases } from "./groups/lifetime.js";
import { metadataCases } from "./groups/metadata.js";
import { randomCases } from "./groups/random.js";
import { ruleCases } from "./groups/rules.js";
import { transformCases } from "./groups/transforms.js";

let all: readonly Case[] | undefined;

/**
 * Every case of the kit, in order of groups. The list is made once.
 *
 * @returns some 16,000 cases
 * @example
 * ```ts
 * cases().length > 10000; // true
 * ```
 */
export function cases(): readonly Case[] {
  if (all) return all;
  const goldens = goldenFiles.flatMap(goldensOf);
  all = numbered([
    ...metadataCases(goldens),
    ...hostIoCases(),
    ...lifetimeCases(goldens),
    ...goldenCases(goldens),
    ...formCases(goldens),
    ...randomCases(goldens),
    ...contractCases(),
    ...factorCases(),
    ...gradientCases(),
    ...ruleCases(),
    ...transformCases(goldens),
    ...fuzzCases(),
  ]);
  return all;
}

/** Python's results for every op. */
const goldenCases = (goldens: readonly Golden[]): Case[] =>
  goldens.map((golden) => {
    const group = golden.program.error ? "errors" : opTable[golden.op].family;
    return {
      id: `${group}/${golden.text}`,
      group,
      tier: tierOf(golden.ops),
      requires: { ops: golden.ops, dtypes: golden.dtypes, extensions: [] },
      run: (context) => runGolden(context, golden),
    };
  });
