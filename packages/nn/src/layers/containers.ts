// Modules that call others: Sequential.

import { shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import { Module } from "../module.js";

/** A module that maps an array to an array. */
export interface Layer extends Module {
  forward(x: MLXArray): MLXArray;
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
  layers: (Layer | ((x: MLXArray) => MLXArray))[];

  /**
   * @param layers - modules whose `forward` takes and returns an array, or functions that do
   * @throws TypeError for anything else
   */
  constructor(...layers: (Layer | ((x: MLXArray) => MLXArray))[]) {
    super();
    layers.forEach((layer, i) => {
      if (typeof layer === "function" || Module.isModule(layer)) return;
      throw typeError(
        `[Sequential] layer ${i} must be a module or a function, got ${shown(layer)}`,
      );
    });
    this.layers = layers;
  }

  /**
   * @param x - what the first layer takes
   * @returns what the last layer gives
   */
  forward(x: MLXArray): MLXArray {
    return this.layers.reduce(
      (y, layer) => (typeof layer === "function" ? layer(y) : layer.forward(y)),
      x,
    );
  }
}
