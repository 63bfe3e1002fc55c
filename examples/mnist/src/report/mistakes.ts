// The report's gallery of the worst mistakes: each digit as a small picture, with what the model said.
import type { mnist } from "@mlx-ts/models";
import { encode } from "fast-png";
import { percent } from "../numbers.js";
import { type Html, html } from "./html.js";

/**
 * Shows the mistakes the model was surest of.
 *
 * @param worst - the mistakes, surest first
 * @param set - the images they index into
 * @throws {RangeError} when a mistake lies outside the set
 */
export function mistakeGallery(worst: readonly mnist.Mistake[], set: mnist.MnistSet): Html {
  if (worst.length === 0) return html`<p class="empty">The model made no mistakes.</p>`;
  return html`<ul class="gallery">${worst.map((mistake) => figure(mistake, set))}</ul>`;
}

function figure(mistake: mnist.Mistake, set: mnist.MnistSet): Html {
  const { index, label, predicted, probability, labelProbability } = mistake;
  const sure = `${percent(probability, 1)} sure it is ${predicted}; ${percent(labelProbability, 1)} for ${label}`;
  return html`
<li title="image ${index}: ${sure}"><img src="${picture(index, set)}" width="${set.cols}" height="${set.rows}" alt="handwritten ${label}, image ${index}, taken for ${predicted}">
<p><b>${label}</b> <span class="arrow">→</span> <b class="wrong">${predicted}</b></p><p class="sure">${percent(probability, 1)}</p></li>`;
}

/** One image as a data URI, ink dark on a white ground. */
function picture(index: number, { images, rows, cols, count }: mnist.MnistSet): string {
  if (index >= count) {
    throw new RangeError(`[report] image ${index}, the set holds ${count}; pass the evaluated set`);
  }
  const ink = images.subarray(index * rows * cols, (index + 1) * rows * cols);
  const png = encode({ width: cols, height: rows, channels: 1, data: ink.map((v) => 255 - v) });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}
