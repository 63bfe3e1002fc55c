// Files that MLX reads and writes itself.

import type { IoExtension } from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { list, results } from "./wire.js";

export const ioExtension = (addon: Addon): IoExtension<number> => ({
  loadSafetensors(file) {
    const { names, metadata } = addon.loadSafetensors(file);
    const handles = results(names.length);
    return {
      arrays: new Map(names.map((name, i) => [name, handles[i] as number])),
      metadata: new Map(metadata),
    };
  },
  saveSafetensors(file, arrays, metadata) {
    addon.saveSafetensors(
      file,
      [...arrays.keys()],
      list([...arrays.values()]),
      Object.fromEntries(metadata),
    );
  },
});
