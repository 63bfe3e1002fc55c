// The subscripts of Einstein sums as kernels get them: spelled out, or refused with the reason.

import { expect, test } from "vitest";
import { parseSubscripts, subscriptsOf, subscriptsText } from "../src/define/subscripts.js";

const text = (subscripts: string, ...shapes: number[][]) =>
  subscriptsText(parseSubscripts(subscripts, shapes));

test("blanks go, and an output that is not given holds the labels that stand once, in order", () => {
  expect(text(" k j , j i ", [2, 3], [3, 4])).toBe("kj,ji->ik");
  expect(text("ii", [2, 2])).toBe("ii->");
  expect(text("", [])).toBe("->");
  expect(text("i,", [3], [])).toBe("i,->i");
  expect(text("Zz,za", [2, 3], [3, 2])).toBe("Zz,za->Za");
});

test("axes of ellipses get unused letters, those of shorter operands the last of them", () => {
  expect(text("...ij,...jk->...ik", [5, 2, 3], [3, 4])).toBe("Zij,jk->Zik");
  expect(text("...,...", [4, 5, 2], [5, 2])).toBe("XYZ,YZ->XYZ");
  expect(text("Z...->...Z", [2, 3])).toBe("ZY->YZ");
});

test("what was written is read back", () => {
  const subscripts = parseSubscripts("...i,i...->...", [
    [2, 3],
    [3, 2],
  ]);
  expect(subscriptsOf(subscriptsText(subscripts))).toEqual(subscripts);
});

test.each([
  ["i->->", [[3]], "one arrow only"],
  ["i1", [[2, 3]], "letters, commas"],
  ["i.", [[2, 3]], "must be letters"],
  ["i......", [[2, 3]], "Only one ellipsis"],
  ["ij->k", [[2, 3]], 'the label "k"'],
  ["ij->ii", [[2, 3]], "Repeat indices"],
  ["ij", [[2]], "Invalid number of subscripts 2"],
  ["...ijk", [[2, 3]], "insufficient dimensions"],
  ["i,j", [[2]], "Number of operands, 1"],
  ["ii", [[2, 3]], "do not have the same size (2 != 3)"],
  ["i,i", [[2], [3]], "Cannot broadcast dimension 0"],
])("%s is refused for operands of %j", (subscripts, shapes, reason) => {
  expect(() => text(subscripts, ...shapes)).toThrow(reason);
});

test("an axis of size 1 goes with any other", () => {
  expect(text("i,i->i", [1], [0])).toBe("i,i->i");
  expect(text("i,i,i->i", [1], [3], [1])).toBe("i,i,i->i");
});
