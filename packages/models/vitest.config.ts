import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "models",
    include: ["test/**/*.test.ts"],
    setupFiles: ["../core/test/setup.ts", "../core/test/scoped.ts"],
  },
  // Workspace packages are tested from source, so tests need no build of the TypeScript.
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
});
