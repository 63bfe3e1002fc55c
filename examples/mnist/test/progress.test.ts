import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { makeProgress } from "../src/progress.js";
import { evaluationWith } from "./results.js";

/** A stream that says it is a terminal or not, and what was written to it. */
function makeStream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk));
  const methods = {
    isTTY,
    columns: 100,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  };
  return {
    stream: Object.assign(stream, methods) as unknown as NodeJS.WriteStream,
    text: () => Buffer.concat(chunks).toString(),
  };
}

/** Reports two epochs of ten steps. */
function report(progress: ReturnType<typeof makeProgress>): void {
  for (let step = 1; step <= 20; step++) {
    const epoch = step <= 10 ? 1 : 2;
    progress.onStep({ step, steps: 20, epoch, loss: 2, images: step * 64, seconds: step / 10 });
    if (step % 10 === 0) {
      progress.onEpoch({ epoch, step, loss: 1.5, test: evaluationWith([3]), seconds: 1 });
    }
  }
  progress.stop();
}

describe("progress", () => {
  it("prints whole lines when the stream is no terminal: each tenth of the run, each epoch", () => {
    const { stream, text } = makeStream(false);
    report(makeProgress(2, stream));
    const lines = text().trimEnd().split("\n");
    expect(text()).not.toContain("\r");
    expect(text()).not.toContain("\u001b");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe("epoch 1/2  10 % of the run  loss 2.00  640 images/s");
    expect(lines[4]).toBe("epoch 1/2 done  loss 1.50  test 95.00 %  1.00 s");
    expect(lines[9]).toBe("epoch 2/2 done  loss 1.50  test 95.00 %  1.00 s");
  });

  it("draws a bar per epoch on a terminal, ending with the test accuracy", () => {
    const { stream, text } = makeStream(true);
    report(makeProgress(2, stream));
    expect(text()).toContain("epoch 1/2 ");
    expect(text()).toMatch(/epoch 2\/2 █+ 100 % {2}loss 1\.50 {2}640 images\/s {2}test 95\.00 %/);
  });

  it("gives the cursor back when it is stopped in the middle", () => {
    const { stream, text } = makeStream(true);
    const progress = makeProgress(1, stream);
    progress.onStep({ step: 1, steps: 20, epoch: 1, loss: 2, images: 64, seconds: 1 });
    progress.note("stopping");
    progress.stop();
    expect(text().lastIndexOf("\u001b[?25h")).toBeGreaterThan(text().lastIndexOf("\u001b[?25l"));
    expect(text()).toContain("stopping\n");
  });
});
