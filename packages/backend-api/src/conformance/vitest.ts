// The conformance kit as vitest tests.

import { describe, test } from "vitest";
import type { Handle } from "../backend.js";
import { type DescribeOptions, declare } from "./adapter.js";

export type { DescribeOptions } from "./adapter.js";

/**
 * Declares the tests of a backend: one for each group and op, and one that fails where the run as a whole is
 * wrong. Cases for what the backend lacks are no tests; the report counts them.
 *
 * @param options - how the backend is made, and its manifest
 * @example
 * ```ts
 * describeBackend({ create: () => nativeBackend, filter: { ops: ["exp"] } });
 * ```
 */
export function describeBackend<H extends Handle>(options: DescribeOptions<H>): void {
  declare({ describe, test }, options);
}
