// Trains on the backend of this folder: `npm start`.

import { withAutodiff } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { customBackend } from "./src/backend.js";
import { fit } from "./src/fit.js";

mx.setDefaultBackend(withAutodiff(customBackend));
const losses = fit(200);
for (const [step, loss] of losses.entries()) {
  if (step % 50 === 0 || step === losses.length - 1)
    console.log(`step ${step}: ${loss.toFixed(4)}`);
}
