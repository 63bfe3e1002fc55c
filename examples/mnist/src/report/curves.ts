// The report's two curves: loss per step, and test accuracy per epoch.
import type { mnist } from "@mlx-ts/models";
import { count, decimal, percent } from "../numbers.js";
import { lineChart, PLOT, type Point } from "./chart.js";
import { type Html, html } from "./html.js";
import { linearScale, logScale } from "./scale.js";

/** Points along the loss curve; steps in between are summed up. */
const BINS = 160;
/** Losses below this are drawn at it: a logarithm has no zero. */
const LEAST_LOSS = 1e-5;

/**
 * Draws the loss of every step (mean and spread of groups of neighbouring steps) and, after each
 * epoch, the loss on the test images.
 */
export function lossCurve(result: mnist.TrainResult): Html {
  const { losses, epochs } = result;
  if (losses.length === 0) return html`<p class="empty">No step was completed.</p>`;
  const groups = groupSteps(losses);
  const line = groups.map(({ step, mean }): Point => [step, mean]);
  const band = groups.map(({ step, low, high }) => [step, low, high] as const);
  const test = epochs.map(({ step, test: { loss } }): Point => [step, Math.max(loss, LEAST_LOSS)]);
  const shown = [...line, ...test]
    .map(([, y]) => y)
    .concat(band.flatMap(([, low, high]) => [low, high]));
  const domain = [Math.min(...shown), Math.max(...shown)] as const;
  const least = domain[0] < domain[1] ? domain[0] : domain[0] / 2;
  return lineChart({
    label: `Training loss over ${losses.length} steps, from ${decimal(line[0]?.[1] ?? Number.NaN)} to ${decimal(line.at(-1)?.[1] ?? Number.NaN)}`,
    xTitle: "step",
    x: linearScale([0, losses.length], [PLOT.left, PLOT.right], 5),
    y: logScale([least, domain[1]], [PLOT.bottom, PLOT.top]),
    formatX: (value) => count(value),
    formatY: (value) => String(value),
    formatMark: (value) => decimal(value),
    series: [
      { name: "training", color: 1, points: line, band },
      ...(test.length > 0 ? [{ name: "test", color: 2 as const, points: test, marks: true }] : []),
    ],
  });
}

/** Draws the share of test images recognised after each epoch. */
export function accuracyCurve({ epochs }: mnist.TrainResult): Html {
  if (epochs.length === 0) return html`<p class="empty">No epoch was completed.</p>`;
  const points = epochs.map(({ epoch, test }): Point => [epoch, test.accuracy]);
  const least = Math.min(...points.map(([, y]) => y));
  const best = Math.max(...points.map(([, y]) => y));
  const margin = Math.max(0.002, (best - least) * 0.15);
  const range = [Math.max(0, least - margin), Math.min(1, best + margin)] as const;
  const last = epochs.length;
  const x = linearScale(
    last === 1 ? [0, 2] : [1, last],
    [PLOT.left + 12, PLOT.right - 12],
    Math.min(Math.max(last, 2), 8),
  );
  return lineChart({
    label: `Test accuracy after each of ${last} epochs, the last one ${percent(points.at(-1)?.[1] ?? Number.NaN)}`,
    xTitle: "epoch",
    x: {
      at: x.at,
      ticks: x.ticks.filter((tick) => Number.isInteger(tick) && tick >= 1 && tick <= last),
    },
    y: linearScale(range, [PLOT.bottom, PLOT.top], 4),
    formatX: (value) => String(value),
    formatY: (value) => `${Number((value * 100).toFixed(2))}%`,
    formatMark: (value) => percent(value),
    series: [{ name: "test accuracy", color: 2, points, marks: true }],
  });
}

interface Group {
  readonly step: number;
  readonly mean: number;
  /** The 10th and 90th percentiles. */
  readonly low: number;
  readonly high: number;
}

function groupSteps(losses: readonly number[]): Group[] {
  const size = Math.max(1, Math.ceil(losses.length / BINS));
  const groups: Group[] = [];
  for (let start = 0; start < losses.length; start += size) {
    const part = losses.slice(start, start + size).sort((a, b) => a - b);
    const rank = (share: number) =>
      Math.max(part[Math.round(share * (part.length - 1))] ?? Number.NaN, LEAST_LOSS);
    groups.push({
      step: start + (part.length + 1) / 2,
      mean: Math.max(part.reduce((sum, loss) => sum + loss, 0) / part.length, LEAST_LOSS),
      low: rank(0.1),
      high: rank(0.9),
    });
  }
  return groups;
}
