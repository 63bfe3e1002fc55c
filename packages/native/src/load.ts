// Finds the addon: the one built on this machine, else the prebuilt platform package. With neither,
// one error says what was tried, why it failed and what to run. It also refuses an addon whose MLX
// is not the pinned one: MLX's C++ interface changes between patch versions.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { MLXError } from "@mlx-ts/backend-api";

/** What every addon tells about itself. */
export interface AddonVersions {
  /** The MLX version whose headers the addon was compiled with. */
  readonly engineVersion: string;
  /** The version of the MLX library that was loaded with it. */
  readonly runtimeVersion: string;
}

/** A place where the addon may be. */
export interface AddonPlace {
  /** How messages call it. */
  readonly label: string;
  /** What `require` takes: a path or a package name. */
  readonly specifier: string;
}

const require = createRequire(import.meta.url);
const platform = `${process.platform}-${process.arch}`;

// `..` is the package's folder both from src/ and from dist/.
const packageDir = fileURLToPath(new URL("..", import.meta.url));
const places: readonly AddonPlace[] = [
  { label: "local build", specifier: `${packageDir}build/Release/native.node` },
  { label: "platform package", specifier: `@mlx-ts/native-${platform}` },
];

/**
 * Loads the addon.
 *
 * @param from - where to look, in order; default: the local build, then the platform package
 * @returns the addon's exports; its MLX is the version that engine.json pins
 * @throws MLXError with code `NO_BACKEND` that lists each place, its cause and the commands that cure it
 */
export function loadAddon<T extends AddonVersions>(from: readonly AddonPlace[] = places): T {
  const causes: Error[] = [];
  for (const place of from) {
    try {
      const addon = require(place.specifier) as T;
      checkVersions(addon);
      return addon;
    } catch (error) {
      causes.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  const tried = from.map((place, i) => `    ${place.label} ${place.specifier}: ${why(causes[i])}`);
  throw new MLXError(
    [
      `[native] the MLX addon could not be loaded on ${platform}, Node ${process.versions.node}.`,
      "  Tried:",
      ...tried,
      "  To cure it:",
      ...cures(),
    ].join("\n"),
    "NO_BACKEND",
    { cause: new AggregateError(causes, "every place failed") },
  );
}

function checkVersions({ engineVersion, runtimeVersion }: AddonVersions): void {
  const { version } = require(`${packageDir}engine.json`) as { version: string };
  if (engineVersion !== version)
    throw new Error(`it was built for MLX ${engineVersion}, this package needs ${version}`);
  // A library built from source may add a suffix: 0.32.4.dev20261101+abcdef.
  if (runtimeVersion !== version && !runtimeVersion.startsWith(`${version}.dev`))
    throw new Error(`it needs MLX ${version}, but loaded a libmlx of version ${runtimeVersion}`);
}

function why(error: Error | undefined): string {
  if (error === undefined) return "not tried";
  const absent = "code" in error && error.code === "MODULE_NOT_FOUND";
  return absent ? "not there" : (error.message.split("\n")[0] ?? error.name);
}

function cures(): string[] {
  const installed = packageDir.includes("node_modules");
  return installed
    ? [
        "    npx mlx-native-build    (builds it here; needs a C++20 compiler, CMake and Python 3 with pip)",
        "    npx mlx-native-doctor   (says which of these is missing)",
      ]
    : ["    npm run build", "    npm run doctor   (says what is missing)"];
}
