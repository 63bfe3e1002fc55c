import { defineProject } from "vitest/config";

export default defineProject({
  test: { name: "example-custom-backend", include: ["test/**/*.test.ts"] },
  // Workspace packages are tested from source, so tests need no build of the TypeScript.
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
});
