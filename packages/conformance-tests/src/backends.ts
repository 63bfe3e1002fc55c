// The backends of the workspace, each with the manifest that its authors declare.

import { type Backend, withAutodiff, withDefaults, withFallback } from "@mlx-ts/backend-api";
import type { Manifest } from "@mlx-ts/backend-api/conformance";
import { nativeBackend } from "@mlx-ts/native";
import { referenceBackend } from "@mlx-ts/reference";

/** A backend to run the kit on. */
export interface Candidate {
  readonly create: () => Backend;
  readonly manifest: Manifest;
}

/** By the names that `npm run conformance` takes. */
export const candidates: Readonly<Record<string, Candidate>> = {
  native: { create: () => nativeBackend as Backend, manifest: {} },
  defaults: { create: () => withDefaults(nativeBackend) as Backend, manifest: {} },
  reference: { create: () => referenceBackend as Backend, manifest: {} },
  "autodiff-native": { create: () => withAutodiff(nativeBackend) as Backend, manifest: {} },
  "autodiff-reference": { create: () => withAutodiff(referenceBackend) as Backend, manifest: {} },
  fallback: {
    create: () => withFallback(withDefaults(nativeBackend), nativeBackend) as Backend,
    manifest: {},
  },
};
