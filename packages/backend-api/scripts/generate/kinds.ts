// What each kind of argument is in each layer: the public type, the backend's type, how core checks
// it, how native encodes it, and what C++ receives.

import type { Arg, ArgKind, Family, Op } from "../../ops/schema.js";

interface Kind {
  /** Type in core's signatures; `WORDS` stands for the words of a choice. */
  readonly public: string;
  /** Type in the Backend interface. */
  readonly backend: string;
  /** Core's checking function, in core/src/arguments.ts. */
  readonly check: string;
  /** Native's encoding function in native/src/wire.ts; none passes the value on. */
  readonly encode?: string;
  /** Parameter type in the C++ rows. */
  readonly cpp: string;
  /** Whether core may find the backend from it. */
  readonly arrayLike?: true;
}

export const kinds: Readonly<Record<ArgKind, Kind>> = {
  array: {
    public: "ArrayLike",
    backend: "H",
    check: "arrayArg",
    cpp: "const mx::array&",
    arrayLike: true,
  },
  arrayOrNull: {
    public: "ArrayLike | null",
    backend: "H | null",
    check: "arrayOrNullArg",
    encode: "handleOrNull",
    cpp: "const std::optional<mx::array>&",
    arrayLike: true,
  },
  operand: {
    public: "ArrayLike",
    backend: "O",
    check: "operandArg",
    encode: "operand",
    cpp: "const Operand&",
    arrayLike: true,
  },
  operandOrNull: {
    public: "ArrayLike | null",
    backend: "O | null",
    check: "operandOrNullArg",
    encode: "operandOrNull",
    cpp: "const OptionalOperand&",
    arrayLike: true,
  },
  indices: {
    public: "ArrayLike",
    backend: "H",
    check: "indicesArg",
    cpp: "const mx::array&",
    arrayLike: true,
  },
  indicesOrNull: {
    public: "ArrayLike | null",
    backend: "H | null",
    check: "indicesOrNullArg",
    encode: "handleOrNull",
    cpp: "const std::optional<mx::array>&",
    arrayLike: true,
  },
  indexArrays: {
    public: "readonly ArrayLike[]",
    backend: "readonly H[]",
    check: "indexArraysArg",
    encode: "list",
    cpp: "const std::vector<mx::array>&",
    arrayLike: true,
  },
  arrays: {
    public: "readonly ArrayLike[]",
    backend: "readonly H[]",
    check: "arraysArg",
    encode: "list",
    cpp: "const std::vector<mx::array>&",
    arrayLike: true,
  },
  int: { public: "number", backend: "number", check: "intArg", cpp: "int" },
  intOrNull: {
    public: "number | null",
    backend: "number | null",
    check: "intOrNullArg",
    encode: "intOrNull",
    cpp: "std::optional<int>",
  },
  float: { public: "number", backend: "number", check: "floatArg", cpp: "double" },
  floatOrNull: {
    public: "number | null",
    backend: "number | null",
    check: "floatOrNullArg",
    cpp: "std::optional<double>",
  },
  bool: { public: "boolean", backend: "boolean", check: "boolArg", cpp: "bool" },
  boolOrNull: {
    public: "boolean | null",
    backend: "boolean | null",
    check: "boolOrNullArg",
    cpp: "std::optional<bool>",
  },
  axisOrNull: {
    public: "number | null",
    backend: "number | null",
    check: "intOrNullArg",
    encode: "intOrNull",
    cpp: "std::optional<int>",
  },
  axes: {
    public: "number | readonly number[]",
    backend: "readonly number[]",
    check: "intsArg",
    encode: "list",
    cpp: "const std::vector<int>&",
  },
  axesOrNull: {
    public: "number | readonly number[] | null",
    backend: "readonly number[] | null",
    check: "intsOrNullArg",
    encode: "listOrNull",
    cpp: "const std::optional<std::vector<int>>&",
  },
  shape: {
    public: "number | readonly number[]",
    backend: "readonly number[]",
    check: "intsArg",
    encode: "list",
    cpp: "const mx::Shape&",
  },
  shapeOrNull: {
    public: "number | readonly number[] | null",
    backend: "readonly number[] | null",
    check: "intsOrNullArg",
    encode: "listOrNull",
    cpp: "const std::optional<mx::Shape>&",
  },
  ints: {
    public: "readonly number[]",
    backend: "readonly number[]",
    check: "intsArg",
    encode: "list",
    cpp: "const std::vector<int>&",
  },
  intsOrNull: {
    public: "readonly number[] | null",
    backend: "readonly number[] | null",
    check: "intsOrNullArg",
    encode: "listOrNull",
    cpp: "const std::optional<std::vector<int>>&",
  },
  pair: {
    public: "number | readonly [number, number]",
    backend: "readonly [number, number]",
    check: "pairArg",
    encode: "list",
    cpp: "std::pair<int, int>",
  },
  triple: {
    public: "number | readonly [number, number, number]",
    backend: "readonly [number, number, number]",
    check: "tripleArg",
    encode: "list",
    cpp: "std::tuple<int, int, int>",
  },
  choice: {
    public: "WORDS",
    backend: "WORDS",
    check: "choiceArg",
    encode: "choice",
    cpp: "int",
  },
  choiceOrNull: {
    public: "WORDS | null",
    backend: "WORDS | null",
    check: "choiceOrNullArg",
    encode: "choiceOrNull",
    cpp: "int",
  },
  text: { public: "string", backend: "string", check: "textArg", cpp: "const std::string&" },
  dtype: {
    public: "DType",
    backend: "DType",
    check: "dtypeArg",
    encode: "dtypeCode",
    cpp: "mx::Dtype",
  },
  dtypeOrNull: {
    public: "DType | null",
    backend: "DType | null",
    check: "dtypeOrNullArg",
    encode: "dtypeCodeOrNull",
    cpp: "std::optional<mx::Dtype>",
  },
  key: {
    public: "ArrayLike | null",
    backend: "H",
    check: "keyArg",
    cpp: "const mx::array&",
    arrayLike: true,
  },
};

