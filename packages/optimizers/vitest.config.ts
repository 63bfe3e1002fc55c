import { defineProject } from "vitest/config";
import { onBackend } from "../core/test/on-backend.js";

export default defineProject({
  test: {
    name: "optimizers",
    include: ["test/**/*.test.ts"],
    ...onBackend("../core/test"),
  },
  // Workspace packages are tested from source, so tests need no build of the TypeScript.
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
});
