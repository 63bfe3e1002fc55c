// Scopes: arrays made inside one are released together at its end, before anything is evaluated, so
// that the engine reuses their buffers as it does under Python's reference counts. Outside scopes the
// garbage collector releases arrays.

import type { Backend, Handle } from "@mlx-ts/backend-api";
import { shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "./array.js";
import { collect, type Ending, isPassedOn, isScoped, Life, release } from "./lifetime.js";
import { arraysIn } from "./tree.js";

/** A scope's arrays; the list is reused by later scopes, so that it need not grow again. */
class OpenScope {
  readonly arrays: (MLXArray | undefined)[] = [];
  count = 0;
  label = "";
  /** Tells one use of this object from the next. */
  use = 0;
}

const open: OpenScope[] = [];
const unused: OpenScope[] = [];
/** The innermost open scope. */
let current: OpenScope | undefined;

/** Gives a new array to the innermost scope, or to the garbage collector. */
export function adopt(array: MLXArray): void {
  if (current !== undefined) current.arrays[current.count++] = array;
  else collect(array, Life.collected);
}

function begin(label: string): OpenScope {
  const scope = unused.pop() ?? new OpenScope();
  scope.label = label;
  scope.use++;
  open.push(scope);
  current = scope;
  return scope;
}

/** Ends a scope, and those inside it that were left open; `results` leave it. */
function end(scope: OpenScope, results: readonly MLXArray[]): void {
  const depth = open.lastIndexOf(scope);
  if (depth < 0) return;
  for (const array of results) if (isScoped(array)) array.life = Life.leaving;
  while (open.length > depth) {
    const closing = open.pop() as OpenScope;
    current = open.at(-1);
    releaseAll(closing);
    closing.use++;
    if (unused.length < 8) unused.push(closing);
  }
  // What belongs to a scope further out stays there.
  for (const array of results) if (array.life === Life.leaving) array.life = Life.scoped;
}

/** Handles on their way back; one list, since releasing never opens a scope. */
const handles: Handle[] = [];

/** One native call for each backend, which is one. */
function releaseAll(scope: OpenScope): void {
  const { arrays, count, label } = scope;
  scope.count = 0;
  let backend: Backend | undefined;
  let pending = 0;
  const flush = () => {
    handles.length = pending;
    if (pending > 0) backend?.release(handles);
    pending = 0;
  };
  for (let i = 0; i < count; i++) {
    const array = arrays[i] as MLXArray;
    arrays[i] = undefined;
    if (isScoped(array)) {
      if (backend !== array.backend) {
        flush();
        backend = array.backend;
      }
      handles[pending++] = array.handle;
      array.life = Life.released;
      array.releasedBy = label;
    } else if (array.life === Life.leaving) {
      array.life = Life.scoped;
      adopt(array);
    }
  }
  flush();
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" &&
  value !== null &&
  "then" in value &&
  typeof value.then === "function";

/** Refuses what an asynchronous function returned. */
export function refusePromise(label: string, value: unknown): void {
  if (!isPromise(value)) return;
  // Nobody will wait for it: its own failure must not end the process.
  value.then(undefined, () => undefined);
  throw typeError(
    `[${label}] the function returned a promise, it must be synchronous; use \`using s = mx.scope()\` in asynchronous code`,
  );
}

/** Refuses what is no function. */
export function fnArg<F>(op: string, fn: F): F {
  if (typeof fn === "function") return fn;
  throw typeError(`[${op}] a function was expected, got ${shown(fn)}`);
}

/**
 * Runs a function in a scope of its own.
 *
 * @param label - what messages call the scope
 * @param fn - synchronous
 * @param kept - further trees whose arrays stay alive, asked for at the end
 */
export function inScope<T>(label: string, fn: () => T, kept?: () => unknown): T {
  const scope = begin(label);
  let results: MLXArray[] = [];
  try {
    const value = fn();
    refusePromise(label, value);
    results = arraysIn(value);
    if (kept) for (const array of arraysIn(kept())) keepArray(array, Life.owned);
    return value;
  } finally {
    end(scope, results);
  }
}

/**
 * Runs a function and releases every array made in it that is not returned.
 *
 * @param fn - synchronous; the arrays in what it returns (lists, objects, maps, modules) stay alive
 * @returns what `fn` returns
 * @throws TypeError when `fn` returns a promise
 * @example
 * ```ts
 * const norm = mx.tidy(() => mx.sqrt(mx.sum(mx.square(mx.array([3, 4])))));
 * norm.item(); // 5
 * ```
 */
export function tidy<T>(fn: () => T): T {
  return inScope("the end of mx.tidy()", fnArg("tidy", fn));
}

/** An open scope; see {@link scope}. */
export interface Scope extends Disposable {
  /** Ends it now; a second call does nothing. */
  close(): void;
}

/**
 * Opens a scope that ends with the block, also across `await`.
 *
 * @returns a disposable: hold it with `using`, or call `close()`
 * @example
 * ```ts
 * {
 *   using s = mx.scope();
 *   const values = await mx.ones([3]).add(1).data();
 * } // every array made since is released
 * ```
 */
export function scope(): Scope {
  const opened = begin("the end of mx.scope()");
  const { use } = opened;
  const close = () => {
    if (opened.use === use) end(opened, []);
  };
  return { close, [Symbol.dispose]: close };
}

/** Takes one array out of its scope. */
function keepArray(array: MLXArray, ending: Ending): void {
  if (isScoped(array)) collect(array, ending);
  else if (array.life === Life.owned && ending === Life.collected) array.life = ending;
}

/**
 * Keeps arrays alive beyond the scope they were made in, and beyond updates that replace them, until
 * nothing refers to them.
 *
 * @param tree - an array, or lists, objects, maps and modules of arrays
 * @returns the same tree
 * @example
 * ```ts
 * const best = mx.keep(model.parameters());
 * ```
 */
export function keep<T>(tree: T): T {
  for (const array of arraysIn(tree)) keepArray(array, Life.collected);
  return tree;
}

/**
 * Gives arrays to an owner, such as an optimizer, that releases them when it replaces them with
 * {@link replace}. Users who want them longer pass them to {@link keep}.
 *
 * @param tree - an array, or lists, objects, maps and modules of arrays
 * @returns the same tree
 * @example
 * ```ts
 * const momentum = mx.own(mx.zeros([2])); // lives beyond its scope, until it is replaced
 * ```
 */
export function own<T>(tree: T): T {
  for (const array of arraysIn(tree)) {
    if (isScoped(array)) collect(array, Life.owned);
    else if (array.life === Life.collected) array.life = Life.owned;
  }
  return tree;
}

/**
 * Lets whoever uses arrays up release them by {@link replace}, before their scope ends or the garbage collector
 * comes: gradients are made so. They end with their scope all the same; arrays that leave a scope are marked
 * after it.
 *
 * @param tree - an array, or lists, objects, maps and modules of arrays
 * @returns the same tree
 * @example
 * ```ts
 * const halved = mx.passOn(mx.tidy(() => ({ w: mx.divide(mx.ones([2]), 2) })));
 * mx.replace(halved, "the next step");
 * halved.w.isReleased; // true
 * ```
 */
export function passOn<T>(tree: T): T {
  for (const array of arraysIn(tree)) {
    if (array.life === Life.scoped) array.life = Life.passing;
    else if (array.life === Life.collected) array.life = Life.owned;
  }
  return tree;
}

/**
 * Releases the arrays of a tree that an owner holds (see {@link own}), or that were passed on; all others stay.
 *
 * @param tree - arrays that were replaced
 * @param by - what replaced them, for the message of a later use
 * @example
 * ```ts
 * const old = mx.own(mx.zeros([2]));
 * mx.replace(old, "the next step");
 * old.isReleased; // true
 * ```
 */
export function replace(tree: unknown, by: string): void {
  for (const array of arraysIn(tree)) if (isPassedOn(array)) release(array, by);
}
