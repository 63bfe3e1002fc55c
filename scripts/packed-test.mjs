// Installs the packed tarballs into an empty folder, as a user would, builds the addon there, computes something,
// trains a model of the user's own and has a pretrained one name a digit; then, as the author of a backend would, runs a
// group of the conformance kit. Tests what the workspace hides: the `files` lists, subpaths, missing dependencies, the
// bin, the types. MLX itself is taken from the workspace, not fetched again.
// Tarballs that passed before are not tried again.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".cache", "packed-test-passed");
const folder = mkdtempSync(join(tmpdir(), "mlx-ts-packed-"));
const tarballs = join(folder, "tarballs");
const user = join(folder, "user");
const env = { ...process.env, MLX_VENDOR_DIR: join(root, "packages", "native", "vendor") };

const PROGRAM = `
import * as mx from "@mlx-ts/core";
const a = mx.array([[1, 2], [3, 4]]);
const product = mx.matmul(a, a);
console.log("shape", product.shape.join("x"), "sum", product.sum().item());
`;

/** What somebody writes who trains a model of their own, by an optimizer of their own. */
const TRAINING = `
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import * as optim from "@mlx-ts/optimizers";

class Net extends nn.Module {
  readonly table = new nn.Embedding(4, 64);
  readonly body = new nn.Sequential(new nn.Linear(64, 64), nn.relu, new nn.Linear(64, 2));

  forward(ids: mx.MLXArray): mx.MLXArray {
    return this.body.forward(this.table.forward(ids));
  }
}

class Halved extends optim.Adam {
  override applySingle(gradient: mx.MLXArray, weight: mx.MLXArray, state: optim.ParameterState) {
    return super.applySingle(mx.divide(gradient, 2), weight, state);
  }
}

const net = new Net();
const optimizer = new Halved(0.01);
const lossFn = (ids: mx.MLXArray, labels: mx.MLXArray): mx.MLXArray =>
  nn.losses.crossEntropy(net.forward(ids), labels, { reduction: "mean" });
const lossAndGrad = nn.valueAndGrad(net, lossFn);
const step = mx.compile(
  (ids: mx.MLXArray, labels: mx.MLXArray): mx.MLXArray => {
    const [loss, grads] = lossAndGrad(ids, labels);
    optimizer.update(net, grads);
    return loss;
  },
  { state: [net, optimizer] },
);
const ids = mx.array([0, 1, 2, 3], "int32");
const labels = mx.array([0, 1, 0, 1], "int32");
const first = step(ids, labels).item();
for (let i = 0; i < 20; i++) step(ids, labels);
net.update(mx.treeMap((array: mx.MLXArray) => array.astype("float32"), net.parameters()));
console.log("learns", step(ids, labels).item() < first);
console.log(String(nn.quantize(net).body.layers[2]));
`;
const TRAINS = `learns true
QuantizedLinear(input_dims=64, output_dims=2, bias=True, group_size=64, bits=4, mode=affine)`;
const compilerOptions = {
  strict: true,
  outDir: "built",
  module: "nodenext",
  target: "es2022",
  lib: ["es2022", "esnext.disposable", "dom"],
  types: [],
};
const PRINTS = "shape 2x2 sum 54";

/** What the user of a pretrained model writes: a 1 drawn by hand, as it were. */
const ZOO = `
import { loadPretrained, mnist } from "@mlx-ts/models";
const rows = Array.from({ length: 28 }, (_, row) =>
  Array.from({ length: 28 }, (_, col) => (row > 3 && row < 24 && col > 12 && col < 16 ? 1 : 0)),
);
const names = ["@mlx-ts/mnist-mlp", "@mlx-ts/mnist-cnn"] as const;
for (const name of names) {
  const model = await loadPretrained(name, { from: import.meta.url });
  const { digit } = await mnist.classify(model, rows);
  console.log(name, digit);
}
`;
const ZOO_PRINTS = "@mlx-ts/mnist-mlp 1\n@mlx-ts/mnist-cnn 1";
const PACKAGES = [
  "backend-api",
  "core",
  "mnist-cnn",
  "mnist-mlp",
  "models",
  "native",
  "nn",
  "optimizers",
  "reference",
];

/** What the author of a backend writes; the kit needs no addon, and no core. */
const CONFORMANCE = `
import { describeBackend } from "@mlx-ts/backend-api/conformance/node-test";
import { referenceBackend } from "@mlx-ts/reference";
describeBackend({ create: () => referenceBackend, filter: { groups: ["reduction"] } });
`;

