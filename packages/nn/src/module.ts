// The base class of layers and models: its fields are a tree of parameters and submodules. How the
// tree is walked is in ./module-tree.ts, files are in ./weights.ts.

import type { DType, MLXArray, Tree, TreeNode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { arrayFrom, dtypeArg, flagArg, functionArg } from "./arguments.js";
import { type FreezeOptions, freezing, ownArrayKeys } from "./freezing.js";
import {
  type ApplyOptions,
  type DtypePredicate,
  dtypeTest,
  type FilterAndMapOptions,
  type SetDtypeOptions,
  type Strict,
  strictArg,
  type TrainOptions,
} from "./module-options.js";
import type { MemberFilter, ModuleTree, ParameterTree } from "./module-tree.js";
import * as tree from "./module-tree.js";
import { matchWeights, type NamedWeights, saveParameters } from "./weights.js";

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
  /** @internal */
  readonly [tree.moduleMark]: tree.TrainingState = { training: true, frozen: new Set() };

  /**
   * @param args - each subclass says what it takes
   * @returns what it computes
   */
  abstract forward(...args: never[]): unknown;

  /** @hidden Private members too: arrays in them must survive scopes. */
  [mx.treeKeys](): readonly string[] {
    return Object.keys(this);
  }

  /** What compiled functions are traced anew for: the mode, and what is frozen. */
  [mx.treeConstants](): string {
    const { training, frozen } = this[tree.moduleMark];
    return `${training} ${[...frozen].sort()}`;
  }

  /** Whether the module is in training mode, which it starts in. See {@link train}. */
  get training(): boolean {
    return this[tree.moduleMark].training;
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
    return tree.printed(this);
  }

  /** console.log shows what Python prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /**
   * @param value - anything
   * @returns whether it is a module
   */
  static isModule(value: unknown): value is Module {
    return tree.isModule(value);
  }

  /** Lets submodules and containers of them through {@link filterAndMap}. */
  static readonly validChildFilter: MemberFilter = (_module, key, value) =>
    !key.startsWith("_") && tree.holdsModule(value);

  /** Lets parameters, submodules and containers of them through {@link filterAndMap}. */
  static readonly validParameterFilter: MemberFilter = (_module, key, value) =>
    !key.startsWith("_") && tree.isMember(value);

  /** {@link validParameterFilter} without what is frozen. */
  static readonly trainableParameterFilter: MemberFilter = (module, key, value) =>
    !module[tree.moduleMark].frozen.has(key) && Module.validParameterFilter(module, key, value);

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
    mapFn?: ((value: unknown) => T) | null | FilterAndMapOptions<T>,
    isLeafFn?: MemberFilter | null | FilterAndMapOptions<T>,
  ): Tree<T> {
    const op = "filterAndMap";
    const args = [mapFn, isLeafFn];
    const given = mx.keywords<FilterAndMapOptions<T>>(op, ["mapFn", "isLeafFn"], args);
    const map = functionArg(op, "mapFn", given.mapFn ?? ((value: unknown) => value as T));
    const isLeaf = functionArg(op, "isLeafFn", given.isLeafFn ?? tree.isPlainLeaf);
    return tree.select(this, functionArg(op, "filterFn", filterFn), map, isLeaf);
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
    return this.filterAndMap<Module>(Module.validChildFilter, null, tree.isChild);
  }

  /**
   * The modules, at any depth, that hold no other modules.
   *
   * @returns plain objects and lists of modules
   * @see Python: `mlx.nn.Module.leaf_modules`
   */
  leafModules(): ModuleTree {
    return this.filterAndMap<Module>(Module.validChildFilter, null, tree.isLeafModule);
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
    const isStrict = strictArg("update", strict);
    const places = tree.placesOf("update", this, parameters, tree.arrayKind, isStrict);
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
    const isStrict = strictArg(op, strict);
    const places = tree.placesOf(op, this, modules, tree.moduleKind, isStrict);
    for (const { holder, key, value } of places) holder[key] = value;
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
  apply(mapFn: (array: MLXArray) => MLXArray, filterFn?: MemberFilter | null | ApplyOptions): this {
    const op = "apply";
    const given = mx.keywords<ApplyOptions>(op, ["filterFn"], [filterFn]);
    const keep = functionArg(op, "filterFn", given.filterFn ?? Module.validParameterFilter);
    functionArg(op, "mapFn", mapFn);
    const mapped = (value: unknown) => arrayFrom(op, "mapFn", mapFn(value as MLXArray));
    mx.tidy(() => void this.update(this.filterAndMap(keep, mapped)));
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
    functionArg("applyToModules", "applyFn", applyFn);
    for (const [name, module] of tree.walk(this)) applyFn(name, module);
    return this;
  }

  /**
   * This module and all inside it, as {@link namedModules} lists them.
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
    return [...tree.walk(this)];
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
    const { keys, inside } = freezing("freeze", this, options);
    for (const key of keys ?? ownArrayKeys(this)) this[tree.moduleMark].frozen.add(key);
    for (const module of inside) module.freeze({ keys, recurse: false });
    return this;
  }

  /**
   * Makes frozen parameters trainable again. Each module inside is asked by its own `unfreeze`, so that
   * what a layer keeps frozen (the running statistics of `BatchNorm`) stays so; Python's unfreezes it.
   *
   * @param options - as for {@link freeze}
   * @returns the module
   * @throws RangeError for an unknown name, when strict
   * @see Python: `mlx.nn.Module.unfreeze`
   */
  unfreeze(options: FreezeOptions = {}): this {
    const { keys, inside } = freezing("unfreeze", this, options);
    const { frozen } = this[tree.moduleMark];
    if (keys === null) frozen.clear();
    else for (const key of keys) frozen.delete(key);
    for (const module of inside) module.unfreeze({ keys, recurse: false });
    return this;
  }

  /**
   * Puts the module and all inside it in training mode, which some layers (dropout) depend on.
   *
   * @param mode - `false` for evaluation; default `true`
   * @returns the module
   * @see Python: `mlx.nn.Module.train`
   */
  train(mode?: boolean | TrainOptions): this {
    const given = mx.keywords<TrainOptions>("train", ["mode"], [mode]);
    const training = flagArg("train", "mode", given.mode ?? true);
    return this.applyToModules((_name, module) => {
      module[tree.moduleMark].training = training;
      module.onTrain();
    });
  }

  /** Called by {@link train} when the mode is set, for layers that keep other arrays in each mode. */
  protected onTrain(): void {}

  /**
   * Puts the module and all inside it in evaluation mode; the same as `train(false)`.
   *
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
   * @throws TypeError for anything but a dtype and a function
   * @see Python: `mlx.nn.Module.set_dtype`
   */
  setDtype(dtype: DType, predicate?: DtypePredicate | SetDtypeOptions): this {
    const op = "setDtype";
    const given = mx.keywords<SetDtypeOptions>(op, ["predicate"], [predicate]);
    const to = dtypeArg(op, "dtype", dtype);
    const converts = dtypeTest(op, given.predicate);
    return this.apply((array) => (converts(array.dtype) ? array.astype(to) : array));
  }

  /**
   * Writes the parameters to a file that Python's MLX can load, under Python's names:
   * `selfAttn.qProj.weight` becomes `self_attn.q_proj.weight`.
   *
   * @param file - a path that ends in `.safetensors` or `.npz`
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
   * @param from - the path of a `.safetensors`, `.npz` or `.gguf` file, or of an index of several
   * (`.safetensors.index.json`); or pairs of name and array. Names in either style
   * @param strict - whether names and shapes must match exactly; default `true`; else only what the
   * model has is loaded, and shapes are not checked
   * @returns the module
   * @throws RangeError that names each missing, unknown or wrongly shaped parameter, and for a `.npy`
   * file, whose array has no name
   * @throws MLXError (`FILE`) when the file is missing or damaged
   * @example
   * ```ts
   * model.loadWeights([["outProj.bias", mx.zeros([1])]], { strict: false });
   * ```
   * @see Python: `mlx.nn.Module.load_weights`
   */
  loadWeights(from: string | NamedWeights, strict: Strict = true): this {
    const isStrict = strictArg("loadWeights", strict);
    mx.tidy(() => void this.update(matchWeights(from, this.parameters(), isStrict), false));
    return this;
  }
}
