// Which engine computes: MLX itself, or, where it is missing or the user says so, the reference backend,
// which is slow and runs everywhere.
import { type Backend, withAutodiff } from "@mlx-ts/backend-api";
import { referenceBackend } from "@mlx-ts/reference";
import { RunError } from "./failures.js";

/** The engines to choose from. */
export const backendNames = ["native", "reference"] as const;
export type BackendName = (typeof backendNames)[number];

/** What gives the native backend; it throws where the engine cannot be loaded. */
export type NativeLoader = () => Promise<{ readonly nativeBackend: Backend<number> }>;

/**
 * The backend of a run.
 *
 * @param name - what the command line says; without it native, and reference where native cannot be loaded
 * @param warn - gets the reason for not taking native
 * @param load - loads native
 * @throws {RunError} when native was asked for and cannot be loaded
 */
export async function chooseBackend(
  name: BackendName | undefined,
  warn: (text: string) => void,
  load: NativeLoader = () => import("@mlx-ts/native"),
): Promise<{ readonly name: BackendName; readonly backend: Backend }> {
  if (name === "reference") return reference();
  try {
    const { nativeBackend } = await load();
    return { name: "native", backend: nativeBackend as Backend };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (name === "native") throw new RunError(`--backend native: ${reason}`, { cause });
    warn(
      `${reason}\nmnist: until then the reference backend trains, on fewer images: it is plain TypeScript and slow.\n`,
    );
    return reference();
  }
}

const reference = (): { readonly name: "reference"; readonly backend: Backend } => ({
  name: "reference",
  backend: withAutodiff(referenceBackend) as Backend,
});
