// Shows training as it goes: a bar per epoch on a terminal, lines every tenth of the run elsewhere.
// It only prints; numbers come from the training callbacks.
import type { mnist } from "@mlx-ts/models";
import { Presets, SingleBar } from "cli-progress";
import { count, decimal, percent, seconds } from "./numbers.js";

/** What a model was measured by: a classifier's accuracy, or an autoencoder's error. */
type Tested = Pick<mnist.Evaluation, "accuracy"> | Pick<mnist.Reconstruction, "error">;

/** Receives the callbacks of a training run. */
export interface Progress {
  onStep(report: mnist.StepReport): void;
  onEpoch(report: mnist.EpochReport<Tested>): void;
  /** Prints a line without breaking the bar. */
  note(text: string): void;
  /** Leaves the terminal as it was; idempotent. */
  stop(): void;
}

/**
 * Makes the display that suits the stream.
 *
 * @param epochs - epochs of the whole run
 * @param stream - where to print; default the standard error stream
 * @returns bars when `stream` is a terminal, plain lines otherwise
 */
export function makeProgress(
  epochs: number,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  return stream.isTTY ? new Bars(epochs, stream) : new Lines(epochs, stream);
}

const shown = (test: Tested): string =>
  "accuracy" in test ? percent(test.accuracy) : `error ${decimal(test.error)}`;

/** The weight of the newest step in the loss shown, so that the figure can be read. */
const NEWEST = 0.05;

class SmoothLoss {
  value: number | undefined;
  add(loss: number): number {
    this.value = this.value === undefined ? loss : this.value + NEWEST * (loss - this.value);
    return this.value;
  }
}

class Bars implements Progress {
  #bar: SingleBar | undefined;
  readonly #loss = new SmoothLoss();
  #rate = 0;
  #firstStep = 0;

  constructor(
    readonly epochs: number,
    readonly stream: NodeJS.WriteStream,
  ) {}

  onStep({ step, steps, epoch, loss, images, seconds: spent }: mnist.StepReport): void {
    const perEpoch = steps / this.epochs;
    this.#rate = images / spent;
    const fields = this.#fields(this.#loss.add(loss), "");
    if (this.#bar === undefined) {
      this.#firstStep = (epoch - 1) * perEpoch;
      this.#bar = this.#makeBar(epoch);
      this.#bar.start(perEpoch, step - this.#firstStep, fields);
    }
    this.#bar.update(step - this.#firstStep, fields);
  }

  onEpoch({ loss, test }: mnist.EpochReport<Tested>): void {
    this.#bar?.update(this.#fields(loss, `  test ${shown(test)}`));
    this.stop();
  }

  note(text: string): void {
    this.stop();
    this.stream.write(`${text}\n`);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #fields(loss: number, result: string): Record<string, string> {
    return { loss: decimal(loss), rate: count(this.#rate), result };
  }

  #makeBar(epoch: number): SingleBar {
    const barsize = Math.max(5, Math.min(30, this.stream.columns - 62));
    return new SingleBar(
      {
        format: `epoch ${epoch}/${this.epochs} {bar} {percentage} %  loss {loss}  {rate} images/s{result}`,
        stream: this.stream,
        barsize,
        hideCursor: true,
        linewrap: false,
        fps: 12,
      },
      Presets.shades_classic,
    );
  }
}

class Lines implements Progress {
  readonly #loss = new SmoothLoss();
  #tenth = 0;

  constructor(
    readonly epochs: number,
    readonly stream: NodeJS.WriteStream,
  ) {}

  onStep({ step, steps, epoch, loss, images, seconds: spent }: mnist.StepReport): void {
    const smooth = this.#loss.add(loss);
    const tenth = Math.floor((10 * step) / steps);
    const endsEpoch = step % (steps / this.epochs) === 0;
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    if (endsEpoch) return;
    this.note(
      `epoch ${epoch}/${this.epochs}  ${tenth * 10} % of the run  loss ${decimal(smooth)}  ${count(images / spent)} images/s`,
    );
  }

  onEpoch({ epoch, loss, test, seconds: spent }: mnist.EpochReport<Tested>): void {
    this.note(
      `epoch ${epoch}/${this.epochs} done  loss ${decimal(loss)}  test ${shown(test)}  ${seconds(spent)}`,
    );
  }

  note(text: string): void {
    this.stream.write(`${text}\n`);
  }

  stop(): void {}
}
