// How the tests run the kit on a backend of the workspace.

import type { Backend } from "@mlx-ts/backend-api";
import { reportText } from "@mlx-ts/backend-api/conformance";
import type { DescribeOptions } from "@mlx-ts/backend-api/conformance/vitest";
import { referenceBackend } from "@mlx-ts/reference";
import { candidates } from "./backends.js";

/** The adapter's options for a backend by its name. */
export function optionsOf(name: string): DescribeOptions {
  const candidate = candidates[name];
  if (!candidate) throw new Error(`${name} is none of ${Object.keys(candidates).join(", ")}`);
  return {
    ...candidate,
    title: `the conformance kit on ${name}`,
    reference: referenceBackend as Backend,
    report: (report) => console.log(reportText(report)),
  };
}
