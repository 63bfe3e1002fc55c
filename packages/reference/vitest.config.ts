import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "reference",
    include: ["test/**/*.test.ts"],
    // Core's tests, of which some files run here too, ask this for their backend.
    env: { MLX_TS_BACKEND: "reference" },
    setupFiles: ["../core/test/setup.ts"],
  },
  // Workspace packages are tested from source, so tests need no build of the TypeScript.
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
});
