// Writes one file of each kind, for check.py to read with Python's MLX and numpy.
//
//   node --import tsx --conditions=@mlx-ts/source write.ts FOLDER && python check.py FOLDER

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dtypes } from "@mlx-ts/backend-api";
import * as mx from "../../src/index.js";

const [folder = "."] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const path = (name: string): string => join(folder, name);

const grid = mx.arange(6, { dtype: "float32" }).reshape([2, 3]);
const views = {
  transposed: grid.T,
  reversed: grid.index(mx.slice(null, null, -1)),
  stepped: grid.index("...", mx.slice(null, null, 2)),
  broadcast: mx.broadcastTo(mx.array([1, 2]), [3, 2]),
  scalar: mx.array(2.5),
  empty: mx.zeros([0, 3]),
  "é/日本 🙂": mx.array([1]),
};
const every = Object.fromEntries(dtypes.map((dtype) => [dtype, grid.astype(dtype)]));
const arrays: mx.NamedArrays = { ...every, ...views };

for (const [name, array] of Object.entries(arrays)) {
  if (!name.includes("/")) mx.save(path(`${name}.npy`), array);
}
mx.savez(path("stored.npz"), grid, arrays);
mx.savezCompressed(path("deflated.npz"), grid, arrays);

const { float64, ...tensors } = arrays;
mx.saveSafetensors(path("plain.safetensors"), tensors, { format: "mlx", é: "日本" });
mx.saveShardedSafetensors(path("sharded.safetensors"), tensors, { maxShardSize: 64 });

const names = ["float32", "float16", "int8", "int16", "int32", ...Object.keys(views)];
mx.saveGguf(
  path("model.gguf"),
  Object.fromEntries(names.map((name) => [name, arrays[name] as mx.MLXArray])),
  {
    text: "é",
    texts: ["a", "", "日本"],
    scalar: mx.array(3, "uint32"),
    list: mx.arange(6, { dtype: "int32" }).index(mx.slice(null, null, 2)),
  },
);
