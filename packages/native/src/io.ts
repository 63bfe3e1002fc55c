// Files: what crosses to C++ for lazy reading, and for the formats that MLX writes itself. What is in a file,
// and whether it may be believed, is core's.

import type { GgufValue, IoExtension } from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { dtypeCode, list, place, results } from "./wire.js";

export const ioExtension = (addon: Addon): IoExtension<number> => ({
  open(path) {
    const file = addon.openFile(path);
    return {
      size: addon.fileSize(file),
      read(offset, length) {
        const into = new Uint8Array(length);
        addon.readFile(file, offset, into);
        return into;
      },
      array: ({ offset, shape, dtype, bigEndian }, at) =>
        addon.fileArray(file, offset, list(shape), dtypeCode(dtype), bigEndian, place(at)),
      close: () => addon.closeFile(file),
    };
  },
  saveNpy: (to, array) => addon.saveNpy(to, array),
  saveSafetensors(to, arrays, metadata) {
    addon.saveSafetensors(to, [...arrays.keys()], list([...arrays.values()]), [...metadata]);
  },
  loadGguf(path) {
    const { names, metadata } = addon.loadGguf(path);
    const count = metadata.filter(([, value]) => typeof value === "number").length;
    const handles = results(names.length + count);
    const value = (given: string | string[] | number): GgufValue<number> =>
      typeof given === "number" ? { array: handles[given] as number } : given;
    return {
      arrays: new Map(names.map((name, i) => [name, handles[i] as number])),
      metadata: new Map(metadata.map(([name, given]) => [name, value(given)])),
    };
  },
  saveGguf(path, arrays, metadata) {
    const values = [...metadata].map(
      ([name, value]): [string, string | readonly string[] | number] => [
        name,
        typeof value === "object" && "array" in value ? value.array : value,
      ],
    );
    addon.saveGguf(path, [...arrays.keys()], list([...arrays.values()]), values);
  },
});
