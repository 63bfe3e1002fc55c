// Goldens with their inputs stored in other ways: an op must give the same for a transposed, reversed,
// strided or offset view as for an array that lies in order.

import type { OpName } from "../../ops/index.js";
import type { Case } from "../case.js";
import { type Golden, runGolden, stepInputs, tierOf } from "../golden-case.js";
import { canTake, forms } from "../views.js";

/** Cases of goldens as views. */
export function formCases(goldens: readonly Golden[]): Case[] {
  const seen = new Set<string>();
  return goldens.flatMap((golden) => {
    const { program, op, text } = golden;
    if (program.error) return [];
    const used = stepInputs(program).map((i) => golden.inputs[i]);
    return forms.flatMap((form): Case[] => {
      const takes = used.some((input) => input && !input.view && canTake(input.shape, form));
      if (!takes) return [];
      // One golden of each op and dtype will do.
      const kind = `${op} ${used[0]?.dtype} ${form}`;
      if (seen.has(kind)) return [];
      seen.add(kind);
      const views: readonly OpName[] = [form === "transposed" ? "transpose" : "slice"];
      return [
        {
          id: `forms/${form} ${text}`,
          group: "forms",
          tier: tierOf(golden.ops),
          requires: {
            ops: [...new Set([...golden.ops, ...views])],
            dtypes: golden.dtypes,
            extensions: [],
          },
          run: (context) => runGolden(context, golden, form),
        },
      ];
    });
  });
}
