// Node's own modules, which browsers lack: core loads without them, and what needs one says so when it is called.

import { MLXError } from "@mlx-ts/backend-api";

interface NodeModules {
  "node:crypto": typeof import("node:crypto");
  "node:fs": typeof import("node:fs");
  "node:os": typeof import("node:os");
  "node:path": typeof import("node:path");
  "node:url": typeof import("node:url");
  "node:zlib": typeof import("node:zlib");
}

/**
 * A module of Node. Elsewhere a stand-in, each of whose functions throws.
 *
 * @param name - with `node:`
 */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (found !== undefined) return found as unknown as NodeModules[Name];
  const standIn = new Proxy(
    {},
    {
      get: (_, member) => () => {
        throw new MLXError(
          `[${String(member)}] this is not Node, which has the module ${name}; give bytes instead of paths`,
          "UNSUPPORTED",
        );
      },
    },
  );
  return standIn as NodeModules[Name];
}
