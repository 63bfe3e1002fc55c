// What adapters for test runners share: one test for each group and op, and one for the run as a whole. Cases for
// what the backend lacks are counted, but no tests.

import type { Backend, Handle } from "../backend.js";
import type { Case } from "./case.js";
import { cases } from "./cases.js";
import type { Manifest, Report } from "./manifest.js";
import { filterCases, type RunOptions } from "./run.js";
import { openSession, type Session } from "./session.js";

/** What the adapters are given. */
export interface DescribeOptions<H extends Handle = Handle> extends RunOptions {
  /** Makes the backend, once for all tests. */
  readonly create: () => Backend<H> | Promise<Backend<H>>;
  /** What its author declares; default: everything, exactly. */
  readonly manifest?: Manifest | undefined;
  /** The title; default: "the backend conforms to MLX". */
  readonly title?: string | undefined;
  /** Given the report when all tests are done, to print or write it. */
  readonly report?: ((report: Report) => void) | undefined;
}

/** One test of a runner. */
interface Batch {
  readonly title: string;
  /** Throws where cases fail; gives a text where none could run. */
  readonly run: (session: Session) => Promise<string | undefined>;
}

/** How many failures a test names. */
const named = 10;

function batch(title: string, tests: readonly Case[]): Batch {
  return {
    title: `${title}, ${tests.length} ${tests.length === 1 ? "case" : "cases"}`,
    async run(session) {
      const failures: string[] = [];
      const reasons = new Set<string>();
      for (const test of tests) {
        const outcome = await session.run(test);
        if (outcome.status === "failed") failures.push(`${test.id}: ${outcome.message}`);
        if (outcome.status === "unsupported") reasons.add(outcome.message);
        if (outcome.status !== "unsupported") reasons.add("");
      }
      if (failures.length > 0) {
        const more = failures.length > named ? [`and ${failures.length - named} more`] : [];
        throw new Error([...failures.slice(0, named), ...more].join("\n"));
      }
      return reasons.has("") ? undefined : [...reasons].join("; ");
    },
  };
}

/** The tests of a run: cases of one group and op together. */
function batches(chosen: readonly Case[]): Batch[] {
  const byTitle = new Map<string, Case[]>();
  for (const test of chosen) {
    const [op] = test.requires.ops;
    const title = op ? `${test.group}: ${op}` : test.group;
    const tests = byTitle.get(title);
    if (tests) tests.push(test);
    else byTitle.set(title, [test]);
  }
  return [...byTitle].map(([title, tests]) => batch(title, tests));
}

/** What a test runner offers; vitest and node:test both do. */
interface Runner {
  describe(title: string, body: () => void): unknown;
  test(title: string, body: (context: { skip(reason?: string): void }) => Promise<void>): unknown;
}

/** Declares the tests of a run with a runner. */
export function declare<H extends Handle>(
  { describe, test }: Runner,
  options: DescribeOptions<H>,
): void {
  describe(options.title ?? "the backend conforms to MLX", async () => {
    const filtered = options.filtered ?? options.filter !== undefined;
    const session = openSession(await options.create(), options.manifest, { ...options, filtered });
    const all = options.cases ?? cases();
    const chosen = options.filter ? filterCases(all, options.filter) : all;
    for (const { title, run } of batches(chosen.filter(session.suits))) {
      test(title, async (context) => {
        const unsupported = await run(session);
        if (unsupported !== undefined) context.skip(unsupported);
      });
    }
    test("every native op was tested, required devices are there, known failures are real", async () => {
      for (const lacking of chosen.filter((one) => !session.suits(one))) await session.run(lacking);
      finish(session, options);
    });
  });
}

/** Ends a run: hands out the report, and throws where something beside cases is wrong. */
function finish(session: Session, { report }: Pick<DescribeOptions, "report">): void {
  const done = session.report();
  report?.(done);
  const { passed, failed, known } = done.counts;
  if (passed + failed + known === 0) throw new Error("no case was run");
  if (done.problems.length > 0) throw new Error(done.problems.join("\n"));
}
