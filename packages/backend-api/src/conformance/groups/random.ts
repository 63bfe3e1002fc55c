// Random numbers to the bit: goldens allow a last digit for scaling and for functions of the numbers, but the
// numbers in [0, 1) themselves have none to lose.

import type { Case } from "../case.js";
import { type Golden, makeInputs, runSteps, tierOf, wantedOf } from "../golden-case.js";
import type { GoldenArg } from "../goldens/format.js";

const isScalar = (arg: GoldenArg | undefined, value: number): boolean =>
  typeof arg === "object" && arg !== null && "scalar" in arg && arg.scalar === value;

/** Cases of uniform numbers that are not scaled. */
export const randomCases = (goldens: readonly Golden[]): Case[] =>
  goldens
    .filter(({ op, program }) => {
      const [, low, high] = program.steps.at(-1) ?? [];
      return op === "randomUniform" && program.out && isScalar(low, 0) && isScalar(high, 1);
    })
    .map(
      (golden): Case => ({
        id: `random/to the bit: ${golden.text}`,
        group: "random",
        tier: tierOf(golden.ops),
        requires: { ops: golden.ops, dtypes: golden.dtypes, extensions: [] },
        run: async (context) => {
          const { handles } = await makeInputs(context, golden);
          const results = runSteps(context, golden.program, handles);
          for (const [i, wanted] of (golden.program.out ?? []).entries())
            await context.expect(results[i] ?? -1, wantedOf(wanted));
        },
      }),
    );
