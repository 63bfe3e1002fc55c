// The arrays of a backend that differentiates, and the graph behind them: how long both live, and what is
// recorded when. It knows nothing of ops and of rules.

import type { Backend, Handle, Placement } from "../backend.js";
import { MLXError } from "../errors.js";

/**
 * An array, and how it came about. Values and nodes are counted by those who hold them, so that every
 * handle of the base is released once, when the last of them is gone.
 */
export class Value<H extends Handle> {
  references = 0;

  /**
   * @param handle - the base's array, which the value owns
   * @param node - what computed it, while a transform records that
   * @param place - which of the node's results it is
   */
  constructor(
    readonly handle: H,
    readonly node: Node<H> | undefined,
    readonly place: number,
  ) {}
}

/**
 * A handle of a backend made by `withAutodiff`: one reference to an array of its base. Backends make them, and
 * take them back by `release`; a second release is ignored.
 *
 * @typeParam H - the base's handle
 */
export class Variable<H extends Handle = Handle> {
  /**
   * `undefined` once the handle was given back.
   *
   * @hidden
   */
  value: Value<H> | undefined;

  /** @hidden */
  constructor(value: Value<H>) {
    value.references++;
    this.value = value;
  }
}

/** How a gradient is asked for. */
export interface Pulled<H extends Handle> {
  /** The cotangents of the node's results; `undefined` is zero. At least one is not. */
  readonly cotangents: readonly (Variable<H> | undefined)[];
  /** The node's inputs, to compute with. */
  readonly inputs: readonly Variable<H>[];
  /** The node's results, to compute with. */
  readonly results: readonly Variable<H>[];
  /** Which inputs' gradients are wanted. */
  readonly wanted: readonly boolean[];
  /** Whether the gradient is only a step to the forward derivative; see `jvp`. */
  readonly transposing: boolean;
}

/** Gives a gradient for each input that wants one; `undefined` is zero. */
export type Pull<H extends Handle> = (asked: Pulled<H>) => readonly (Variable<H> | undefined)[];

/** One call of a transform, from the start of its function until its results are complete. */
export class Trace<H extends Handle> {
  /** Whether ops on what depends on its inputs are recorded. */
  recording = true;
  /** What was recorded for it and is still held by somebody. */
  readonly nodes = new Set<Node<H>>();

  /**
   * @param depth - how many transforms are around it
   */
  constructor(readonly depth: number) {}
}

/** A computation that was recorded. */
export class Node<H extends Handle> {
  /** How many values have it. */
  references = 0;

  /**
   * @param id - greater than those of all nodes that it depends on
   * @param trace - the outermost trace that it is part of
   * @param inputs - counted while it lives
   * @param results - handles of its own to what it computed: values would be held by it, and hold it
   * @param at - where it ran
   */
  constructor(
    readonly id: number,
    readonly trace: Trace<H>,
    public inputs: readonly Value<H>[],
    public results: readonly H[],
    public pull: Pull<H> | undefined,
    readonly at: Placement | undefined,
  ) {}
}

/** All values and traces over one base. */
export class Graph<H extends Handle> {
  #traces = 0;
  #lastId = 0;
  /** What the running rule or transform made, to be released when it ends. */
  #made: Variable<H>[] | undefined;

  constructor(readonly base: Backend<H>) {}

  /** The value of a handle that was not given back. */
  value(variable: Variable<H>): Value<H> {
    if (variable.value) return variable.value;
    throw new MLXError(`[${this.base.id}] this handle was given back already`, "RELEASED");
  }

  /** The base's handle; it stays the value's. */
  handle(variable: Variable<H>): H {
    return this.value(variable).handle;
  }

  /** A variable over a fresh handle of the base, which depends on nothing. */
  fresh(handle: H): Variable<H> {
    return new Variable(new Value(handle, undefined, 0));
  }

  /** A second variable of the same value. */
  share(variable: Variable<H>): Variable<H> {
    return new Variable(this.value(variable));
  }

  /** A variable of the same array that depends on nothing. */
  detached(variable: Variable<H>): Variable<H> {
    const value = this.value(variable);
    return value.node ? this.fresh(this.base.retain(value.handle)) : new Variable(value);
  }

