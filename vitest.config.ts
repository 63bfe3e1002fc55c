// One run for the whole workspace: each package is a project, so there is one summary.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { projects: ["packages/*/vitest.config.ts", "examples/*/vitest.config.ts"] },
});
