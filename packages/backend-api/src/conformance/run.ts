// The whole kit on one backend, for scripts and pages. Test runners use the adapters instead.

import type { Backend, Handle } from "../backend.js";
import type { OpName } from "../ops/index.js";
import type { Case } from "./case.js";
import { cases } from "./cases.js";
import type { Manifest, Report } from "./manifest.js";
import { openSession, type SessionOptions } from "./session.js";

/** Which cases a run takes. */
export interface CaseFilter {
  /** Only these groups. */
  readonly groups?: readonly string[] | undefined;
  /** Only cases whose tested op (the first that they require) is one of these. */
  readonly ops?: readonly OpName[] | undefined;
  /** Only ids that contain this text. */
  readonly text?: string | undefined;
}

/** What a run is given beside the backend and its manifest. */
export interface RunOptions extends SessionOptions {
  readonly filter?: CaseFilter | undefined;
  /** Ends at the first failed case: for those who only ask whether there is one. */
  readonly bail?: boolean | undefined;
  /** The cases; default: all of the kit. */
  readonly cases?: readonly Case[] | undefined;
  /** Told before each case how many are done; the run waits for what it returns. */
  readonly progress?: ((done: number, total: number) => Promise<void> | void) | undefined;
}

/**
 * Takes some of the cases.
 *
 * @param all - cases
 * @param filter - which
 * @returns those that all parts of the filter choose
 * @example
 * ```ts
 * filterCases(cases(), { groups: ["unary"], ops: ["exp"] })[0].group; // "unary"
 * ```
 */
export function filterCases(all: readonly Case[], filter: CaseFilter): readonly Case[] {
  const { groups, ops, text } = filter;
  return all.filter(({ id, group, requires }) => {
    const [op] = requires.ops;
    if (groups && !groups.includes(group)) return false;
    if (ops && !(op && ops.includes(op))) return false;
    return text === undefined || id.includes(text);
  });
}

/**
 * Runs the conformance kit on a backend.
 *
 * @param backend - any backend
 * @param manifest - what its author declares; default: everything, exactly
 * @param options - a reference for differential cases, a count of live handles, a filter
 * @returns the report; `passed` says whether the backend conforms
 * @example
 * ```ts
 * const report = await runConformance(nativeBackend, {}, { filter: { ops: ["exp"] } });
 * report.passed; // true
 * ```
 */
export async function runConformance<H extends Handle>(
  backend: Backend<H>,
  manifest: Manifest = {},
  options: RunOptions = {},
): Promise<Report> {
  const all = options.cases ?? cases();
  const chosen = options.filter ? filterCases(all, options.filter) : all;
  const filtered = options.filtered ?? (options.bail === true || options.filter !== undefined);
  const session = openSession(backend, manifest, { ...options, filtered });
  for (const [done, test] of chosen.entries()) {
    await options.progress?.(done, chosen.length);
    const { status } = await session.run(test);
    if (options.bail && status === "failed") break;
  }
  return session.report();
}
