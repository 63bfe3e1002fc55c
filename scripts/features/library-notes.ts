// Where nn and optimizers are not Python's in camelCase: why, and what is used instead.

import { but, differs, type Note, same } from "./notes.js";

const codeNames = but("names are those in code, `selfAttn.qProj`; `mx.fileName` gives Python's");
const ofMode = but("`groupSize` and `bits` are the mode's by default, as in `QuantizedLinear`", [
  "groupSize",
  "bits",
]);
const fromNn = (ours: string): Note => same(ours, "exported by nn itself");

const behaviour: Readonly<Record<string, Note>> = {
  "nn.Module": but("called by `forward`; its fields are the tree, `_name` and `#name` are private"),
  "nn.Module.state": but("the module itself, for `mx.compile` to capture"),
  "nn.Module.load_weights": but(
    "also an index of several files; names in either style; one error names all that does not fit",
  ),
  "nn.Module.apply_to_modules": codeNames,
  "nn.Module.named_modules": codeNames,
  "nn.Module.unfreeze": but(
    "a layer inside is asked too: running statistics stay frozen; Python unfreezes them",
  ),
  "nn.BatchNorm": but("training on one value for a channel is refused"),
  "nn.QuantizedAllToShardedLinear": ofMode,
  "nn.QuantizedShardedToAllLinear": ofMode,
  "nn.quantize": but(
    "names are those in code; where a layer cannot be packed, it is named and the model stays as it was",
  ),
  "nn.value_and_grad": but(
    "the model's own arrays are back afterwards; what `forward` assigns, such as statistics, stays",
  ),
  "nn.losses.smooth_l1_loss": but("`beta: 0` is the absolute difference, with its gradient"),
  "nn.layers.upsample.upsample_cubic": fromNn("nn.upsampleCubic"),
  "nn.layers.upsample.upsample_linear": fromNn("nn.upsampleLinear"),
  "nn.layers.upsample.upsample_nearest": fromNn("nn.upsampleNearest"),
  "optimizers.MultiOptimizer": but("filters get names as in code; one of another kind is refused"),
  "optimizers.Optimizer": differs(
    "super({ schedulers: { learningRate } })",
    "abstract; schedules are given by name only",
  ),
  "optimizers.Optimizer.apply_gradients": but("releases the state that it replaces"),
  "optimizers.Optimizer.state": but(
    "also `saveState(file)` and `loadState(file)`, in Python's names",
  ),
  "optimizers.Optimizer.update": but("uses the gradients up: releases them and what was replaced"),
};

const full = (table: Readonly<Record<string, Note>>): Readonly<Record<string, Note>> =>
  Object.fromEntries(Object.entries(table).map(([name, note]) => [`mlx.${name}`, note]));

/** By the full Python name. */
export const libraryNotes: Readonly<Record<string, Note>> = {
  ...full(behaviour),
};
