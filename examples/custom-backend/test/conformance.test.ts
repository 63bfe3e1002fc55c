// The conformance kit: thousands of small cases whose results are from Python MLX.

import { withAutodiff } from "@mlx-ts/backend-api";
import { describeBackend } from "@mlx-ts/backend-api/conformance/vitest";
import { customBackend } from "../src/backend.js";
import { manifest } from "../src/manifest.js";

describeBackend({ create: () => customBackend, manifest });

describeBackend({
  create: () => withAutodiff(customBackend),
  manifest,
  title: "with gradients, the backend conforms to MLX",
  filter: { groups: ["gradients", "vmap"] },
});
