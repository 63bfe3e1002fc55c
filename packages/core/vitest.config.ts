import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
  test: {
    name: "core",
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts", "test/scoped.ts"],
  },
});
