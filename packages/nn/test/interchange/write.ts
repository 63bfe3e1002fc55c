// Writes the weights of one layer of each class, and what they compute, for check.py to read with Python's MLX.
//
//   node --import tsx --conditions=@mlx-ts/source write.ts FOLDER && python check.py FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as mx from "@mlx-ts/core";
import { everyLayer, outputsOf } from "../every-layer.js";

const [folder = "."] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

mx.random.seed(11);
const model = everyLayer();
model.saveWeights(join(folder, "every_layer.safetensors"));
model.saveWeights(join(folder, "every_layer.npz"));
mx.saveSafetensors(join(folder, "outputs.safetensors"), outputsOf(model));
model.setDtype("bfloat16").saveWeights(join(folder, "every_layer_bfloat16.safetensors"));
