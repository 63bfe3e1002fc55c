import { describeBackend } from "@mlx-ts/backend-api/conformance/vitest";
import { optionsOf } from "../src/options.js";

describeBackend(optionsOf("fallback"));
