// The base class of layers and models: its fields are a tree of parameters and submodules. How the
// tree is walked is in ./module-tree.ts, files are in ./weights.ts.

import { rangeError, typeError } from "@mlx-ts/backend-api";
import type { DType, MLXArray, TreeNode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import {
  arrayKind,
  holdsModule,
  isMember,
  isModule,
  isPlainLeaf,
  type MemberFilter,
  type ModuleTree,
  moduleKind,
  moduleMark,
  type ParameterTree,
  placesOf,
  select,
  type Tree,
} from "./module-tree.js";
import { matchWeights, type NamedWeights, saveParameters } from "./weights.js";

/** An argument that may be given by name: `false` or `{ strict: false }`. */
export type Strict = boolean | { readonly strict?: boolean | undefined };

/** Options of {@link Module.freeze} and {@link Module.unfreeze}. */
export interface FreezeOptions {
  /** Whether submodules are included. Default: `true`. */
  readonly recurse?: boolean | undefined;
  /** Only members of these names. Default: all. */
  readonly keys?: string | readonly string[] | null | undefined;
  /** Whether a name that nothing has is an error. Default: `false`. */
  readonly strict?: boolean | undefined;
}

const strictArg = (op: string, strict: Strict): boolean =>
  mx.keywords<{ strict?: boolean }>(op, ["strict"], [strict]).strict ?? true;

const floats: readonly DType[] = ["float16", "bfloat16", "float32", "float64"];
const isFloat = (dtype: DType): boolean => floats.includes(dtype);

/**
 * The base class of layers and models.
 *
 * Fields that hold arrays, modules, or lists and plain objects of them are the module's tree; fields
 * named `_name` or `#name` are private and no part of it. All arrays of the tree are trainable until
 * they are frozen. Call a model by its `forward`.
 *
 * Arrays that `forward` assigns to fields survive `nn.valueAndGrad`, and compiled functions that capture
 * the model; in scopes of your own, pass them to `mx.keep`.
 *
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 * import * as nn from "@mlx-ts/nn";
 *
 * class MLP extends nn.Module {
 *   inProj = new nn.Linear(2, 16);
 *   outProj = new nn.Linear(16, 1);
 *
 *   forward(x: mx.MLXArray): mx.MLXArray {
 *     return this.outProj.forward(nn.relu(this.inProj.forward(x)));
 *   }
 * }
 *
 * const model = new MLP();
 * model.forward(mx.ones([8, 2])).shape; // [8, 1]
 * ```
 * @see Python: `mlx.nn.Module`
 */
export abstract class Module implements TreeNode {
  #training = true;
  readonly #frozen = new Set<string>();

  /** Computes the output; each subclass says from what. */
  abstract forward(...args: never[]): unknown;

  /** @internal */
  get [moduleMark](): true {
    return true;
  }

  /** @internal Private members too: arrays in them must survive scopes. */
  [mx.treeKeys](): readonly string[] {
    return Object.keys(this);
  }

  /** @internal */
  [mx.treeConstants](): string {
    return `${this.#training} ${[...this.#frozen].sort()}`;
  }

  /** Whether the module is in training mode, which it starts in. See {@link train}. */
  get training(): boolean {
    return this.#training;
  }

  /** The module itself, to be captured by `mx.compile`. */
  get state(): this {
    return this;
  }

  /** What {@link toString} prints between the parentheses, in Python's notation. */
  extraRepr(): string {
    return "";
  }

  /** Prints the module and its submodules as Python does, with names as in checkpoints. */
  toString(): string {
    const lines = modulesIn(this.children()).map(([name, child]) =>
      `\n(${mx.fileName(name)}): ${child}`.replaceAll("\n", "\n  "),
    );
    const end = lines.length > 0 ? "\n)" : ")";
    return `${this.constructor.name}(${this.extraRepr()}${lines.join("")}${end}`;
  }

  /** console.log shows what Python prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /**
   * Whether a value is a module.
   *
   * @param value - anything
   */
  static isModule(value: unknown): value is Module {
    return isModule(value);
  }

  /** Lets submodules and containers of them through {@link filterAndMap}. */
  static readonly validChildFilter: MemberFilter = (_module, key, value) =>
    !key.startsWith("_") && holdsModule(value);

  /** Lets parameters, submodules and containers of them through {@link filterAndMap}. */
  static readonly validParameterFilter: MemberFilter = (_module, key, value) =>
    !key.startsWith("_") && isMember(value);

  /** {@link validParameterFilter} without what is frozen. */
  static readonly trainableParameterFilter: MemberFilter = (module, key, value) =>
    !module.#frozen.has(key) && Module.validParameterFilter(module, key, value);

  /**
   * Copies the module's tree as plain objects and lists, with the members that a filter lets through.
   *
   * @param filterFn - gets the module that holds a member, its key (`list.0` inside lists), its value
   * @param mapFn - maps the leaves; default: as they are
   * @param isLeafFn - what is not entered; default: all but modules, lists and plain objects
   * @returns a tree; inside lists, `{}` stands for what the filter left out
   * @example
   * ```ts
   * const sizes = model.filterAndMap(nn.Module.validParameterFilter, (a) => String(a));
   * ```
   * @see Python: `mlx.nn.Module.filter_and_map`
   */
  filterAndMap<T = unknown>(
    filterFn: MemberFilter,
    mapFn: (value: unknown) => T = (value) => value as T,
    isLeafFn: MemberFilter = isPlainLeaf,
  ): Tree<T> {
    return select(this, filterFn, mapFn, isLeafFn);
  }

  /**
   * The arrays of the module and its submodules.
   *
   * @returns plain objects and lists of the arrays themselves
   * @example
   * ```ts
   * Object.keys(new nn.Linear(2, 3).parameters()); // ["weight", "bias"]
   * ```
   * @see Python: `mlx.nn.Module.parameters`
   */
  parameters(): ParameterTree {
    return this.filterAndMap<MLXArray>(Module.validParameterFilter);
  }

  /**
   * The arrays that are not frozen; see {@link freeze}.
   *
   * @returns plain objects and lists of the arrays themselves
   * @see Python: `mlx.nn.Module.trainable_parameters`
   */
  trainableParameters(): ParameterTree {
    return this.filterAndMap<MLXArray>(Module.trainableParameterFilter);
  }

  /**
   * The modules directly in this one.
   *
   * @returns plain objects and lists of modules
   * @see Python: `mlx.nn.Module.children`
   */
  children(): ModuleTree {
    return this.filterAndMap<Module>(Module.validChildFilter, undefined, (_m, _k, value) =>
      isModule(value),
    );
  }

  /**
   * The modules, at any depth, that hold no other modules.
   *
   * @returns plain objects and lists of modules
   * @see Python: `mlx.nn.Module.leaf_modules`
   */
  leafModules(): ModuleTree {
    const isLeaf: MemberFilter = (_m, _k, value) =>
      isModule(value) && modulesIn(value.children()).length === 0;
    return this.filterAndMap<Module>(Module.validChildFilter, undefined, isLeaf);
  }

  /**
   * Replaces arrays of the module. They stay alive whatever scope they were made in.
   *
   * @param parameters - a tree like {@link Module.parameters}' or a part of one
   * @param strict - whether a name that the module lacks is an error; default `true`
   * @returns the module
   * @throws RangeError for a name that the module lacks
   * @throws TypeError for values that are no arrays
   * @example
   * ```ts
   * model.update({ outProj: { bias: mx.zeros([1]) } });
   * ```
   * @see Python: `mlx.nn.Module.update`
   */
  update(parameters: ParameterTree, strict: Strict = true): this {
    const places = placesOf("update", this, parameters, arrayKind, strictArg("update", strict));
    for (const { holder, key, value } of places) {
      if (holder[key] !== value) holder[key] = mx.keep(value);
    }
    return this;
  }

  /**
   * Replaces submodules.
   *
   * @param modules - a tree like {@link children}'s or {@link leafModules}', or a part of one
   * @param strict - whether a name that the module lacks is an error; default `true`
   * @returns the module
   * @throws RangeError for a name that the module lacks
   * @throws TypeError for values that are no modules
   * @see Python: `mlx.nn.Module.update_modules`
   */
  updateModules(modules: ModuleTree, strict: Strict = true): this {
    const op = "updateModules";
    for (const { holder, key, value } of placesOf(
      op,
      this,
      modules,
      moduleKind,
      strictArg(op, strict),
    )) {
      holder[key] = value;
    }
    return this;
  }

  /**
   * Maps every array of the module.
   *
   * @param mapFn - gives each array's replacement
   * @param filterFn - which members to map; default: all parameters
   * @returns the module
   * @example
   * ```ts
   * model.apply((weight) => weight.astype("float16"));
   * ```
   * @see Python: `mlx.nn.Module.apply`
   */
  apply(
    mapFn: (array: MLXArray) => MLXArray,
    filterFn: MemberFilter = Module.validParameterFilter,
  ): this {
    mx.tidy(() => {
      this.update(this.filterAndMap(filterFn, (value) => mapFn(value as MLXArray)));
    });
    return this;
  }

  /**
   * Calls a function with this module and every one inside it.
   *
   * @param applyFn - gets the name in dot notation (`""` for this one) and the module
   * @returns the module
   * @see Python: `mlx.nn.Module.apply_to_modules`
   */
  applyToModules(applyFn: (name: string, module: Module) => unknown): this {
    // Python's order, the last child first: seeded initialisation depends on it.
    const stack: [string, Module][] = [["", this]];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const [name, module] = next;
      applyFn(name, module);
      stack.push(...modulesIn(module.children(), name));
    }
    return this;
  }

  /**
   * This module and all inside it.
   *
   * @see Python: `mlx.nn.Module.modules`
   */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /**
   * This module, named `""`, and all inside it with their names in dot notation.
   *
   * @see Python: `mlx.nn.Module.named_modules`
   */
  namedModules(): [name: string, module: Module][] {
    const out: [string, Module][] = [];
    this.applyToModules((name, module) => out.push([name, module]));
    return out;
  }

  /**
   * Freezes parameters: `nn.valueAndGrad` then computes no gradients for them.
   *
   * @param options - `recurse`: submodules too, default `true`; `keys`: only members of these names;
   * `strict`: whether an unknown name is an error, default `false`
   * @returns the module
   * @throws RangeError for an unknown name, when strict
   * @example
   * ```ts
   * model.freeze().unfreeze({ keys: "bias" }); // trains the biases only
   * ```
   * @see Python: `mlx.nn.Module.freeze`
   */
  freeze(options: FreezeOptions = {}): this {
    return this.#eachToFreeze("freeze", options, (module, keys) => {
      for (const key of keys ?? ownArrayKeys(module)) module.#frozen.add(key);
    });
  }

  /**
   * Makes frozen parameters trainable again.
   *
   * @param options - as for {@link freeze}
   * @returns the module
   * @throws RangeError for an unknown name, when strict
   * @see Python: `mlx.nn.Module.unfreeze`
   */
  unfreeze(options: FreezeOptions = {}): this {
    return this.#eachToFreeze("unfreeze", options, (module, keys) => {
      if (keys === null) module.#frozen.clear();
      else for (const key of keys) module.#frozen.delete(key);
    });
  }

  #eachToFreeze(
    op: string,
    options: FreezeOptions,
    change: (module: Module, keys: readonly string[] | null) => void,
  ): this {
    const names = ["recurse", "keys", "strict"] as const;
    const {
      recurse = true,
      keys: wanted,
      strict = false,
    } = mx.keywords<FreezeOptions>(op, names, [options]);
    const keys = wanted === undefined || wanted === null ? null : [wanted].flat();
    const targets = recurse ? this.modules() : [this];
    for (const key of strict && keys !== null ? keys : []) {
      if (targets.some((module) => Object.hasOwn(module, key))) continue;
      throw rangeError(
        `[${op}] no module here has a member "${key}"; its children are searched too`,
      );
    }
    for (const module of targets) change(module, keys);
    return this;
  }

  /**
   * Puts the module and all inside it in training mode, which some layers (dropout) depend on.
   *
   * @param mode - `false` for evaluation; default `true`
   * @returns the module
   * @see Python: `mlx.nn.Module.train`
   */
  train(mode = true): this {
    if (typeof mode !== "boolean") {
      throw typeError(`[train] mode must be true or false, got ${String(mode)}`);
    }
    return this.applyToModules((_name, module) => {
      module.#training = mode;
    });
  }

  /**
   * Puts the module and all inside it in evaluation mode.
   *
   * @returns the module
   * @see Python: `mlx.nn.Module.eval`
   */
  eval(): this {
    return this.train(false);
  }

  /**
   * Converts the parameters to another dtype.
   *
   * @param dtype - for example `"bfloat16"`
   * @param predicate - which dtypes to convert; default: floats; `null`: all
   * @returns the module
   * @see Python: `mlx.nn.Module.set_dtype`
   */
  setDtype(dtype: DType, predicate: ((dtype: DType) => boolean) | null = isFloat): this {
    return this.apply((array) =>
      predicate === null || predicate(array.dtype) ? array.astype(dtype) : array,
    );
  }

  /**
   * Writes the parameters to a file that Python's MLX can load.
   *
   * Names are in Python's style there: `selfAttn.qProj.weight` becomes `self_attn.q_proj.weight`.
   *
   * @param file - a path that ends in `.safetensors`
   * @throws TypeError for other paths
   * @throws MLXError (`FILE`) when it cannot be written
   * @see Python: `mlx.nn.Module.save_weights`
   */
  saveWeights(file: string): void {
    saveParameters(file, this.parameters());
  }

  /**
   * Loads parameters from a file, ours or Python's, or from named arrays.
   *
   * @param from - a path, or pairs of name and array; names in either style
   * @param strict - whether names and shapes must match exactly; default `true`; else only what the
   * model has is loaded, and shapes are not checked
   * @returns the module
   * @throws RangeError that names each missing, unknown or wrongly shaped parameter
   * @throws MLXError (`FILE`) when the file is missing or damaged
   * @example
   * ```ts
   * model.loadWeights([["outProj.bias", mx.zeros([1])]], { strict: false });
   * ```
   * @see Python: `mlx.nn.Module.load_weights`
   */
  loadWeights(from: string | NamedWeights, strict: Strict = true): this {
    mx.tidy(() => {
      const tree = matchWeights(from, this.parameters(), strictArg("loadWeights", strict));
      this.update(tree, false);
    });
    return this;
  }
}

/** The names of the arrays that a module holds itself. */
const ownArrayKeys = (module: Module): string[] =>
  mx
    .treeFlatten(
      module.filterAndMap((m, k, v) => !isModule(v) && Module.validParameterFilter(m, k, v)),
    )
    .map(([name]) => name);

/** The modules of a tree with their names in dot notation. */
function modulesIn(tree: unknown, prefix = ""): [string, Module][] {
  if (isModule(tree)) return [[prefix, tree]];
  if (typeof tree !== "object" || tree === null) return [];
  const dot = prefix === "" ? "" : `${prefix}.`;
  return Object.entries(tree).flatMap(([key, item]) => modulesIn(item, `${dot}${key}`));
}
