import { defineProject } from "vitest/config";
import { onBackend } from "./test/on-backend.js";

export default defineProject({
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
  test: {
    name: "core",
    include: ["test/**/*.test.ts"],
    ...onBackend("test", "scoped.ts"),
  },
});
