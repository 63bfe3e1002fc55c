// The backend that the tests run on: MLX_TS_BACKEND names one of these, `native` without it.

import {
  type Backend,
  withAutodiff,
  withDefaults,
  withFallback,
  withRecording,
  withValidation,
} from "@mlx-ts/backend-api";
import { nativeBackend } from "@mlx-ts/native";
import { referenceBackend } from "@mlx-ts/reference";

const backends: Readonly<Record<string, () => Backend>> = {
  native: () => nativeBackend as Backend,
  defaults: () => withDefaults(nativeBackend) as Backend,
  autodiff: () => withAutodiff(nativeBackend) as Backend,
  reference: () => referenceBackend as Backend,
  "reference-autodiff": () => withAutodiff(referenceBackend) as Backend,
  validation: () => withValidation(nativeBackend) as Backend,
  // The lines go nowhere: what is tested is that nothing else changes.
  recording: () => withRecording(nativeBackend, () => undefined) as Backend,
  fallback: () => withFallback(withDefaults(nativeBackend), nativeBackend) as Backend,
};

export const backendName = process.env.MLX_TS_BACKEND ?? "native";

const make = backends[backendName];
if (!make) {
  throw new Error(
    `MLX_TS_BACKEND is "${backendName}", it must be one of ${Object.keys(backends).join(", ")}`,
  );
}

export const testBackend: Backend = make();

/** MLX's CPU computes exp, sin, erf and what uses them of float64 in float32; this backend does it in float64. */
export const exactDoubles = backendName.startsWith("reference");
