import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import {
  loadPretrained,
  mnist,
  PretrainedError,
  type PretrainedModel,
  savePretrained,
} from "../../src/index.js";

const root = await mkdtemp(join(tmpdir(), "mlx-ts-pretrained-"));
afterAll(() => rm(root, { recursive: true }));
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(root, "model-"));
});

const makeSmall = () => new mnist.MLP({ hidden: [4], inputSize: 16, classes: 3 });
const config = { model_type: "mnist_mlp", hidden: [4], input_size: 16, classes: 3 };
const writeConfig = (value: unknown) =>
  writeFile(join(folder, "config.json"), typeof value === "string" ? value : JSON.stringify(value));

describe("savePretrained and loadPretrained", () => {
  it.each<[string, () => PretrainedModel]>([
    ["MLP", makeSmall],
    ["CNN", () => new mnist.CNN({ channels: [2, 3], hidden: 4, dropout: 0.1, imageSize: [4, 8] })],
    ["Autoencoder", () => new mnist.Autoencoder({ hidden: [6], latent: 2, inputSize: 32 })],
  ])("give a %s again: class, options and weights, in evaluation mode", async (_, make) => {
    const model = make();
    const path = join(folder, "deep", "inside");
    await savePretrained(model, path);
    const loaded = await loadPretrained(path);
    expect(loaded.constructor).toBe(model.constructor);
    expect(loaded.options).toEqual(model.options);
    expect([model.training, loaded.training]).toEqual([true, false]);
    const values = (of: nn.Module) =>
      mx.treeFlatten(of.parameters()).map(([name, array]) => [name, array.tolist()]);
    expect(values(loaded)).toEqual(values(model));
  });

  it("name options in files as Python does", async () => {
    await savePretrained(makeSmall(), folder);
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8"))).toEqual(config);
  });

  it("take a folder's file URL too, as text or as a URL", async () => {
    await savePretrained(makeSmall(), folder);
    const url = pathToFileURL(folder);
    expect((await loadPretrained(url)).options).toEqual(makeSmall().options);
    expect((await loadPretrained(url.href)).options).toEqual(makeSmall().options);
  });

  it("take relative paths, and options that the config leaves out as by default", async () => {
    const model = new mnist.CNN();
    await savePretrained(model, folder);
    await writeConfig({ model_type: "mnist_cnn" });
    const cwd = process.cwd();
    try {
      process.chdir(folder);
      expect((await loadPretrained("./")).options).toEqual(model.options);
    } finally {
      process.chdir(cwd);
    }
  });

  it("refuse to save a model that no config describes", async () => {
    class Own extends nn.Linear {}
    const other = new Own(2, 2) as unknown as PretrainedModel; // what only untyped code can pass
    await expect(savePretrained(other, folder)).rejects.toThrow(
      new TypeError(
        "[savePretrained] a Own, which no config describes; save its weights with saveWeights()",
      ),
    );
  });

  it("know the classes of this project's packages by their names", () => {
    expectTypeOf(loadPretrained<"@mlx-ts/mnist-cnn">).returns.resolves.toEqualTypeOf<mnist.CNN>();
    expectTypeOf(loadPretrained<"@mlx-ts/mnist-mlp">).returns.resolves.toEqualTypeOf<mnist.MLP>();
    expectTypeOf(loadPretrained<"./mine">).returns.resolves.toEqualTypeOf<PretrainedModel>();
  });
});

describe("packages", () => {
  /** A package in a project of its own. */
  async function install(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const place = join(folder, "node_modules", name);
    await mkdir(place, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(place, file), text);
    return place;
  }

  it("are found from the module that is named", async () => {
    const place = await install("my-digits", { "package.json": '{ "version": "1.0.0" }' });
    await savePretrained(makeSmall(), place);
    const from = pathToFileURL(join(folder, "main.js"));
    expect((await loadPretrained("my-digits", { from })).options).toEqual(makeSmall().options);
    await expect(loadPretrained("my-digits")).rejects.toMatchObject({ code: "NOT_INSTALLED" });
  });

  it("that are not installed are refused with the command that installs them", async () => {
    const from = pathToFileURL(join(folder, "main.js")).href;
    const error = await loadPretrained("@mlx-ts/mnist-rnn", { from }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PretrainedError);
    expect(error).toMatchObject({
      code: "NOT_INSTALLED",
      file: "@mlx-ts/mnist-rnn",
      message: `[pretrained] @mlx-ts/mnist-rnn: the package is not installed where ${from} would find it, weights are installed like other packages; run: npm install @mlx-ts/mnist-rnn (a folder of this name is ./@mlx-ts/mnist-rnn)`,
    });
  });

  it("of this project that hold another model are refused", async () => {
    const place = await install("@mlx-ts/mnist-cnn", { "package.json": "{}" });
    await savePretrained(makeSmall(), place);
    const from = join(folder, "main.js");
    await expect(loadPretrained("@mlx-ts/mnist-cnn", { from })).rejects.toMatchObject({
      code: "BAD_CONFIG",
      message: expect.stringContaining('model_type "mnist_mlp", @mlx-ts/mnist-cnn is a mnist_cnn'),
    });
  });
});

