// Scores a classifier from its logits, on the host: accuracy, loss, confusion matrix, worst mistakes.
// It needs no backend; running the model over a data set is evaluate.ts's part.

/** A wrongly classified image. */
export interface Mistake {
  /** Position of the image in its set. */
  readonly index: number;
  /** The class its label says. */
  readonly label: number;
  /** The class the model gave it. */
  readonly predicted: number;
  /** The probability (softmax) the model gave to `predicted`, 0 to 1. */
  readonly probability: number;
  /** The probability the model gave to `label`, 0 to 1. */
  readonly labelProbability: number;
}

/** How one class fared. */
export interface ClassScore {
  readonly label: number;
  /** Images of this class. */
  readonly count: number;
  readonly correct: number;
  /** `correct / count`; NaN where the set has no image of the class. */
  readonly accuracy: number;
}

/** How a model fared on a data set. */
export interface Evaluation {
  readonly count: number;
  readonly correct: number;
  /** `correct / count`, 0 to 1. */
  readonly accuracy: number;
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  /** `confusion[label][predicted]`: how many images of class `label` were called `predicted`. */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassScore[];
  /** The mistakes the model was surest of, surest first. */
  readonly worst: readonly Mistake[];
}

/**
 * Collects logits batch by batch and sums them up.
 *
 * @example
 * ```ts
 * const scorer = new Scorer({ classes: 10 });
 * scorer.add(logits, labels);
 * console.log(scorer.finish().accuracy);
 * ```
 */
export class Scorer {
  readonly #classes: number;
  readonly #keep: number;
  readonly #confusion: number[][];
  readonly #mistakes: Mistake[] = [];
  #count = 0;
  #correct = 0;
  #loss = 0;

  /**
   * @param options - `classes`: how many there are, default 10; `worst`: how many mistakes to
   *   keep, default 24
   */
  constructor(options: { classes?: number; worst?: number } = {}) {
    const { classes = 10, worst = 24 } = options;
    this.#classes = classes;
    this.#keep = worst;
    this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  }

  /**
   * Adds a batch; its images are numbered after those added before.
   *
   * @param logits - row-major `[n, classes]`
   * @param labels - the true classes, `[n]`
   * @throws {RangeError} when the two lengths do not fit, or a label is not a class
   */
  add(logits: ArrayLike<number>, labels: ArrayLike<number>): void {
    const classes = this.#classes;
    if (logits.length !== labels.length * classes) {
      throw new RangeError(
        `[mnist.Scorer] ${logits.length} logits for ${labels.length} labels, each image needs ${classes}; add the logits of exactly these images`,
      );
    }
    for (let row = 0; row < labels.length; row++) {
      this.#addOne(logits, row * classes, at(labels, row));
    }
  }

  #addOne(logits: ArrayLike<number>, start: number, label: number): void {
    const counts = this.#confusion[label];
    if (counts === undefined) {
      throw new RangeError(
        `[mnist.Scorer] label ${label} of image ${this.#count}, classes are 0 to ${this.#classes - 1}; set the number of classes`,
      );
    }
    let predicted = 0;
    for (let c = 1; c < this.#classes; c++) {
      if (at(logits, start + c) > at(logits, start + predicted)) predicted = c;
    }
    const top = at(logits, start + predicted);
    let sum = 0;
    for (let c = 0; c < this.#classes; c++) sum += Math.exp(at(logits, start + c) - top);
    const labelLogit = at(logits, start + label);

    counts[predicted] = (counts[predicted] ?? 0) + 1;
    this.#loss += Math.log(sum) + top - labelLogit;
    if (predicted === label) {
      this.#correct++;
    } else {
      this.#mistakes.push({
        index: this.#count,
        label,
        predicted,
        probability: 1 / sum,
        labelProbability: Math.exp(labelLogit - top) / sum,
      });
    }
    this.#count++;
  }

  /**
   * Sums up everything added so far.
   *
   * @returns the scores; with nothing added, accuracy and loss are NaN
   */
  finish(): Evaluation {
    const worst = [...this.#mistakes]
      .sort((a, b) => b.probability - a.probability || a.index - b.index)
      .slice(0, this.#keep);
    const perClass = this.#confusion.map((counts, label) => {
      const count = counts.reduce((sum, n) => sum + n, 0);
      const correct = at(counts, label);
      return { label, count, correct, accuracy: correct / count };
    });
    return {
      count: this.#count,
      correct: this.#correct,
      accuracy: this.#correct / this.#count,
      loss: this.#loss / this.#count,
      confusion: this.#confusion.map((counts) => [...counts]),
      perClass,
      worst,
    };
  }
}

/** Reads an element the caller knows to exist. */
function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
