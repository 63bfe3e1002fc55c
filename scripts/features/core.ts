// Where core has what Python's mlx.core and mlx.utils have, looked for at run time.

import { families } from "../../packages/backend-api/ops/index.js";
import {
  keywords,
  optional,
  pythonName,
} from "../../packages/backend-api/scripts/generate/kinds.js";
import * as mx from "../../packages/core/src/index.js";
import { camelCase, type Found, type Row } from "./rows.js";

/** An object on which the members of a Python class can be looked for. */
const samples: Readonly<Record<string, object>> = {
  "mlx.core.array": mx.array(1),
  "mlx.core.Device": mx.cpu,
  "mlx.core.Stream": mx.defaultStream(mx.cpu),
  "mlx.core.ArrayAt": mx.array([1]).at(0),
};

/** Where a Python module's or class' names are found, and how ours are written there. */
function placeOf(module: string): readonly [place: object | undefined, prefix: string] {
  if (module === "mlx.core" || module === "mlx.utils") return [mx, "mx."];
  const sample = samples[module];
  if (sample) return [sample, `${sample.constructor.name}.`];
  const name = module.slice("mlx.core.".length);
  const found: unknown = Reflect.get(mx, name);
  return [typeof found === "object" && found !== null ? found : undefined, `mx.${name}.`];
}

/** The table's optional arguments of an op by its Python name. */
const tabled = new Map(
  families.flatMap((family) =>
    family.ops
      .filter((op) => !op.handmade)
      .map((op) => [pythonName(family, op), [...optional(op), ...keywords(op)].map((a) => a.name)]),
  ),
);

/** Says where the optional arguments of a regular op have other names than Python's. */
function argumentsDiffer(
  python: string,
  theirs: readonly string[] | undefined,
): string | undefined {
  const ours = tabled.get(python);
  if (!ours || !theirs) return undefined;
  const wanted = theirs.filter((name) => name !== "*" && name !== "stream").map(camelCase);
  return [...wanted].sort().join() === [...ours].sort().join()
    ? undefined
    : `Python's optional arguments are ${wanted.join(", ") || "none"}, ours ${ours.join(", ") || "none"}`;
}

/** Looks for what a row of mlx.core or mlx.utils names. */
export function inCore([module, name, , theirs]: Row): Found {
  const [place, prefix] = placeOf(module);
  const differ = argumentsDiffer(`${module}.${name}`, theirs);
  return {
    ours: `${prefix}${camelCase(name)}`,
    exists: place !== undefined && camelCase(name) in place,
    differences: differ ? [{ text: differ }] : [],
  };
}

/** Whether core exports what a note calls ours, as far as that is a name of `mx`. */
export function coreHas(ours: string): boolean {
  const root = /^mx\.(\w+)/.exec(ours)?.[1];
  return root === undefined || root in mx;
}
