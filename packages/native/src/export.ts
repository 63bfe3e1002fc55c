// Functions in files, over lists of handles. Imported functions and open exports that are dropped are let
// go when they are collected.

import type { ExportEntry, ExportExtension } from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { callback } from "./transforms.js";
import { dtypeFromCode, list, results } from "./wire.js";

/** What C++ tells: dtypes are codes, and constants names whose handles wait in the results buffer. */
type Told = Readonly<Record<string, unknown>>;

interface ToldArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: number;
}

const arrays = (told: unknown) =>
  (told as readonly ToldArray[]).map((array) => ({ ...array, dtype: dtypeFromCode(array.dtype) }));

/** Parameters are JavaScript values already, except for dtypes. */
const parameter = (told: unknown): unknown =>
  typeof told === "object" && told !== null && "dtype" in told
    ? dtypeFromCode(Number(told.dtype))
    : told;

function entries(told: readonly Told[]): ExportEntry<number>[] {
  const names = told.flatMap(({ constants }) => (constants as readonly string[] | undefined) ?? []);
  const handles = results(names.length);
  let next = 0;
  return told.map((entry) => {
    const out: Record<string, unknown> = { ...entry };
    for (const key of ["inputs", "outputs"]) if (key in out) out[key] = arrays(out[key]);
    if ("constants" in out) {
      out.constants = (out.constants as readonly string[]).map((name) => [name, handles[next++]]);
    }
    if ("arguments" in out) out.arguments = (out.arguments as readonly unknown[]).map(parameter);
    return out as unknown as ExportEntry<number>;
  });
}

export function exportExtension(addon: Addon): ExportExtension<number> {
  const exports = new FinalizationRegistry<number>((id) => addon.closeExporter(id));
  const imports = new FinalizationRegistry<number>((id) => addon.disposeImported(id));
  return {
    exporter(file, shapeless, metadata) {
      const id = addon.exporter(file, shapeless, metadata);
      const made = {
        trace: (
          fn: Parameters<typeof callback>[0],
          inputs: readonly number[],
          names: readonly string[],
        ) => entries(addon.exportTrace(id, callback(fn), list(inputs), names) as readonly Told[]),
        close() {
          exports.unregister(made);
          addon.closeExporter(id);
        },
      };
      exports.register(made, id, made);
      return made;
    },
    importFunction(file) {
      const [id, metadata] = addon.importFunction(file);
      const made = {
        metadata,
        call: (inputs: readonly number[], names: readonly string[]) =>
          results(addon.callImported(id, list(inputs), names)),
        dispose() {
          imports.unregister(made);
          addon.disposeImported(id);
        },
      };
      imports.register(made, id, made);
      return made;
    },
    toDot: (outputs, named) =>
      addon.exportToDot(
        list(outputs),
        list(named.map(([, array]) => array)),
        named.map(([name]) => name),
      ),
  };
}
