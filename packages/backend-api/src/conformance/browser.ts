// The conformance kit in a page: conformance.html beside it imports a backend's module and calls this.

import type { Backend, Handle } from "../backend.js";
import type { Manifest, Report } from "./manifest.js";
import { type RunOptions, runConformance } from "./run.js";
import { reportText } from "./text.js";

/** What the page shows the report in; an element of the DOM is one. */
export interface Screen {
  textContent: string | null;
}

/** A backend's module, as the page imports it. */
export interface BackendModule<H extends Handle = Handle> {
  /** The backend, or a function that makes it. */
  readonly default: Backend<H> | (() => Backend<H> | Promise<Backend<H>>);
  readonly manifest?: Manifest;
  /** A backend that is known to be right; the differential cases run only with one. */
  readonly reference?: Backend;
}

/** How long the page may stand still, in milliseconds. */
const patience = 100;

/**
 * Runs the kit on the backend of a module, and shows how far it is, then the report.
 *
 * @param module - what `import("./my-backend.js")` gives
 * @param screen - where the text goes
 * @param options - as for runConformance
 * @returns the report
 * @example
 * ```ts
 * const screen = { textContent: "" };
 * const { passed } = await runInPage({ default: nativeBackend }, screen, { filter: { ops: ["exp"] } });
 * ```
 */
export async function runInPage<H extends Handle>(
  module: BackendModule<H>,
  screen: Screen,
  options: RunOptions = {},
): Promise<Report> {
  screen.textContent = "The backend is made ...";
  const given = module.default;
  const backend = typeof given === "function" ? await given() : given;
  let shown = 0;
  const report = await runConformance(backend, module.manifest, {
    reference: module.reference,
    async progress(done, total) {
      if (Date.now() - shown < patience) return;
      screen.textContent = `The kit runs on ${backend.id}: ${done} of ${total} cases`;
      // One turn of the event loop, so that the page shows it.
      await new Promise((resolve) => setTimeout(resolve));
      shown = Date.now();
    },
    ...options,
  });
  screen.textContent = reportText(report);
  return report;
}
