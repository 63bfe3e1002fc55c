// Where nn and optimizers have what Python's mlx.nn and mlx.optimizers have, and whether it takes the same
// parameters: the same optional names, the same order, and the defaults that its comment states.

import { camelCase, type Found, type Row } from "./rows.js";
import { isExported, type Signature, signatureOf } from "./signatures.js";

/** Ours may stand in the same place, or in nn itself: what is imported by path in Python. */
function placesOf(module: string): readonly string[] {
  const same = module.replace(/^mlx\.nn/, "nn").replace(/^mlx\.optimizers/, "optim");
  return /^nn\.(utils|layers)/.test(same) ? [same, "nn.utils", "nn"] : [same];
}

/** Whether this module checks rows of a Python module. */
export const isLibrary = (module: string): boolean => /^mlx\.(nn|optimizers)\b/.test(module);

/** A default as JSON, from Python's text or from a comment of ours; names stay as they are. */
function plain(text: string): string {
  const json = text
    .replace(/^(nn|mx)\./, "")
    .replaceAll("'", '"')
    .replace(/^\((.*)\)$/, "[$1]")
    .replace(/^True$/, "true")
    .replace(/^False$/, "false");
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return json;
  }
}

interface Parameter {
  readonly name: string;
  /** Python's text; absent where it must be given. */
  readonly default?: string;
  readonly keywordOnly: boolean;
}

const parametersOf = (texts: readonly string[]): readonly Parameter[] =>
  texts
    .filter((text) => text !== "*")
    .map((text) => {
      const [name = "", ...value] = text.split("=");
      const keywordOnly = texts.includes("*") && texts.indexOf(text) > texts.indexOf("*");
      const parameter = { name: camelCase(name), keywordOnly };
      return value.length > 0 ? { ...parameter, default: value.join("=") } : parameter;
    });

/** Says where our parameters are not Python's. */
function differences(texts: readonly string[], ours: Signature | undefined): Found["differences"] {
  if (texts.some((text) => /^\*\w|^\*\*/.test(text))) return [];
  if (!ours) return [{ text: "Python calls it, ours is no function" }];
  const wanted = parametersOf(texts);
  const optional = wanted.filter((parameter) => parameter.default !== undefined);
  const found: { text: string; parameter?: string }[] = [];
  const positions = wanted.filter(({ keywordOnly }) => !keywordOnly);
  // Names of parameters that must be given are nobody's business: they are given by position.
  const order = positions.map(({ name }, i) =>
    i < positions.length - optional.length ? (ours.names[i] ?? name) : name,
  );
  if (order.slice(0, positions.length).join() !== ours.names.slice(0, positions.length).join()) {
    found.push({ text: `Python's order is ${order.join(", ")}, ours ${ours.names.join(", ")}` });
  }
  for (const { name } of optional) {
    if (!ours.options.includes(name))
      found.push({ parameter: name, text: `no option is called ${name}` });
  }
  for (const name of ours.options) {
    if (!wanted.some((parameter) => parameter.name === name))
      found.push({ parameter: name, text: `Python has no option ${name}` });
  }
  for (const { name, default: theirs } of optional) {
    const stated = ours.defaults.get(name);
    // None stands for what the function finds out, and a lambda has no text.
    if (theirs === undefined || theirs === "None" || theirs.startsWith("<")) continue;
    if (stated === undefined || plain(stated) !== plain(theirs)) {
      const text = `the default of ${name} is ${theirs}, our comment says ${stated ?? "nothing"}`;
      found.push({ parameter: name, text });
    }
  }
  return found;
}

/** Looks for what a row of mlx.nn or mlx.optimizers names; classes are called by their `forward`. */
export function inLibrary([module, name, , parameters, call]: Row): Found {
  const candidates = placesOf(module).map((place) => `${place}.${camelCase(name)}`);
  const ours = candidates.find(isExported);
  if (ours === undefined) return { ours: candidates[0] ?? name, exists: false, differences: [] };
  return {
    ours,
    exists: true,
    differences: [
      ...(parameters ? differences(parameters, signatureOf(ours)) : []),
      ...(call ? differences(call, signatureOf(`${ours}.forward`)) : []),
    ],
  };
}

/** Whether nn or optimizers exports what a note calls ours, as far as that is a name of theirs. */
export function libraryHas(ours: string): boolean {
  const path = /^(nn|optim)(\.\w+)+/.exec(ours)?.[0];
  return path === undefined || isExported(path);
}
