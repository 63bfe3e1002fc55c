// One run of the example: load, train, save, evaluate, report.
import { access, constants, mkdir, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import * as mx from "@mlx-ts/core";
import { mnist } from "@mlx-ts/models";
import { Adam } from "@mlx-ts/optimizers";
import { chooseBackend } from "./backend.js";
import { RunError } from "./failures.js";
import { watchInterrupts } from "./interrupt.js";
import { count } from "./numbers.js";
import { ExitCode, type RunOptions } from "./options.js";
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

async function makeFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new RunError(
      `--out ${out}: cannot be used (${reason}), results need a folder that can be written; choose another`,
      { cause },
    );
  }
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

/** The first training images, and a sixth as many test images, as all of MNIST has. */
export function firstImages(data: mnist.MnistData, count: number): mnist.MnistData {
  const first = (part: mnist.MnistSet, n: number): mnist.MnistSet => ({
    ...part,
    count: n,
    images: part.images.subarray(0, n * (part.images.length / part.count)),
    labels: part.labels.subarray(0, n),
  });
  return {
    ...data,
    train: first(data.train, Math.min(count, data.train.count)),
    test: first(data.test, Math.min(Math.ceil(count / 6), data.test.count)),
  };
}

function countParameters(model: mnist.Classifier): number {
  return mx.arraysIn(model.parameters()).reduce((sum, array) => sum + array.size, 0);
}

/** Writes a file beside its final place and moves it there, so that a half-written one is never left. */
async function replaceFile(
  path: string,
  write: (part: string) => void | Promise<void>,
): Promise<void> {
  // The suffix stays at the end: it decides the format of the weights.
  const part = path.replace(/(\.\w+)$/, ".part$1");
  await write(part);
  await rename(part, path);
}

function fromHere(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown.startsWith("..") ? path : shown;
}
