// Indices in Python's notation: "0, 1:3, None, ...".

import { rangeError, shown } from "@mlx-ts/backend-api";
import { Slice } from "../handmade/slice.js";

const integer = /^[+-]?\d+$/;

type TextItem = number | Slice | null | "...";

/** Indices in text stand in loops: each is parsed once, as long as there are not too many. */
const parsed = new Map<string, readonly TextItem[]>();
const mostParsed = 256;

/** Parses an index; the items are integers, slices, null and "...". */
export function parseIndex(text: string): readonly TextItem[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const items = parse(text);
  if (parsed.size === mostParsed) parsed.clear();
  parsed.set(text, items);
  return items;
}

function parse(text: string): readonly TextItem[] {
  const refuse = (item: string): never => {
    throw rangeError(
      `[index] ${shown(text)}: ${shown(item)} is no integer, slice, None or ...; for example "0, 1:3, None, ..."`,
      "INDEX",
    );
  };
  const number = (part: string): number | null => {
    if (part === "" || part === "None") return null;
    return integer.test(part) ? Number(part) : refuse(part);
  };
  const items = text.split(",").map((item) => item.trim());
  // A trailing comma is as in a Python tuple.
  if (items.length > 1 && items.at(-1) === "") items.pop();
  return items.map((item) => {
    if (item === "...") return item;
    if (item === "None") return null;
    if (integer.test(item)) return Number(item);
    const parts = item.split(":").map((part) => part.trim());
    if (parts.length < 2 || parts.length > 3) return refuse(item);
    const [start = null, stop = null, step = null] = parts.map(number);
    return new Slice(start, stop, step);
  });
}
