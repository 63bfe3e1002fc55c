// The report of a run as one HTML page that needs nothing else: no scripts, fonts or files.
// It is built from results alone; writing it to disk is run.ts's part.
import type { mnist } from "@mlx-ts/models";
import { count, decimal, percent, seconds } from "../numbers.js";
import type { RunOptions } from "../options.js";
import { confusionTable } from "./confusion.js";
import { accuracyCurve, lossCurve } from "./curves.js";
import { type Html, html } from "./html.js";
import { mistakeGallery } from "./mistakes.js";
import { STYLE } from "./style.js";

/** Everything the report shows. */
export interface ReportInput {
  readonly options: RunOptions;
  readonly result: mnist.TrainResult;
  /** Of the final weights, on `test`. */
  readonly evaluation: mnist.Evaluation;
  readonly test: mnist.MnistSet;
  /** Where the images came from. */
  readonly source: string;
  /** Number of trained values in the model. */
  readonly parameters: number;
  /** The device that computed, such as `cpu`. */
  readonly device: string;
  readonly date: Date;
}

/**
 * Builds the report.
 *
 * @param input - options, results and test images of the run
 * @returns a complete HTML document
 * @example
 * ```ts
 * await writeFile("report.html", makeReport({ options, result, evaluation, ...facts }));
 * ```
 */
export function makeReport(input: ReportInput): string {
  const { options, result, evaluation, test } = input;
  const name = options.model.toUpperCase();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MNIST ${name}: ${percent(evaluation.accuracy)}</title>
<style>${STYLE}</style>
</head>
<body><main>
${summary(input)}
<div class="grid-2">
<section><h2>Loss</h2><p class="hint">Cross-entropy, log scale; the band holds 80 % of the steps.</p>${lossCurve(result)}</section>
<section><h2>Test accuracy</h2><p class="hint">Share of ${count(evaluation.count)} unseen images recognised, by epoch.</p>${accuracyCurve(result)}</section>
</div>
${result.epochs.length > 0 && html`<section><h2>Epochs</h2>${epochTable(result)}</section>`}
<section><h2>Confusion matrix</h2><p class="hint">Each row is a true digit; the tinted cells are mistakes.</p>${confusionTable(evaluation)}</section>
<section><h2>Worst mistakes</h2><p class="hint">The wrong answers the model was surest of: true digit → its answer, and how sure it was.</p>${mistakeGallery(evaluation.worst, test)}</section>
${footer(input)}
</main></body>
</html>
`;
  return page.toString();
}

function summary({ options, result, evaluation, parameters, device }: ReportInput): Html {
  const { accuracy, correct, count: total, loss } = evaluation;
  const facts: readonly (readonly [string, string])[] = [
    ["test loss", decimal(loss)],
    ["parameters", count(parameters)],
    ["training time", seconds(result.seconds)],
    ["speed", result.images > 0 ? `${count(result.images / result.seconds)} images/s` : "none"],
    ["steps", count(result.losses.length)],
    ["device", options.compile ? `${device}, compiled` : device],
  ];
  return html`<header>
<h1>MNIST digits, ${options.model === "mlp" ? "multilayer perceptron" : "convolutional network"}</h1>
<p class="accuracy">${percent(accuracy)}</p>
<p class="lead">of the test images recognised: ${count(correct)} of ${count(total)}</p>
${result.aborted && html`<p class="notice">Training was interrupted after ${count(result.losses.length)} steps; these are the weights at that moment.</p>`}
<dl class="facts">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function epochTable({ epochs }: mnist.TrainResult): Html {
  return html`<div class="scroll"><table class="epochs">
<thead><tr><th scope="col">epoch</th><th scope="col">training loss</th><th scope="col">test loss</th><th scope="col">test accuracy</th><th scope="col">time</th></tr></thead>
<tbody>${epochs.map(
    ({ epoch, loss, test, seconds: spent }) =>
      html`<tr><td>${epoch}</td><td>${decimal(loss)}</td><td>${decimal(test.loss)}</td><td>${percent(test.accuracy)}</td><td>${seconds(spent)}</td></tr>`,
  )}</tbody></table></div>`;
}

function footer({ options, source, date }: ReportInput): Html {
  const { model, epochs, batchSize, lr, seed, compile } = options;
  const device = options.device === undefined ? "" : ` --device ${options.device}`;
  const command = `--model ${model} --epochs ${epochs} --batch-size ${batchSize} --lr ${lr} --seed ${seed}${compile ? " --compile" : ""}${device}`;
  return html`<footer><p>Run with <code>${command}</code></p>
<p>Images from ${source}. Made with mlx-ts on ${date.toISOString().slice(0, 16).replace("T", " ")} UTC.</p></footer>`;
}
