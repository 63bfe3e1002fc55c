// Modules that call others: Sequential, and what layers are given to call.

import { shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import { Module } from "../module.js";

/** A module that maps an array to an array. */
export interface Layer extends Module {
  forward(x: MLXArray): MLXArray;
}

/** What maps an array to an array: a function such as `nn.relu`, or a module. */
export type ArrayFunction = Layer | ((x: MLXArray) => MLXArray);

/** Calls a module or a function. */
export const applied = (fn: ArrayFunction, x: MLXArray): MLXArray =>
  typeof fn === "function" ? fn(x) : fn.forward(x);

/** A module or a function. */
export function arrayFunctionArg(op: string, name: string, value: ArrayFunction): ArrayFunction {
  if (typeof value === "function" && value.prototype instanceof Module) {
    throw typeError(`[${op}] ${name} is the class ${value.name}; make a layer of it by new`);
  }
  if (typeof value === "function" || Module.isModule(value)) return value;
  throw typeError(`[${op}] ${name} must be a module or a function, got ${shown(value)}`);
}

/**
 * Layers and functions, called one after the other.
 *
 * @example
 * ```ts
 * const model = new nn.Sequential(new nn.Linear(2, 8), nn.relu, new nn.Linear(8, 1));
 * model.forward(mx.ones([4, 2])).shape; // [4, 1]
 * ```
 * @see Python: `mlx.nn.Sequential`
 */
export class Sequential extends Module {
  /** What is called, in order. */
  layers: ArrayFunction[];

  /**
   * @param layers - modules whose `forward` takes and returns an array, or functions that do
   * @throws TypeError for anything else
   */
  constructor(...layers: ArrayFunction[]) {
    super();
    this.layers = layers.map((layer, i) => arrayFunctionArg("Sequential", `layer ${i}`, layer));
  }

  /**
   * @param x - what the first layer takes
   * @returns what the last layer gives
   */
  forward(x: MLXArray): MLXArray {
    return this.layers.reduce((y, layer) => applied(layer, y), x);
  }
}
