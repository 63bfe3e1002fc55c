// Trains the pretrained models: `npm run pretrain -- mnist-cnn [--seed 1] [--out folder]`. It writes config.json,
// model.safetensors and the model card into packages/pretrained/<name>. The same seed on the same machine gives the same
// bytes. Shorter runs, with `--images n` or `--epochs n`, are for trying out, and need a folder of their own.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as mx from "@mlx-ts/core";
import { AdamW, cosineDecay } from "@mlx-ts/optimizers";
import { mnist, savePretrained } from "../../src/index.js";
import { modelCard } from "./card.js";
import { type Recipe, recipes } from "./recipes.js";

/** Training images that are not trained on: recipes were chosen by them, never by the test images. */
const VALIDATION = 5000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    images: { type: "string" },
    epochs: { type: "string" },
    out: { type: "string" },
  },
});
const [name = ""] = positionals;
const recipe = recipes[name];
if (recipe === undefined || positionals.length !== 1) {
  console.error(`name one model: ${Object.keys(recipes).join(" or ")}`);
  process.exit(2);
}
const isShort = values.images !== undefined || values.epochs !== undefined;
if (isShort && values.out === undefined) {
  console.error(
    "a run with other images or epochs than the recipe's is no release: add --out folder",
  );
  process.exit(2);
}
await pretrain(name, {
  ...recipe,
  ...(values.epochs !== undefined && { epochs: Number(values.epochs) }),
});

async function pretrain(name: string, recipe: Recipe): Promise<void> {
  const { epochs, batchSize, learningRate, weightDecay, distort, promised } = recipe;
  const seed = Number(values.seed);
  const { train, test, source } = await mnist.loadMnist({ from: import.meta.url });
  const own = train.count - VALIDATION;
  const data = {
    train: between(train, 0, Math.min(own, Number(values.images ?? own))),
    test: between(train, own, train.count), // each epoch is measured on these
    source,
  };

  mx.random.seed(seed);
  const model = recipe.make();
  const steps = epochs * Math.ceil(data.train.count / batchSize);
  const optimizer = new AdamW(cosineDecay(learningRate, steps), {
    weightDecay,
    biasCorrection: true,
  });
  const { epochs: reports } = await mnist.train(model, data, {
    epochs,
    batchSize,
    seed,
    optimizer,
    distort,
    compile: true,
    onEpoch: ({ epoch, loss, test: { accuracy } }) =>
      console.log(`epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  validation ${accuracy}`),
  });
  const validation = reports.at(-1)?.test ?? (await mnist.evaluate(model, data.test));
  const tested = await mnist.evaluate(model, test);
  console.log(`validation ${validation.accuracy}  test ${tested.accuracy}`);

  if (!isShort && tested.accuracy < promised) {
    throw new Error(`${name} reaches ${tested.accuracy} on the test images, not ${promised}`);
  }
  const pretrained = new URL("../../../pretrained/", import.meta.url);
  const out = values.out ?? fileURLToPath(new URL(name, pretrained));
  await mkdir(out, { recursive: true });
  await savePretrained(model, out);
  const parameters = mx.arraysIn(model.parameters()).reduce((sum, { size }) => sum + size, 0);
  const run = { name, recipe, seed, parameters, images: data.train.count, source };
  await writeFile(join(out, "README.md"), modelCard({ ...run, validation, test: tested }));
}

/** The images `start` to `end` of a set. */
function between(set: mnist.MnistSet, start: number, end: number): mnist.MnistSet {
  const size = set.rows * set.cols;
  return {
    ...set,
    count: end - start,
    images: set.images.subarray(start * size, end * size),
    labels: set.labels.subarray(start, end),
  };
}
