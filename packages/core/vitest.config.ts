import { defineProject } from "vitest/config";

const onOther = (process.env.MLX_TS_BACKEND ?? "native") !== "native";

export default defineProject({
  ssr: { resolve: { conditions: ["@mlx-ts/source", "module", "node", "development|production"] } },
  test: {
    name: "core",
    include: ["test/**/*.test.ts"],
    // On other backends than native: tests of what they lack are not run, and listed.
    ...(onOther && { runner: "test/lacking-runner.ts" }),
    setupFiles: ["test/setup.ts", "test/scoped.ts", ...(onOther ? ["test/lacking.ts"] : [])],
  },
});
