// Compares an array with the wanted one, and says where they differ.

import type { HostTensor } from "../backend.js";
import { dtypeKind } from "../dtype.js";
import type { Wanted } from "./case.js";
import { decode, encode } from "./values.js";

const finite = (value: number | bigint): number =>
  Number.isFinite(Number(value)) ? Math.abs(Number(value)) : 0;

/** The largest finite element's size. */
export const largest = (data: readonly (number | bigint)[]): number =>
  data.reduce<number>((most, value) => Math.max(most, finite(value)), 0);

/**
 * Why an array is not the wanted one.
 *
 * @param got - what the backend has
 * @param wanted - what it must have
 * @param within - shares of each wanted element and of `scale` that it may be off
 * @returns a text, or undefined where it is
 */
export function difference(
  got: HostTensor,
  wanted: Wanted,
  within: { relative: number; ofScale: number; scale?: number | undefined },
): string | undefined {
  if (got.dtype !== wanted.dtype) return `its dtype is ${got.dtype}, not ${wanted.dtype}`;
  if (`${got.shape}` !== `${wanted.shape}`)
    return `its shape is [${got.shape}], not [${wanted.shape}]`;
  // The wanted numbers are written shortly; storage rounds them as it rounds all.
  const aim = decode({ ...wanted, data: encode(wanted.data, wanted.dtype) });
  const data = decode(got);
  if (data.length !== aim.length) return `it has ${data.length} elements, not ${aim.length}`;
  const exact = dtypeKind(wanted.dtype) !== "float" && dtypeKind(wanted.dtype) !== "complex";
  const slack = exact ? 0 : within.ofScale * (within.scale ?? largest(aim));
  for (let i = 0; i < aim.length; i++) {
    const [value, goal] = [data[i] ?? Number.NaN, aim[i] ?? Number.NaN];
    if (value === goal || Object.is(value, goal)) continue;
    const off = Math.abs(Number(value) - Number(goal));
    // Nothing is near an infinity, and NaN near nothing.
    if (
      !exact &&
      Number.isFinite(Number(goal)) &&
      off <= slack + within.relative * Math.abs(Number(goal))
    )
      continue;
    return `element ${i} is ${value}, not ${goal}`;
  }
  return undefined;
}
