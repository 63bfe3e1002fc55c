// The hostile calls, drawn from seven sources: the op table, goldens with changes, those inside transforms, arguments that fit each
// other, indices that do, hand-made calls, and everything else that is exported.

import type { Draws } from "./draws.js";
import { exportCall } from "./exports.js";
import { fitting } from "./fitting.js";
import { fused } from "./fused.js";
import { handmade } from "./handmade.js";
import { indexing } from "./indexing.js";
import { mutantCall, transformedCall } from "./mutants.js";
import { regular } from "./regular.js";
import { tableCall } from "./table.js";

/** One call: how it reads, and its doing. */
export interface Call {
  readonly text: string;
  run(): unknown;
}

const shaped = [...fitting, ...regular, ...fused];

/** One more call. */
export function hostileCall(draws: Draws): Call {
  const kind = draws.next();
  if (kind < 0.3) return tableCall(draws);
  if (kind < 0.5) return mutantCall(draws);
  if (kind < 0.6) return transformedCall(draws);
  if (kind < 0.65) return exportCall(draws);
  const [name, call] = draws.pick(kind < 0.76 ? shaped : kind < 0.86 ? indexing : handmade);
  const { text, run } = call(draws);
  return { text: `${name} ${text}`, run };
}
