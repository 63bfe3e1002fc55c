// Whether the conformance kit notices a mutant, and by which case.

import { type Backend, Memory } from "@mlx-ts/backend-api";
import { cases, type Failure, filterCases, openSession } from "@mlx-ts/backend-api/conformance";
import { referenceBackend } from "@mlx-ts/reference";
import type { Mutant } from "./mutants/mutant.js";

/** What may be seen beside a wrong result: something throws, or arrays are left. */
const beside = /^threw|handles alive$/;

/**
 * The first cases that notice a mutant: they fail on it and pass on the good backend. A wrong result is noticed by
 * its elements, shape or dtype: that something throws or leaks does not count, unless that is what is wrong.
 *
 * @param mutant - what is broken
 * @param good - the backend to break
 * @param enough - how many cases to look for
 */
export async function notices(mutant: Mutant, good: Backend, enough = 1): Promise<Failure[]> {
  // Mutants have the arrays of the good backend, which alone can count them.
  const memory = good.extension(Memory);
  const options = {
    reference: referenceBackend as Backend,
    live: memory && (() => memory.liveHandles()),
  };
  const wrong = openSession(mutant.broken(good), {}, options);
  const right = openSession(good, {}, options);
  const found: Failure[] = [];
  for (const test of filterCases(cases(), { groups: mutant.groups })) {
    const outcome = await wrong.run(test);
    if (outcome.status !== "failed") continue;
    if (beside.test(outcome.message) && !mutant.throws) continue;
    if ((await right.run(test)).status !== "passed") continue;
    found.push({ id: test.id, message: outcome.message });
    if (found.length === enough) break;
  }
  return found;
}

/** A mutant in words. */
export const titleOf = ({ name, wrong }: Mutant): string => `${name}: ${wrong}`;