  /** Gives variables back; those that were are ignored. */
  release(variables: Iterable<Variable<H> | undefined>): void {
    const values: Value<H>[] = [];
    for (const variable of variables) {
      if (!variable?.value) continue;
      values.push(variable.value);
      variable.value = undefined;
    }
    this.#drop(values);
  }

  /** Moves one variable's value into another. */
  exchange(into: Variable<H>, from: Variable<H>): void {
    const value = this.value(from);
    from.value = undefined;
    const old = into.value;
    into.value = value;
    if (old) this.#drop([old]);
  }

  /** Whether what is computed from a variable is recorded. */
  isRecorded(variable: Variable<H>): boolean {
    return variable.value?.node?.trace.recording === true;
  }

  /**
   * Variables over results that depend on inputs.
   *
   * @param inputs - at least one is recorded, or `trace` says for whom this is
   * @param results - fresh handles of the base
   * @param pull - the way back
   * @param at - where it ran
   * @param trace - for inputs of a transform: its trace
   */
  record(
    inputs: readonly Variable<H>[],
    results: readonly H[],
    pull: Pull<H>,
    at?: Placement,
    trace?: Trace<H>,
  ): Variable<H>[] {
    const values = inputs.map((input) => this.value(input));
    let outermost = trace;
    for (const { node } of values) {
      if (!node?.trace.recording) continue;
      if (!outermost || node.trace.depth < outermost.depth) outermost = node.trace;
    }
    if (!outermost) return results.map((handle) => this.fresh(handle));
    const own = results.map((handle) => this.base.retain(handle));
    const node = new Node(++this.#lastId, outermost, values, own, pull, at);
    for (const value of values) value.references++;
    outermost.nodes.add(node);
    return results.map((handle, place) => {
      node.references++;
      return new Variable(new Value(handle, node, place));
    });
  }

  /** A node's inputs and results as variables, to be released with {@link scoped}. */
  opened(node: Node<H>): { inputs: Variable<H>[]; results: Variable<H>[] } {
    return {
      inputs: node.inputs.map((value) => this.made(new Variable(value))),
      results: node.results.map((handle, place) => {
        node.references++;
        return this.made(new Variable(new Value(this.base.retain(handle), node, place)));
      }),
    };
  }

  /** Begins a transform. */
  begin(): Trace<H> {
    return new Trace(this.#traces++);
  }

  /** Ends a transform: what was recorded for it is forgotten, also where somebody holds its values. */
  end(trace: Trace<H>): void {
    this.#traces--;
    trace.recording = false;
    const handles: H[] = [];
    const values: Value<H>[] = [];
    for (const node of trace.nodes) this.#empty(node, handles, values);
    if (handles.length > 0) this.base.release(handles);
    this.#drop(values);
  }

  /** Notes a variable that the running rule or transform made. */
  made(variable: Variable<H>): Variable<H> {
    this.#made?.push(variable);
    return variable;
  }

  /** Runs a rule, or a part of a transform. What it makes is released; it shares what is to stay. */
  scoped<T>(run: () => T): T {
    const outer = this.#made;
    const mine: Variable<H>[] = [];
    this.#made = mine;
    try {
      return run();
    } finally {
      this.#made = outer;
      this.release(mine);
    }
  }

  /** Runs a caller's function, which owns what it makes. */
  unscoped<T>(run: () => T): T {
    const outer = this.#made;
    this.#made = undefined;
    try {
      return run();
    } finally {
      this.#made = outer;
    }
  }

  /** Drops references; a loop, since chains of values may be longer than the stack. */
  #drop(values: Value<H>[]): void {
    const handles: H[] = [];
    for (let value = values.pop(); value; value = values.pop()) {
      if (--value.references > 0) continue;
      handles.push(value.handle);
      const { node } = value;
      if (node && --node.references === 0) this.#empty(node, handles, values);
    }
    if (handles.length > 0) this.base.release(handles);
  }

  /** Takes away what a node holds. */
  #empty(node: Node<H>, handles: H[], values: Value<H>[]): void {
    node.trace.nodes.delete(node);
    handles.push(...node.results);
    values.push(...node.inputs);
    node.results = [];
    node.inputs = [];
    node.pull = undefined;
  }
}