const words = (arg: Arg): string => (arg.choices ?? []).map((word) => `"${word}"`).join(" | ");

/** An argument's type in core's signatures. */
export const publicType = (arg: Arg): string =>
  kinds[arg.kind].public.replace("WORDS", () => words(arg));
/** An argument's type in the Backend interface. */
export const backendType = (arg: Arg): string =>
  kinds[arg.kind].backend.replace("WORDS", () => words(arg));

/** What an op returns, over arrays of type `one`. */
export function resultType(op: Op, one: string): string {
  if (op.result === undefined) return one;
  if (op.result === "arrays") return `${one}[]`;
  return `[${op.result.map((part) => `${part}: ${one}`).join(", ")}]`;
}

/** The name of the constant that holds the words of a choice. */
export const choicesName = (op: Op, arg: Arg): string => `${op.name}${capital(arg.name)}Words`;

/** The constants with the words of an op's choices. */
export const choicesOf = (op: Op): string =>
  op.args
    .filter((a) => a.choices)
    .map(
      (a) =>
        `const ${choicesName(op, a)} = [${(a.choices ?? []).map((w) => `"${w}"`).join(", ")}] as const;\n`,
    )
    .join("");

export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `takeAlongAxis` -> `take_along_axis`; `log1p`, `conv2d` stay. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The op's name in the Backend interface: families with a namespace carry it as a prefix. */
export const backendName = (family: Family, op: Op): string =>
  family.namespace ? family.namespace + capital(op.name) : op.name;

/** The op's name in messages: as users call it. */
export const publicName = (family: Family, op: Op): string =>
  family.namespace ? `${family.namespace}.${op.name}` : op.name;

/** The op's name in Python. */
export const pythonName = (family: Family, op: Op): string =>
  `mlx.core.${family.namespace ? `${family.namespace}.` : ""}${op.python ?? snake(op.name)}`;

export const required = (op: Op): Arg[] =>
  op.args.filter((a) => a.default === undefined && !a.keyword && a.kind !== "key");
export const optional = (op: Op): Arg[] =>
  op.args.filter((a) => (a.default !== undefined || a.kind === "key") && !a.keyword);
export const keywords = (op: Op): Arg[] => op.args.filter((a) => a.keyword);

/** `options` or, where Python requires a keyword argument, an object that must be given. */
export const optionsMark = (op: Op): "" | "?" =>
  keywords(op).some((a) => a.default === undefined) ? "" : "?";

/** Line 1 of every generated file. */
export const banner = (family: Family | null): string =>
  `// Generated by \`pnpm generate\` from packages/backend-api/ops/${family ? `${family.name}.ts` : ""}. Do not edit.`;
