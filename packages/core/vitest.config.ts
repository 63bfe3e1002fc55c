import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
  test: {
    name: "core",
    include: ["test/**/*.test.ts"],
    // On other backends than native: tests of what they lack are not run, and listed.
    ...(process.env.MLX_TS_BACKEND && { runner: "test/lacking.ts" }),
    setupFiles: ["test/setup.ts", "test/scoped.ts"],
  },
});
