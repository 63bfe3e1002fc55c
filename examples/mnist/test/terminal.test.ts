import { describe, expect, it } from "vitest";
import { count, decimal, percent, seconds } from "../src/numbers.js";
import { formatEvaluation } from "../src/terminal.js";
import { evaluationWith } from "./results.js";

describe("formatEvaluation", () => {
  it("prints the confusion matrix, rows of labels in aligned columns, and the accuracy", () => {
    const lines = formatEvaluation(evaluationWith([3])).split("\n");
    expect(lines).toHaveLength(14);
    expect(lines[1]).toBe("           0    1    2    3    4    5    6    7    8    9");
    expect(lines[5]).toBe("     3     ·    ·    ·    1    1    ·    ·    ·    ·    ·   50.0 %");
    expect(lines.at(-1)).toMatch(/^Test accuracy 95\.00 % \(19 of 20\), loss 0\.\d+$/);
  });

  it("uses colour only when asked to", () => {
    expect(formatEvaluation(evaluationWith([3]))).not.toContain("\u001b");
    expect(formatEvaluation(evaluationWith([3]), true)).toContain("\u001b[32m");
  });
});

describe("numbers", () => {
  it("are written for people", () => {
    expect([count(60000), decimal(0.021349), percent(0.97631), percent(Number.NaN)]).toEqual([
      "60,000",
      "0.0213",
      "97.63 %",
      "none",
    ]);
    expect([seconds(4.213), seconds(42.13), seconds(192.4)]).toEqual([
      "4.21 s",
      "42.1 s",
      "3 min 12 s",
    ]);
  });
});
