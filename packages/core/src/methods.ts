// Installs MLXArray's methods that call ops. Imported for its effect by ./index.ts, because the op files
// import the class.

import { type Backend, rangeError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { indexingMethods } from "./indexing/methods.js";
import { installMethods } from "./ops/methods.js";
import { matrixTranspose, reshape, transpose } from "./ops/shape.js";
import { imag, real } from "./ops/unary.js";
import { rows } from "./rows.js";
import { toBackend } from "./transfer.js";

/** `a.reshape(2, 3)` and `a.reshape([2, 3])` are the same. */
const listed = (sizes: readonly (number | readonly number[])[]): readonly number[] =>
  sizes.length === 1 && Array.isArray(sizes[0]) ? sizes[0] : (sizes as readonly number[]);

installMethods(MLXArray.prototype);
Object.defineProperties(MLXArray.prototype, {
  ...Object.getOwnPropertyDescriptors(indexingMethods),
  reshape: {
    value(this: MLXArray, ...shape: readonly (number | readonly number[])[]) {
      return reshape(this, listed(shape));
    },
  },
  transpose: {
    value(this: MLXArray, ...axes: readonly (number | readonly number[])[]) {
      return transpose(this, axes.length === 0 ? null : listed(axes));
    },
  },
  toBackend: {
    value(this: MLXArray, backend: Backend) {
      return toBackend(this, backend);
    },
  },
  T: {
    get(this: MLXArray) {
      return transpose(this);
    },
  },
  [Symbol.iterator]: {
    value(this: MLXArray) {
      return rows(this);
    },
  },
  real: {
    get(this: MLXArray) {
      return real(this);
    },
  },
  imag: {
    get(this: MLXArray) {
      return imag(this);
    },
  },
  mT: {
    get(this: MLXArray) {
      if (this.ndim < 2) {
        throw rangeError(`[mT] the array has ${this.ndim} axes, it must have two or more`, "SHAPE");
      }
      return matrixTranspose(this);
    },
  },
});
