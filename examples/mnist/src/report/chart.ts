// Line charts as inline SVG; colours come from the style sheet, so both colour schemes fit.
import { type Html, html } from "./html.js";
import type { Scale } from "./scale.js";

/** A point of a chart, in the units of its axes. */
export type Point = readonly [x: number, y: number];

/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** Which of the style sheet's series colours to use. */
  readonly color: 1 | 2;
  readonly points: readonly Point[];
  /** Region shaded behind the line, as `[x, low, high]`. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  /** Marks every point, and labels it when pointed at; default false. */
  readonly marks?: boolean;
}

/** What a chart shows. */
export interface ChartOptions {
  /** Said to screen readers. */
  readonly label: string;
  readonly xTitle: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly series: readonly Series[];
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Writes a value next to a mark; default `formatY`. */
  readonly formatMark?: (value: number) => string;
}

/** Size of the drawing and of its plot area, in SVG units; scales map into the plot area. */
export const PLOT = {
  width: 480,
  height: 270,
  left: 50,
  right: 466,
  top: 12,
  bottom: 228,
} as const;

/**
 * Draws a line chart.
 *
 * @param options - label, axes, series and formats
 * @returns a `figure`'s content: a legend where there are several series, and the SVG
 */
export function lineChart(options: ChartOptions): Html {
  const { label, xTitle, x, y, series, formatX, formatY } = options;
  const legend =
    series.length > 1 &&
    html`<p class="legend">${series.map((s) => html`<span class="key s${s.color}">${s.name}</span>`)}</p>`;
  return html`${legend}<svg class="chart" viewBox="0 0 ${PLOT.width} ${PLOT.height}" role="img" aria-label="${label}">
<g class="grid">${y.ticks.map((tick) => html`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${fixed(y.at(tick))}" y2="${fixed(y.at(tick))}"/>`)}</g>
<g class="ticks y">${y.ticks.map((tick) => html`<text x="${PLOT.left - 8}" y="${fixed(y.at(tick))}" dy="0.35em">${formatY(tick)}</text>`)}</g>
<g class="ticks x">${x.ticks.map((tick) => html`<text x="${fixed(x.at(tick))}" y="${PLOT.bottom + 18}">${formatX(tick)}</text>`)}</g>
<text class="axis" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.height - 5}">${xTitle}</text>
<line class="base" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>
${series.map((s) => drawSeries(s, options))}
</svg>`;
}

function drawSeries(series: Series, options: ChartOptions): Html {
  const { x, y, formatY, formatMark = formatY } = options;
  const { points, band = [] } = series;
  const path = points.map(([px, py]) => `${fixed(x.at(px))},${fixed(y.at(py))}`).join(" ");
  const upper = band.map(([px, , high]) => `${fixed(x.at(px))},${fixed(y.at(high))}`);
  const lower = band.map(([px, low]) => `${fixed(x.at(px))},${fixed(y.at(low))}`).reverse();
  return html`<g class="series s${series.color}">
${band.length > 1 && html`<polygon points="${[...upper, ...lower].join(" ")}"/>`}
${points.length > 1 && html`<polyline points="${path}"/>`}
${(series.marks || points.length === 1) && points.map(([px, py]) => html`<circle cx="${fixed(x.at(px))}" cy="${fixed(y.at(py))}" r="4.5"><title>${series.name}: ${formatMark(py)}</title></circle>`)}
</g>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
