// The models that a config.json may name, and what it may say of each. Names are Python's there: `input_size`.

import * as mx from "@mlx-ts/core";
import type { Module } from "@mlx-ts/nn";
import { Autoencoder } from "../mnist/autoencoder.js";
import { CNN, MLP } from "../mnist/models.js";
import { PretrainedError } from "./errors.js";

/** A model that `loadPretrained` may give. */
export type PretrainedModel = MLP | CNN | Autoencoder;

/** What a config.json holds: the model's type, and options by their names in files. */
export type Config = Readonly<Record<string, unknown>> & { readonly model_type: string };

/** What a value must be. */
interface Kind<T> {
  readonly rule: string;
  accepts(value: unknown): value is T;
}

const isSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0;

const size: Kind<number> = { rule: "an integer of at least 1", accepts: isSize };

const sizes: Kind<readonly number[]> = {
  rule: "a list of integers of at least 1",
  accepts: (value): value is number[] => Array.isArray(value) && value.every(isSize),
};

const pair: Kind<readonly [number, number]> = {
  rule: "a list of two integers of at least 1",
  accepts: (value): value is [number, number] => sizes.accepts(value) && value.length === 2,
};

const share: Kind<number> = {
  rule: "a number of at least 0 and below 1",
  accepts: (value): value is number => typeof value === "number" && value >= 0 && value < 1,
};

/** A class of models, by what its options may be. */
interface Architecture {
  readonly model: new (options: never) => PretrainedModel;
  readonly kinds: Readonly<Record<string, Kind<unknown>>>;
}

/** An architecture whose kinds are those of its class's options: no more and no less. */
const architecture = <Options extends object>(
  model: new (options: Options) => PretrainedModel,
  kinds: { readonly [Name in keyof Options]-?: Kind<NonNullable<Options[Name]>> },
): Architecture => ({ model, kinds });

/** By `model_type`. */
const architectures: ReadonlyMap<string, Architecture> = new Map([
  ["mnist_mlp", architecture(MLP, { hidden: sizes, inputSize: size, classes: size })],
  [
    "mnist_cnn",
    architecture(CNN, {
      channels: pair,
      hidden: size,
      dropout: share,
      imageSize: pair,
      classes: size,
    }),
  ],
  [
    "mnist_autoencoder",
    architecture(Autoencoder, { hidden: sizes, latent: size, inputSize: size }),
  ],
]);

/**
 * Makes the model that a config describes; its weights are as a new model's.
 *
 * @param config - as read from a file
 * @param file - its name, for error messages
 * @throws {PretrainedError} for a type that is not known, and options that the model lacks or refuses
 */
export function modelOf(config: Config, file: string): PretrainedModel {
  const { model_type: type, ...rest } = config;
  const found = architectures.get(type);
  if (found === undefined) {
    throw new PretrainedError(
      "UNKNOWN_MODEL",
      file,
      `model_type ${JSON.stringify(type)}, this version of @mlx-ts/models knows ${[...architectures.keys()].join(", ")}; install a version that knows it`,
    );
  }
  const options = Object.entries(rest).map(([name, value]) => {
    const kind = found.kinds[mx.codeName(name)];
    if (kind === undefined) {
      const known = Object.keys(found.kinds).map(mx.fileName);
      throw refused(file, `${name}, a ${type} has ${known.join(", ")}; leave it out`);
    }
    if (!kind.accepts(value)) {
      throw refused(file, `${name} ${JSON.stringify(value)}, it must be ${kind.rule}; change it`);
    }
    return [mx.codeName(name), value];
  });
  try {
    return new found.model(Object.fromEntries(options) as never); // each one was checked by its kind
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw refused(file, `options that do not fit each other, as ${cause.message}`, { cause });
  }
}

const refused = (file: string, finding: string, options?: ErrorOptions): PretrainedError =>
  new PretrainedError("BAD_CONFIG", file, finding, options);

/**
 * The config that describes a model.
 *
 * @throws TypeError for a model of another class
 */
export function configOf(model: PretrainedModel): Config {
  for (const [type, { model: Model }] of architectures) {
    if (!(model instanceof Model)) continue;
    const options = Object.entries(model.options).map(([name, value]) => [
      mx.fileName(name),
      value,
    ]);
    return { model_type: type, ...Object.fromEntries(options) };
  }
  const given = (model as Module).constructor.name;
  throw new TypeError(
    `[savePretrained] a ${given}, which no config describes; save its weights with saveWeights()`,
  );
}
