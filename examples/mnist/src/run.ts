// One run of the example: load, train, save, evaluate, report.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as mx from "@mlx-ts/core";
import { mnist } from "@mlx-ts/models";
import { Adam } from "@mlx-ts/optimizers";
import { chooseBackend } from "./backend.js";
import { ExitCode } from "./command.js";
import { RunError } from "./failures.js";
import { firstImages } from "./first-images.js";
import { watchInterrupts } from "./interrupt.js";
import { count } from "./numbers.js";
import type { RunOptions } from "./options.js";
import { fromHere, makeFolder, replaceFile } from "./output.js";
import { makeProgress } from "./progress.js";
import { makeReport } from "./report/report.js";
import { formatEvaluation } from "./terminal.js";

/**
 * Trains as the options say, and writes weights and report.
 *
 * @param options - checked options of the command line
 * @returns the exit code: 0, or 130 when training was interrupted (the results are written all the same)
 * @throws {MnistDataError} when the images cannot be loaded; RangeError when the loss is no longer finite
 */
export async function run(options: RunOptions): Promise<number> {
  const { epochs, batchSize, lr, seed, compile, out } = options;
  await makeFolder(out); // first of all: a run that cannot save must not train
  const { name, backend } = await chooseBackend(options.backend, console.error);
  mx.setDefaultBackend(backend);
  if (options.device !== undefined) useDevice(options.device);

  const all = await mnist.loadMnist(
    options.data === undefined ? { from: import.meta.url } : { dir: options.data },
  );
  const data = firstImages(
    all,
    options.images ?? (name === "reference" ? withinAMinute[options.model] : all.train.count),
  );
  mx.random.seed(seed);
  const model = options.model === "cnn" ? new mnist.CNN() : new mnist.MLP();
  const parameters = countParameters(model);
  const device = mx.defaultDevice().type;
  console.log(
    `${count(data.train.count)} training and ${count(data.test.count)} test images from ${data.source}\n` +
      `${options.model} with ${count(parameters)} parameters on ${name === "native" ? `the ${device}` : "the reference backend"}${compile ? ", compiled" : ""}`,
  );

  const progress = makeProgress(epochs);
  const watch = watchInterrupts(() =>
    progress.note("stopping after this step; Ctrl-C again exits at once"),
  );
  let result: mnist.TrainResult;
  const weights = join(out, `${options.model}.safetensors`);
  try {
    result = await mnist.train(model, data, {
      epochs,
      batchSize,
      seed,
      compile,
      optimizer: new Adam({ learningRate: lr }),
      signal: watch.signal,
      onStep: (report) => progress.onStep(report),
      onEpoch: (report) => progress.onEpoch(report),
    });
    await replaceFile(weights, (part) => model.saveWeights(part));
  } finally {
    progress.stop();
    watch.stop();
  }

  const last = result.epochs.at(-1);
  const evaluation =
    last?.step === result.losses.length ? last.test : await mnist.evaluate(model, data.test);
  console.log(`\n${formatEvaluation(evaluation, process.stdout.hasColors?.() === true)}`);

  const report = join(out, "report.html");
  const page = makeReport({
    options,
    result,
    evaluation,
    test: data.test,
    source: data.source,
    parameters,
    device,
    date: new Date(),
  });
  await replaceFile(report, (part) => writeFile(part, page));
  console.log(`weights ${fromHere(weights)}\nreport  ${fromHere(report)}`);
  return result.aborted ? ExitCode.interrupted : ExitCode.done;
}

function useDevice(name: "cpu" | "gpu"): void {
  const device = name === "gpu" ? mx.gpu : mx.cpu;
  if (!mx.isAvailable(device)) {
    throw new RunError(`--device ${name}: MLX has no such device here; leave the option out`);
  }
  mx.setDefaultDevice(device);
}

/** How many images the reference backend trains on when nothing is said, so that five epochs end in a minute. */
const withinAMinute = { mlp: 1200, cnn: 120 } as const;

function countParameters(model: mnist.Classifier): number {
  return mx.arraysIn(model.parameters()).reduce((sum, array) => sum + array.size, 0);
}
