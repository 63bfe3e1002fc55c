// How every package is built. Source maps name the files of src, which are published beside dist, so that
// nothing is packed twice.
import type { Options } from "tsup";

/**
 * Classes keep their names, which modules are printed by: of a class that names itself in its body esbuild
 * makes `var Linear = class _Linear`. A space takes the place of the underscore, so that source maps stay true.
 */
const classNames: NonNullable<Options["plugins"]>[number] = {
  name: "class-names",
  renderChunk(code, { map }) {
    const renamed = [...code.matchAll(/\bvar (\w+) = class _\1\b/g)].map(([, name]) => name);
    if (renamed.length === 0) return undefined;
    const names = new RegExp(`\\b_(${renamed.join("|")})\\b`, "g");
    return { code: code.replace(names, " $1"), map: map ?? null };
  },
};

export const base: Options = {
  entry: ["src/index.ts"],
  format: ["esm"],
  dts: true,
  sourcemap: true,
  clean: true,
  target: "node20",
  // Without it node:test would be imported as "test".
  removeNodeProtocol: false,
  plugins: [classNames],
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
};
