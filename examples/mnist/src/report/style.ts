// The report's style sheet: light and dark, from a phone's width to a desk's.
import { trusted } from "./html.js";

export const STYLE = trusted(`
:root {
  color-scheme: light dark;
  --page: #f6f6f4; --card: #ffffff; --line: #e3e2dd; --grid: #ecebe6;
  --text: #1b1b19; --muted: #62615b; --series1: #2463c4; --series2: #c2570c;
  --hit: #dce8fa; --hit-text: #17407e; --miss: #e0603a; --shadow: 0 1px 2px rgb(0 0 0 / 0.05);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #151514; --card: #1e1e1c; --line: #33322f; --grid: #2a2a27;
    --text: #eeede8; --muted: #a3a199; --series1: #6ea5f5; --series2: #f09a56;
    --hit: #1d3150; --hit-text: #b9d3fb; --miss: #cc5630; --shadow: none;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1080px; margin: 0 auto; padding: clamp(16px, 4vw, 40px) clamp(12px, 3vw, 32px); }
header { margin-bottom: 24px; }
h1 { font-size: 1.05rem; font-weight: 600; margin: 0; color: var(--muted); }
h2 { font-size: 1rem; margin: 0 0 4px; }
p { margin: 0; }
.accuracy { font-size: clamp(2.6rem, 9vw, 4rem); font-weight: 700; line-height: 1.1; letter-spacing: -0.03em; }
.lead, .hint { color: var(--muted); }
.hint { font-size: 0.85rem; margin-bottom: 12px; }
.notice { margin-top: 12px; padding: 8px 12px; border-left: 3px solid var(--series2); background: var(--card); }
.facts { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 16px 0 0; }
.facts dt { color: var(--muted); font-size: 0.8rem; }
.facts dd { margin: 0; font-weight: 600; }
.grid-2 { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow);
  padding: clamp(14px, 2.5vw, 22px); margin-bottom: 16px; min-width: 0;
}
.grid-2 { margin-bottom: 16px; }
.grid-2 section { margin-bottom: 0; display: flex; flex-direction: column; }
.grid-2 .chart { margin-top: auto; }
.legend { display: flex; gap: 16px; font-size: 0.8rem; color: var(--muted); margin-bottom: 4px; }
.key::before { content: ""; display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: 6px; vertical-align: middle; }
.key.s1::before { background: var(--series1); }
.key.s2::before { background: var(--series2); }
.chart { display: block; width: 100%; height: auto; overflow: visible; }
.chart text { fill: var(--muted); font-size: 13px; }
.chart .y text { text-anchor: end; }
.chart .x text, .chart .axis { text-anchor: middle; }
.chart .grid line { stroke: var(--grid); }
.chart .base { stroke: var(--line); }
.series polyline { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.series polygon { opacity: 0.16; }
.series circle { stroke: var(--card); stroke-width: 1.5; }
.s1 polyline { stroke: var(--series1); } .s1 polygon, .s1 circle { fill: var(--series1); }
.s2 polyline { stroke: var(--series2); } .s2 polygon, .s2 circle { fill: var(--series2); }
.scroll { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 2px; }
.matrix { display: flex; flex-wrap: wrap; gap: 20px 36px; }
.matrix .scroll { flex: 6 1 520px; min-width: 0; }
.pairs { flex: 1 1 200px; font-size: 0.9rem; }
.pairs h3 { font-size: 0.85rem; font-weight: 400; color: var(--muted); margin: 0 0 6px; }
.pairs ol { list-style: none; margin: 0; padding: 0; }
.pairs li { display: flex; justify-content: space-between; gap: 16px; padding: 5px 0; border-bottom: 1px solid var(--line); }
.pairs li:last-child { border-bottom: 0; }
.confusion { width: 100%; table-layout: fixed; font-size: clamp(0.62rem, 2.4vw, 0.9rem); text-align: center; min-width: 320px; }
.confusion td, .confusion th { padding: clamp(3px, 0.9vw, 8px) 0; border-radius: 4px; }
.confusion .over { color: var(--muted); font-weight: 400; }
.confusion tr > :last-child { width: 13%; } .confusion tr > :first-child { width: 9%; }
.hit { background: var(--hit); color: var(--hit-text); font-weight: 600; }
.miss { background: color-mix(in srgb, var(--miss) var(--tint), var(--card)); }
.none { color: var(--muted); opacity: 0.45; }
.share { color: var(--muted); }
.epochs { width: 100%; border-spacing: 0; font-size: 0.9rem; text-align: right; }
.epochs th { font-weight: 400; color: var(--muted); }
.epochs td, .epochs th { padding: 5px 6px; border-bottom: 1px solid var(--line); }
.epochs td { white-space: nowrap; }
.epochs tbody tr:last-child td { border-bottom: 0; }
.epochs :is(td, th):first-child { text-align: left; }
.gallery { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; grid-template-columns: repeat(4, 1fr); }
.gallery li { text-align: center; border: 1px solid var(--line); border-radius: 8px; padding: 8px 4px 6px; min-width: 0; }
.gallery img { width: 56px; height: 56px; image-rendering: pixelated; border-radius: 3px; }
.wrong { color: var(--series2); } .arrow { color: var(--muted); }
.gallery p { line-height: 1.35; } .gallery .sure { font-size: 0.78rem; color: var(--muted); }
@media (max-width: 480px) { .chart text { font-size: 17px; } }
@media (min-width: 640px) { .gallery { grid-template-columns: repeat(6, 1fr); } }
@media (min-width: 900px) { .gallery { grid-template-columns: repeat(8, 1fr); } .gallery img { width: 84px; height: 84px; } }
code { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.empty { color: var(--muted); padding: 24px 0; text-align: center; }
footer { color: var(--muted); font-size: 0.85rem; padding: 8px 4px; }
@media (prefers-color-scheme: dark) { .gallery img { filter: invert(1); mix-blend-mode: screen; } }
@media print { body { background: none; } section { break-inside: avoid; box-shadow: none; } }
`);
