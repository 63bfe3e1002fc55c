// The object that may end a call and carries keyword arguments: telling it from other values, refusing
// keys that the op does not have, and reading the place to run at.

import { type Placement, shown, typeError } from "@mlx-ts/backend-api";
import { Device, Stream, type StreamOrDevice } from "./device.js";
import { isPlainObject } from "./tree.js";

/** What every op takes in its options. */
export interface StreamOptions {
  /** A device or stream to run on; default the current one. */
  stream?: StreamOrDevice | undefined;
}

/** Whether a value that stands at an optional place is the options object. */
export function isOptions(value: unknown): value is StreamOptions {
  return typeof value === "object" && isPlainObject(value);
}

/**
 * Checks an options object.
 *
 * @param op - for messages
 * @param options - what was passed
 * @param names - all optional arguments of the op, positional ones first
 * @param from - how many of them were given by position already
 * @param after - what came behind the object, which must be nothing
 */
export function named<T extends StreamOptions>(
  op: string,
  options: unknown,
  names: readonly string[],
  from: number,
  ...after: readonly unknown[]
): T {
  if (!isPlainObject(options)) {
    throw typeError(`[${op}] the options must be a plain object, got ${shown(options)}`, "OPTION");
  }
  // Not Object.keys, which makes a list: half of the ops are called with options.
  for (const key in options) {
    const place = names.indexOf(key);
    if (key === "stream" || place >= from) continue;
    const known = [...names.slice(from), "stream"].join(", ");
    throw typeError(
      place >= 0
        ? `[${op}] "${key}" was given both by position and in the options`
        : `[${op}] there is no option "${key}"; the options are ${known}`,
      "OPTION",
    );
  }
  for (const value of after) {
    if (value === undefined) continue;
    throw typeError(
      `[${op}] an argument follows the options object, which ends the call`,
      "OPTION",
    );
  }
  return options as T;
}

/** Where an op runs, from its stream option. */
export function placeOf(op: string, stream: StreamOrDevice | undefined): Placement | undefined {
  if (stream === undefined || stream === null) return undefined;
  if (stream instanceof Device || stream instanceof Stream) return stream.placement;
  throw typeError(`[${op}] stream must be a device or a stream, got ${shown(stream)}`, "OPTION");
}

/** The place of an op that has no other options. */
export function place(op: string, options: StreamOptions | undefined): Placement | undefined {
  if (options === undefined) return undefined;
  return placeOf(op, named<StreamOptions>(op, options, [], 0).stream);
}
