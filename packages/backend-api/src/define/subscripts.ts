// The subscripts of Einstein sums, as text in Python's notation: checked against the operands, with their
// ellipses spelled out and the output given. What is done with them is in defaults/einsum.ts.

import { rangeError } from "../errors.js";
import { shapeText } from "./axes.js";
import type { Shape } from "./kernels.js";

const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const ellipsis = "...";

/** One letter for each axis of each operand, and of the result. */
export interface Subscripts {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Subscripts without blanks and ellipses, and with an output: `"ij,jk->ik"`. */
export const subscriptsText = ({ inputs, output }: Subscripts): string =>
  `${inputs.join(",")}->${output}`;

/** Reads what {@link subscriptsText} wrote. */
export function subscriptsOf(text: string): Subscripts {
  const [inputs = "", output = ""] = text.split("->");
  return { inputs: inputs.split(","), output };
}

const lettersOf = (term: string): string[] => [...term].filter((c) => c !== ".");

/** The output that Python takes where none is given: the labels that stand once, in order. */
function inferredOutput(inputs: readonly string[]): string {
  const all = inputs.flatMap(lettersOf);
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
  return (inputs.some((term) => term.includes(".")) ? ellipsis : "") + once.join("");
}

/** Refuses dots that are no ellipsis, and a second one. */
function refuseDots(term: string): void {
  const rest = term.replaceAll(ellipsis, "");
  if (rest.includes(".")) throw rangeError("[einsum] Subscripts must be letters, but got '.'.");
  if (term.length - rest.length > ellipsis.length) {
    throw rangeError(
      `[einsum] Only one ellipsis per subscript is allowed but found more in '${term}'.`,
    );
  }
}

/** Refuses sizes of one label that differ; 1 repeats, but not within one operand. */
function refuseSizes(inputs: readonly string[], shapes: readonly Shape[]): void {
  const sizes = new Map<string, number>();
  for (const [i, term] of inputs.entries()) {
    const shape = shapes[i] ?? [];
    for (const [axis, label] of [...term].entries()) {
      const size = shape[axis] as number;
      const first = shape[term.indexOf(label)] as number;
      if (first !== size) {
        throw rangeError(
          `[einsum] Dimensions of repeated subscripts do not have the same size (${first} != ${size}).`,
          "SHAPE",
        );
      }
      const before = sizes.get(label) ?? 1;
      if (size !== 1 && before !== 1 && size !== before) {
        throw rangeError(
          `[einsum] Cannot broadcast dimension ${axis} of input ${i} with shape ${shapeText(shape)} to size ${before}.`,
          "SHAPE",
        );
      }
      if (before === 1) sizes.set(label, size);
    }
  }
}

/** Subscripts for operands of these shapes. */
export function parseSubscripts(text: string, shapes: readonly Shape[]): Subscripts {
  if (shapes.length === 0) throw rangeError("[einsum] At least one operand is required.");
  if (shapes.length > 64) {
    throw rangeError(`[einsum] ${shapes.length} operands were given, at most 64 are taken`);
  }
  const dense = text.replaceAll(" ", "");
  if (!/^[a-zA-Z.,]*(->[a-zA-Z.]*)?$/.test(dense)) {
    throw rangeError(
      "[einsum] the subscripts may have letters, commas, spaces, ellipses and one arrow only",
    );
  }
  const [left = "", given] = dense.split("->");
  const terms = left.split(",");
  const output = given ?? inferredOutput(terms);
  for (const term of [...terms, output]) refuseDots(term);
  const used = new Set(terms.flatMap(lettersOf));
  for (const label of lettersOf(output)) {
    if (!used.has(label)) {
      throw rangeError(`[einsum] the output has the label "${label}", which no operand has`);
    }
  }
  if (terms.length !== shapes.length) {
    throw rangeError(
      `[einsum] Number of operands, ${shapes.length}, does not match number of input subscripts, ${terms.length}`,
    );
  }
  // The axes of an ellipsis get the last of the unused letters, so that those of shorter ones align at the end.
  const free = letters.filter((label) => !used.has(label));
  let most = 0;
  const expanded = (term: string, count: number): string =>
    term.replace(ellipsis, free.slice(free.length - count).join(""));
  const inputs = terms.map((term, i) => {
    const shape = shapes[i] ?? [];
    const open = term.includes(ellipsis);
    const hidden = open ? shape.length - (term.length - ellipsis.length) : 0;
    if (hidden < 0) {
      throw rangeError(
        `[einsum] Operand ${i} with shape ${shapeText(shape)} has insufficient dimensions for subscript '${term}'.`,
        "SHAPE",
      );
    }
    if (hidden > free.length) {
      throw rangeError("[einsum] labels and the axes of an ellipsis are more than the 52 letters");
    }
    if (!open && term.length !== shape.length) {
      throw rangeError(
        `[einsum] Invalid number of subscripts ${term.length} for input ${i} with ${shape.length} dimensions.`,
        "SHAPE",
      );
    }
    most = Math.max(most, hidden);
    return expanded(term, hidden);
  });
  const result = expanded(output, most);
  if (new Set(result).size !== result.length) {
    throw rangeError("[einsum] Repeat indices not allowed in output.");
  }
  refuseSizes(inputs, shapes);
  return { inputs, output: result };
}
