// What this backend claims to do. The kit holds it to that.

import type { Manifest } from "@mlx-ts/backend-api/conformance";
import { dtypes } from "../engine/index.js";

export const manifest: Manifest = { dtypes };
