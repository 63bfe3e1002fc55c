// The report's confusion matrix: a table whose cells are tinted by how many images they hold, and
// the pairs of digits that were confused most.
import type { mnist } from "@mlx-ts/models";
import { count, percent } from "../numbers.js";
import { type Html, html } from "./html.js";

const PAIRS = 8;

/**
 * Draws the confusion matrix: rows are the true digits, columns what the model said, and the last
 * column how many of each digit were recognised. Mistakes are tinted by their number.
 */
export function confusionTable({ confusion, perClass }: mnist.Evaluation): Html {
  const most = Math.max(
    1,
    ...confusion.flatMap((counts, label) => counts.filter((_, predicted) => predicted !== label)),
  );
  const digits = confusion.map((_, digit) => digit);
  return html`<div class="matrix"><div class="scroll"><table class="confusion">
<thead>
<tr><td></td><th class="over" scope="colgroup" colspan="${digits.length}">predicted</th><td></td></tr>
<tr><th class="over" scope="col">digit</th>${digits.map((d) => html`<th scope="col">${d}</th>`)}<th class="over" scope="col">correct</th></tr>
</thead>
<tbody>${confusion.map(
    (counts, label) => html`
<tr><th scope="row">${label}</th>${counts.map((n, predicted) => cell(n, label, predicted, most))}<td class="share">${percent(perClass[label]?.accuracy ?? Number.NaN, 1)}</td></tr>`,
  )}
</tbody></table></div>${pairList(confusion)}</div>`;
}

/** The most frequent confusions, as many as fit beside the table. */
function pairList(confusion: mnist.Evaluation["confusion"]): Html | false {
  const pairs = confusion
    .flatMap((counts, label) => counts.map((n, predicted) => ({ n, label, predicted })))
    .filter(({ n, label, predicted }) => n > 0 && label !== predicted)
    .sort((a, b) => b.n - a.n)
    .slice(0, PAIRS);
  return (
    pairs.length > 0 &&
    html`<div class="pairs"><h3>most often confused</h3><ol>${pairs.map(
      ({ n, label, predicted }) =>
        html`<li><span><b>${label}</b> <span class="arrow">→</span> <b class="wrong">${predicted}</b></span><span>${times(n)}</span></li>`,
    )}</ol></div>`
  );
}

function times(n: number): string {
  return n === 1 ? "once" : `${count(n)} times`;
}

function cell(n: number, label: number, predicted: number, most: number): Html {
  if (label === predicted) return html`<td class="hit">${n}</td>`;
  if (n === 0) return html`<td class="none">·</td>`;
  const tint = Math.round(Math.sqrt(n / most) * 70 + 8);
  const images = n === 1 ? "1 image" : `${count(n)} images`;
  return html`<td class="miss" style="--tint:${tint}%" title="${images} of ${label} taken for ${predicted}">${n}</td>`;
}
