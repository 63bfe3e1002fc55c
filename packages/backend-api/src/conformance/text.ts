// A report as text for terminals.

import type { Counts, OpReport, Report } from "./manifest.js";

const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  "),
  );
};

const numbers = ({ passed, failed, known, unsupported }: Counts): string[] =>
  [passed, failed, known, unsupported].map(String);

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines.map((line) => `  ${line}`), ""];

const counted = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");

/** Where to begin: the kernel most of whose cases failed, of many rather than of few. */
function lookFirst(rows: readonly [string, OpReport][]): string {
  const weight = ({ passed, failed }: OpReport) => failed ** 2 / (passed + failed);
  const [first] = rows
    .filter(([, { provenance, failed }]) => provenance === "native" && failed > 0)
    .sort(([, a], [, b]) => weight(b) - weight(a));
  if (!first) return "";
  const [op, { passed, failed }] = first;
  return `; look first at ${op}: ${failed} of the ${passed + failed} cases that call it fail`;
}

/**
 * A report as text.
 *
 * @param report - of a run
 * @param options - `ops`: a line for every op; without it only for those that have failures, most first
 * @returns lines: counts by group, provenance of ops, failures, loosened tolerances, what the backend lacks
 * @example
 * ```ts
 * const report = await runConformance(nativeBackend, {}, { filter: { ops: ["exp"] } });
 * reportText(report).startsWith("Conformance of native on cpu"); // true
 * ```
 */
export function reportText(report: Report, options: { readonly ops?: boolean } = {}): string {
  const { ops = false } = options;
  const { counts, unsupported } = report;
  const heads = ["passed", "failed", "known failures", "unsupported"];
  const rows = Object.entries(report.ops) as [string, OpReport][];
  const failing = rows.filter(([, op]) => op.failed > 0);
  const shown = ops ? rows : failing.sort(([, a], [, b]) => b.failed - a.failed);
  const provenances = (["native", "composed", "unsupported"] as const)
    .map((kind) => [kind, rows.filter(([, { provenance }]) => provenance === kind).length] as const)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
  const lacks = [
    ["ops", unsupported.ops],
    ["dtypes", unsupported.dtypes],
    ["extensions", unsupported.extensions],
    ["not given to the run", unsupported.run],
  ] as const;

  return [
    `Conformance of ${report.backend} on ${report.devices.join(", ")}, against MLX ${report.mlx}`,
    "",
    ...columns([
      ["group", ...heads],
      ...Object.entries(report.groups).map(([group, of]) => [group, ...numbers(of)]),
      ["all", ...numbers(counts)],
    ]),
    "",
    `Ops with cases: ${provenances}`,
    ...(shown.length === 0
      ? []
      : columns([
          ["op", "provenance", ...heads],
          ...shown.map(([op, of]) => [op, of.provenance, ...numbers(of)]),
        ])),
    "",
    ...list(
      "Failed",
      report.failures.map(({ id, message }) => `${id}: ${message}`),
    ),
    ...list("Problems", report.problems),
    ...list(
      "Known failures",
      report.knownFailures.map(({ id, message, reason }) => `${id}: ${message} (${reason})`),
    ),
    ...list(
      "Loosened tolerances",
      report.loosened.map(
        ({ op, factor, dtypes, reason }) =>
          `${op}: ${factor} times${dtypes ? ` for ${dtypes.join(", ")}` : ""} (${reason})`,
      ),
    ),
    ...list(
      "Unsupported, with the number of cases that were not run",
      lacks.flatMap(([kind, of]) => (Object.keys(of).length ? [`${kind}: ${counted(of)}`] : [])),
    ),
    report.passed
      ? `${report.filtered ? "The chosen cases pass" : "The backend conforms"}: ${counts.passed} cases in ${report.seconds.toFixed(1)} s`
      : `Fails: ${report.failures.length} cases, ${report.problems.length} problems${lookFirst(rows)}`,
  ].join("\n");
}
