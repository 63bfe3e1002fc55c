// The model card of a pretrained package, its README: what the model is, how it was made, what was measured.
import type { mnist } from "../../src/index.js";
import type { Recipe } from "./recipes.js";

/** A run that is over. */
export interface Run {
  /** Of the package, without its scope. */
  readonly name: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** How many numbers the weights are. */
  readonly parameters: number;
  /** How many images it was trained on. */
  readonly images: number;
  /** Where the images came from. */
  readonly source: string;
  readonly validation: mnist.Evaluation;
  readonly test: mnist.Evaluation;
}

const count = (value: number): string => value.toLocaleString("en-US");
const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;

/** The card as Markdown. */
export function modelCard({
  name,
  recipe,
  seed,
  parameters,
  images,
  source,
  ...scores
}: Run): string {
  const { validation, test } = scores;
  const { rotation, scale, shear, shift, elastic } = recipe.distort;
  const digits = test.perClass
    .map(
      ({ label, count: n, correct, accuracy }) =>
        `| ${label} | ${n} | ${correct} | ${percent(accuracy)} |`,
    )
    .join("\n");
  const confused = test.confusion
    .flatMap((row, label) => row.map((n, predicted) => ({ label, predicted, n })))
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.n - a.n)
    .slice(0, 3)
    .map(({ label, predicted, n }) => `${label} taken for ${predicted} (${n} times)`)
    .join(", ");
  return `# @mlx-ts/${name}

Weights of a classifier of handwritten digits for \`@mlx-ts/models\`: ${percent(test.accuracy)}
of MNIST's test images. The package holds no code, and nothing is downloaded when it is used.

    npm install @mlx-ts/${name} @mlx-ts/models @mlx-ts/core @mlx-ts/native
    npx mlx-native-build

\`\`\`js
import { loadPretrained, mnist } from "@mlx-ts/models";

const model = await loadPretrained("@mlx-ts/${name}", { from: import.meta.url });
const { digit, probability } = await mnist.classify(model, "digit.png");
\`\`\`

## Model

${recipe.about[0]?.toUpperCase()}${recipe.about.slice(1)}.
${count(parameters)} parameters, float32. \`config.json\` holds the options of the class, \`model.safetensors\` the weights under
the names that a module of the same structure has in Python's MLX, where they load as well.

Input: images of 28x28 pixels, white ink on black, size-normalised and centred as MNIST's; \`mnist.classify\` does so with other pictures.
Output: ten logits, whose softmax are the probabilities of the digits.

## Data

MNIST, from the npm package \`${source}\`, checked by SHA-256: trained on the first ${count(images)} of the 60,000 training images,
recipe chosen by the other ${count(validation.count)}, measured once on the ${count(test.count)} test images, none of which was trained on.

## Recipe

| | |
| --- | --- |
| epochs | ${recipe.epochs}, of ${count(Math.ceil(images / recipe.batchSize))} steps with ${recipe.batchSize} images each |
| optimizer | AdamW with bias correction, weight decay ${recipe.weightDecay} |
| learning rate | ${recipe.learningRate}, falling to 0 along half a cosine |
| distortion, anew in each epoch | turned by up to ${rotation}°, scaled by up to ${scale * 100} %, slanted by up to ${shear}, shifted by up to ${shift} pixels, bent by ${elastic} pixels |
| seed | ${seed} |

Made by \`npm run pretrain -- ${name} --seed ${seed}\` in the repository of mlx-ts; the same seed on the same machine gives
the same bytes.

## Measured

| images | accuracy | mean cross-entropy |
| --- | --- | --- |
| test (${count(test.count)}) | ${percent(test.accuracy)} | ${test.loss.toFixed(4)} |
| validation (${count(validation.count)}) | ${percent(validation.accuracy)} | ${validation.loss.toFixed(4)} |

| digit | test images | right | accuracy |
| --- | --- | --- | --- |
${digits}

Most often confused: ${confused}.

It knows nothing but single digits: whatever else it is shown, it names the digit that is least unlike it, at times with high probability.

## Licence

The weights and files of this package: MIT. The images are not in it: Yann LeCun and Corinna Cortes hold the copyright of MNIST, which derives
from NIST's databases; it is made available under the Creative Commons Attribution-Share Alike 3.0 licence.
`;
}
