// What an MLX folder must hold to build and run against: headers of the pinned version, the shared
// library, and on a Mac the Metal kernels beside it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Looks at a folder laid out like the `mlx` Python package or an installed MLX.
 *
 * @returns {{ version: string | null, missing: string[], includeDir: string, libDir: string }}
 */
export function inspectFolder(folder, target) {
  const includeDir = join(folder, "include");
  const library = libraryName(target);
  const libDir =
    [join(folder, "lib"), join(folder, "lib64")].find((dir) => existsSync(join(dir, library))) ??
    join(folder, "lib");
  const needed = [
    join(includeDir, "mlx", "version.h"),
    join(includeDir, "mlx", "mlx.h"),
    join(libDir, library),
    ...(target.startsWith("darwin") ? [join(libDir, "mlx.metallib")] : []),
  ];
  return {
    version: headerVersion(includeDir),
    missing: needed.filter((file) => !existsSync(file)),
    includeDir,
    libDir,
  };
}

export function libraryName(target) {
  return target.startsWith("darwin") ? "libmlx.dylib" : "libmlx.so";
}

function headerVersion(includeDir) {
  const header = join(includeDir, "mlx", "version.h");
  if (!existsSync(header)) return null;
  const text = readFileSync(header, "utf8");
  const part = (name) => new RegExp(`MLX_VERSION_${name} (\\d+)`).exec(text)?.[1] ?? "?";
  return `${part("MAJOR")}.${part("MINOR")}.${part("PATCH")}`;
}
