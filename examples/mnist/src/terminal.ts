// Prints results in the terminal: an evaluation with its confusion matrix, the probabilities of a picture's digit.
import { styleText } from "node:util";
import type { mnist } from "@mlx-ts/models";
import { count, decimal, percent } from "./numbers.js";

/**
 * Formats an evaluation for the terminal.
 *
 * @param evaluation - of the test images
 * @param color - whether to use ANSI styles; default false
 * @returns several lines: the confusion matrix (rows are labels, columns predictions), then the accuracy
 */
export function formatEvaluation(evaluation: mnist.Evaluation, color = false): string {
  const paint = (style: "bold" | "dim" | "green" | "yellow", text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const { confusion, perClass } = evaluation;
  const width = Math.max(4, ...confusion.flat().map((n) => String(n).length));
  const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(width)).join(" ");

  const head = `${"".padStart(8)}${row(confusion.map((_, i) => String(i)))}`;
  const lines = confusion.map((counts, label) => {
    const cells = counts.map((n, predicted) => {
      const text = (n === 0 ? "·" : String(n)).padStart(width);
      if (predicted === label) return paint("green", text);
      return n === 0 ? paint("dim", text) : paint("yellow", text);
    });
    return `${String(label).padStart(6)}  ${cells.join(" ")}   ${percent(perClass[label]?.accuracy ?? Number.NaN, 1)}`;
  });
  const { accuracy, correct, count: total, loss } = evaluation;
  return [
    paint(
      "dim",
      "Confusion matrix: rows are labels, columns predictions, at the end accuracy per digit.",
    ),
    paint("bold", head),
    ...lines,
    "",
    paint(
      "bold",
      `Test accuracy ${percent(accuracy)} (${count(correct)} of ${count(total)}), loss ${decimal(loss)}`,
    ),
  ].join("\n");
}

/** How wide the bar of probability 1 is. */
const BAR = 20;

/**
 * Formats what a picture was taken for.
 *
 * @param name - of the picture
 * @param found - the digit and the probabilities
 * @param color - whether to use ANSI styles; default false
 * @returns eleven lines: the digit, and a bar for the probability of each
 */
export function formatClassification(
  name: string,
  { digit, probability, probabilities }: mnist.Classification,
  color = false,
): string {
  const bold = (text: string) =>
    color ? styleText("bold", text, { validateStream: false }) : text;
  const lines = probabilities.map((share, i) => {
    const line = `  ${i} ${"█".repeat(Math.round(share * BAR)).padEnd(BAR)} ${percent(share).padStart(8)}`;
    return i === digit ? bold(line) : line;
  });
  return [bold(`${name}: ${digit} (${percent(probability)})`), ...lines].join("\n");
}