describe("loadPretrained refuses", () => {
  const refusal = (code: string, ...texts: readonly string[]) =>
    expect.toSatisfy(
      (error: unknown) =>
        error instanceof PretrainedError &&
        error.code === code &&
        texts.every((text) => error.message.includes(text)),
      `${code}: ${texts.join(", ")}`,
    );
  const load = () => loadPretrained(folder).catch((error: unknown) => error);

  it("a folder that is not there, and one without files", async () => {
    await expect(loadPretrained(join(folder, "none"))).rejects.toEqual(
      refusal("MISSING", "none: no such folder", "check the path"),
    );
    expect(await load()).toEqual(refusal("MISSING", "config.json: no such file"));
    await writeConfig(config);
    expect(await load()).toEqual(refusal("MISSING", "model.safetensors: no such file"));
  });

  it.each<[unknown, string]>([
    ["{", "it is no JSON"],
    [[1], 'no text under "model_type"'],
    ["null", 'no text under "model_type"'],
    [{ model_type: 3 }, 'no text under "model_type"'],
    [{ ...config, width: 3 }, "width, a mnist_mlp has hidden, input_size, classes; leave it out"],
    [{ ...config, hidden: 4 }, "hidden 4, it must be a list of integers of at least 1"],
    [{ ...config, hidden: [4, 0] }, "hidden [4,0], it must be a list of integers of at least 1"],
    [{ ...config, classes: "10" }, 'classes "10", it must be an integer of at least 1'],
    [{ ...config, classes: null }, "classes null, it must be an integer of at least 1"],
    [{ model_type: "mnist_cnn", dropout: 1 }, "dropout 1, it must be a number of at least 0 and"],
    [{ model_type: "mnist_cnn", channels: [1] }, "channels [1], it must be a list of two"],
    [{ model_type: "mnist_cnn", image_size: [28, 30] }, "two 2x2 poolings need multiples of 4"],
  ])("the config %j", async (value, text) => {
    await writeConfig(value);
    expect(await load()).toEqual(refusal("BAD_CONFIG", "config.json: ", text));
  });

  it("a model that it does not know, and names those it does", async () => {
    await writeConfig({ model_type: "mnist_rnn" });
    expect(await load()).toEqual(
      refusal(
        "UNKNOWN_MODEL",
        'model_type "mnist_rnn", this version of @mlx-ts/models knows mnist_mlp, mnist_cnn, mnist_autoencoder',
      ),
    );
  });

  it("weights of other shapes, and names each", async () => {
    await savePretrained(makeSmall(), folder);
    await writeConfig({ ...config, hidden: [5] });
    expect(await load()).toEqual(
      refusal(
        "BAD_WEIGHTS",
        "model.safetensors: these are not the weights of the model in config.json",
        "layers.0.weight is [4,16], the model has [5,16]",
        "layers.1.weight is [3,4], the model has [3,5]",
      ),
    );
  });

  it("weights that lack some, or have others, and names each", async () => {
    await savePretrained(makeSmall(), folder);
    await writeConfig({ ...config, hidden: [4, 4] });
    expect(await load()).toEqual(refusal("BAD_WEIGHTS", "missing: layers.2.weight, layers.2.bias"));
    await writeConfig({ ...config, hidden: [] });
    expect(await load()).toEqual(
      refusal("BAD_WEIGHTS", "not in the model: layers.1.bias, layers.1.weight"),
    );
  });

  it("a damaged file of weights, as core does", async () => {
    await savePretrained(makeSmall(), folder);
    const file = join(folder, "model.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, 200));
    expect(await load()).toMatchObject({ name: "MLXError", code: "FILE" });
  });

  it("a config that is a folder", async () => {
    await mkdir(join(folder, "config.json"));
    expect(await load()).toEqual(refusal("UNREADABLE", "config.json: cannot be read (EISDIR)"));
  });
});
