import { describe, expect, it } from "vitest";
import { Scorer } from "../../src/mnist/scores.js";

/** Logits that give `classes` the given probabilities exactly (up to rounding). */
const logits = (...rows: number[][]): number[] => rows.flat().map(Math.log);

describe("Scorer", () => {
  it("counts every image once in the confusion matrix, by label and prediction", () => {
    const scorer = new Scorer({ classes: 3 });
    scorer.add(logits([0.8, 0.1, 0.1], [0.1, 0.2, 0.7]), [0, 1]);
    scorer.add(logits([0.2, 0.1, 0.7]), [2]);
    const { confusion, count, correct, accuracy } = scorer.finish();
    expect(confusion).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect([count, correct]).toEqual([3, 2]);
    expect(accuracy).toBeCloseTo(2 / 3);
  });

  it("gives the mean cross-entropy", () => {
    const scorer = new Scorer({ classes: 2 });
    scorer.add(logits([0.25, 0.75], [0.5, 0.5]), [0, 1]);
    expect(scorer.finish().loss).toBeCloseTo((Math.log(4) + Math.log(2)) / 2);
  });

  it("stays finite for logits far beyond the range of exp", () => {
    const scorer = new Scorer({ classes: 2 });
    scorer.add([5000, -5000], [1]);
    const { loss, worst } = scorer.finish();
    expect(loss).toBe(10000);
    expect(worst[0]).toMatchObject({ probability: 1, labelProbability: 0 });
  });

  it("lists the surest mistakes first, numbered over all batches, and no more than asked for", () => {
    const scorer = new Scorer({ classes: 3, worst: 2 });
    scorer.add(logits([0.5, 0.3, 0.2], [0.9, 0.05, 0.05]), [1, 0]);
    scorer.add(logits([0.05, 0.05, 0.9], [0.2, 0.6, 0.2]), [0, 0]);
    const { worst } = scorer.finish();
    expect(worst.map(({ index, label, predicted }) => [index, label, predicted])).toEqual([
      [2, 0, 2],
      [3, 0, 1],
    ]);
    expect(worst[0]?.probability).toBeCloseTo(0.9);
    expect(worst[0]?.labelProbability).toBeCloseTo(0.05);
  });

  it("scores each class, and gives NaN for one without images", () => {
    const scorer = new Scorer({ classes: 3 });
    scorer.add(logits([0.8, 0.1, 0.1], [0.1, 0.8, 0.1]), [0, 0]);
    expect(scorer.finish().perClass).toEqual([
      { label: 0, count: 2, correct: 1, accuracy: 0.5 },
      { label: 1, count: 0, correct: 0, accuracy: Number.NaN },
      { label: 2, count: 0, correct: 0, accuracy: Number.NaN },
    ]);
  });

  it("refuses logits that do not fit the labels", () => {
    expect(() => new Scorer().add([1, 2, 3], [0])).toThrow(
      new RangeError(
        "[mnist.Scorer] 3 logits for 1 labels, each image needs 10; add the logits of exactly these images",
      ),
    );
  });

  it("refuses a label that is not a class", () => {
    expect(() => new Scorer({ classes: 2 }).add([0, 0], [2])).toThrow(
      /label 2 of image 0, classes are 0 to 1/,
    );
  });
});
