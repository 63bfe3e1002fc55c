// The conformance kit: thousands of small cases whose results are from Python MLX.

import { describeBackend } from "@mlx-ts/backend-api/conformance/vitest";
import { customBackend } from "../src/backend.js";
import { manifest } from "../src/manifest.js";

describeBackend({ create: () => customBackend, manifest });
