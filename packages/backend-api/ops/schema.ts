// The shape of the op table's rows. A row says all that is regular about an op; the generator
// (../scripts/generate) writes interface, core function, method and native registration from it.

/** How an argument travels: its public type, the backend's type, and its C++ type follow from this. */
export type ArgKind =
  | "array" // an array; a number alone becomes float32
  | "arrayOrNull"
  | "operand" // an array or a weak scalar, which follows the other operands' dtype
  | "operandOrNull"
  | "indices" // an array of indices; numbers become int32
  | "indicesOrNull"
  | "indexArrays" // a list of arrays of indices
  | "arrays" // a list of arrays
  | "int"
  | "intOrNull"
  | "float"
  | "floatOrNull"
  | "bool"
  | "boolOrNull"
  | "axisOrNull" // one axis, or null for the flattened array
  | "axes" // one axis or several
  | "axesOrNull" // ... or null for all
  | "shape" // one size or several
  | "shapeOrNull"
  | "ints" // a list of integers
  | "intsOrNull"
  | "pair" // one integer for both places, or two
  | "triple" // one integer for all places, or three
  | "choice" // one of some words
  | "choiceOrNull"
  | "text"
  | "dtype"
  | "dtypeOrNull"
  | "key"; // a PRNG key; null takes the next one of the global state

/** One argument of an op. */
export interface Arg {
  readonly name: string;
  readonly kind: ArgKind;
  /** Shape, dtype or unit, and what it means. */
  readonly doc: string;
  /** The default as TypeScript source; without it the argument is required. */
  readonly default?: string;
  /** Keyword-only in Python: lives in the options object alone; without a default it must be given. */
  readonly keyword?: true;
  /** The words of a choice. */
  readonly choices?: readonly string[];
}

/** An example: an expression over `mx`, and what `tolist()` (or the value itself) gives as JSON. */
export type Example = readonly [code: string, gives: string];

/** One row of the table. */
export interface Op {
  /** The name in TypeScript. */
  readonly name: string;
  /** The name in Python, when camelCase does not give it back. */
  readonly python?: string;
  /** required: every backend supplies it; composed: a default exists; extension: optional. */
  readonly tier: "required" | "composed" | "extension";
  /** One sentence. */
  readonly doc: string;
  readonly args: readonly Arg[];
  /** Shape and dtype of the result. */
  readonly returns: string;
  /** What is refused, beyond values of the wrong kind. */
  readonly throws?: string;
  readonly examples: readonly Example[];
  /** Whether MLXArray has it as a method. */
  readonly method?: true;
  /** `arrays` for ops that return a list; the names of the parts for those that return a tuple. */
  readonly result?: "arrays" | readonly string[];
  /** Other names that Python gives the same function. */
  readonly aliases?: readonly string[];
  /** The core function is by hand, with overloads that the rule cannot say: in core/src/handmade, or in its namespace's file. */
  readonly handmade?: string;
  /** The op whose function by hand has this as another form; the row has no public name of its own. */
  readonly overloads?: string;
  /** The C++ expression; default `mx::<python name>(<arguments>, s)`. */
  readonly cpp?: string;
  /** A word about the source: a paper, or how it differs from Python. */
  readonly see?: string;
}

/** A family of ops: one file of the same name in every package. */
export interface Family {
  readonly name: string;
  /** What the family holds, for the heads of the generated files. */
  readonly doc: string;
  /** The C++ namespace below `mlx::core`, for families such as random. */
  readonly namespace?: string;
  /** The header of guards that its C++ expressions need beyond guards.h. */
  readonly header?: string;
  readonly ops: readonly Op[];
}

const arg =
  (kind: ArgKind) =>
  (name: string, doc: string, options: { default?: string; keyword?: true } = {}): Arg => ({
    name,
    kind,
    doc,
    ...options,
  });

export const array = arg("array");
export const arrayOrNull = arg("arrayOrNull");
export const operand = arg("operand");
export const operandOrNull = arg("operandOrNull");
export const indices = arg("indices");
export const indicesOrNull = arg("indicesOrNull");
export const indexArrays = arg("indexArrays");
export const arrays = arg("arrays");
export const int = arg("int");
export const intOrNull = arg("intOrNull");
export const float = arg("float");
export const floatOrNull = arg("floatOrNull");
export const bool = arg("bool");
export const boolOrNull = arg("boolOrNull");
export const axisOrNull = arg("axisOrNull");
export const axes = arg("axes");
export const axesOrNull = arg("axesOrNull");
export const shape = arg("shape");
export const shapeOrNull = arg("shapeOrNull");
export const ints = arg("ints");
export const intsOrNull = arg("intsOrNull");
export const pair = arg("pair");
export const triple = arg("triple");
export const text = arg("text");
export const dtype = arg("dtype");
export const dtypeOrNull = arg("dtypeOrNull");

/** One of some words. */
export const choice = (
  name: string,
  choices: readonly string[],
  doc: string,
  options: { default?: string } = {},
): Arg => ({ name, kind: "choice", doc, choices, ...options });

/** One of some words, or null. */
export const choiceOrNull = (name: string, choices: readonly string[], doc: string): Arg => ({
  name,
  kind: "choiceOrNull",
  doc,
  choices,
  default: "null",
});

/** A keyword-only argument. */
export const keyword = (of: Arg): Arg => ({ ...of, keyword: true });

/** The PRNG key that every random op takes. */
export const key: Arg = {
  name: "key",
  kind: "key",
  default: "null",
  doc: "a PRNG key, uint32 of shape `[2]`; `null` takes the next key of the global state",
};