try {
  mkdirSync(tarballs);
  mkdirSync(user);
  for (const name of PACKAGES)
    run(root, "pnpm", "--filter", `@mlx-ts/${name}`, "pack", "--pack-destination", tarballs);
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  const digest = hashOf([...files, fileURLToPath(import.meta.url)]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
    console.log("[packed] the same tarballs passed before");
  } else {
    tryOut(files);
    mkdirSync(join(stamp, ".."), { recursive: true });
    writeFileSync(stamp, digest);
  }
} catch (error) {
  console.error(`[packed] ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tryOut(files) {
  const path = (name) => `file:${files.find((file) => file.includes(`mlx-ts-${name}-`))}`;
  const manifest = {
    name: "user",
    private: true,
    type: "module",
    dependencies: Object.fromEntries(PACKAGES.map((name) => [`@mlx-ts/${name}`, path(name)])),
    // They ask for versions of each other, which no registry may have yet.
    overrides: Object.fromEntries(PACKAGES.map((name) => [`@mlx-ts/${name}`, `$@mlx-ts/${name}`])),
  };
  writeFileSync(join(user, "package.json"), JSON.stringify(manifest, null, 2));
  writeFileSync(join(user, "main.mjs"), PROGRAM);
  writeFileSync(join(user, "main.ts"), PROGRAM);
  writeFileSync(join(user, "training.ts"), TRAINING);
  writeFileSync(join(user, "zoo.mjs"), ZOO.replace(" as const", ""));
  writeFileSync(join(user, "zoo.ts"), ZOO);
  writeFileSync(join(user, "conformance.mjs"), CONFORMANCE);
  writeFileSync(join(user, "conformance.ts"), CONFORMANCE);
  writeFileSync(join(user, "tsconfig.json"), JSON.stringify({ compilerOptions }, null, 2));
  run(user, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error");

  tryKit();

  const early = start(user, "node", "main.mjs");
  if (early.status === 0 || !early.stderr.includes("npx mlx-native-build"))
    throw new Error(
      `without an addon the error should name the cure, but it says:\n${early.stderr}`,
    );
  console.log("[packed] without an addon the error names the cure");

  const build = run(user, join(user, "node_modules", ".bin", "mlx-native-build"));
  console.log(`[packed] ${build.trim().split("\n").at(-1)}`);
  const printed = run(user, "node", "main.mjs").trim();
  if (printed !== PRINTS) throw new Error(`the program printed "${printed}", not "${PRINTS}"`);
  console.log(`[packed] the program printed "${printed}"`);

  const named = run(user, "node", "zoo.mjs").trim();
  if (named !== ZOO_PRINTS) throw new Error(`the zoo printed "${named}", not "${ZOO_PRINTS}"`);
  console.log(`[packed] pretrained models named a digit: "${named.replace("\n", ", ")}"`);

  const launcher = join(user, "node_modules", ".bin", "mlx-launch");
  const launched = run(user, launcher, "-n", "2", "main.mjs").trim().split("\n").sort();
  if (launched.join() !== [`[0] ${PRINTS}`, `[1] ${PRINTS}`].join())
    throw new Error(`mlx-launch printed "${launched}"`);
  console.log("[packed] mlx-launch started the program in two processes");

  run(user, "tsc");
  console.log("[packed] TypeScript programs type-check against the packed types");

  const trained = run(user, "node", join("built", "training.js")).trim();
  if (trained !== TRAINS) throw new Error(`the training printed "${trained}", not "${TRAINS}"`);
  console.log("[packed] a model of the user's own trains, and prints as Python's");
}

/** The kit runs from its subpath, and those who do not ask for it do not load it. */
function tryKit() {
  const tap = run(user, "node", "--test", "--test-reporter=tap", "conformance.mjs");
  const count = (name) => Number(tap.match(new RegExp(`^# ${name} (\\d+)$`, "m"))?.[1]);
  if (!(count("pass") > 1) || count("fail") !== 0)
    throw new Error(`the conformance kit did not pass on the packed reference:\n${tap}`);
  console.log(`[packed] ${count("pass")} tests of the conformance kit passed on the reference`);

  const dist = join(user, "node_modules", "@mlx-ts", "backend-api", "dist");
  const kit = textOf(dist, "conformance/index.js");
  const main = textOf(dist, "index.js");
  const holdsGoldens = (text) => text.includes('JSON.parse(\'{"mlx"');
  if (!holdsGoldens(kit)) throw new Error("the conformance kit has lost its goldens");
  if (holdsGoldens(main)) throw new Error("the main entry of backend-api loads the kit's goldens");
}

/** The text of a built file and of all that it imports. */
function textOf(dist, entry) {
  const texts = new Map();
  const visit = (file) => {
    if (texts.has(file)) return;
    const text = readFileSync(file, "utf8");
    texts.set(file, text);
    for (const [, name] of text.matchAll(/^.*\b(?:from|import) ?"(\.[^"]+)";$/gm))
      visit(join(file, "..", name));
  };
  visit(join(dist, entry));
  return [...texts.values()].join("\n");
}

function hashOf(files) {
  const hash = createHash("sha256").update(process.version);
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function start(cwd, command, ...args) {
  const shell = process.platform === "win32";
  return spawnSync(command, args, { cwd, env, shell, encoding: "utf8", maxBuffer: 1 << 26 });
}

function run(cwd, command, ...args) {
  const { status, error, stdout, stderr } = start(cwd, command, ...args);
  if (status === 0) return stdout;
  const said = error?.message ?? `${stdout}${stderr}`;
  throw new Error(`${command} ${args.join(" ")} failed:\n${said}`);
}
