// How every package is built. Source maps name the files of src, which are published beside dist, so that
// nothing is packed twice.
import type { Options } from "tsup";

export const base: Options = {
  entry: ["src/index.ts"],
  format: ["esm"],
  dts: true,
  sourcemap: true,
  clean: true,
  target: "node20",
  // Without it node:test would be imported as "test".
  removeNodeProtocol: false,
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
};
