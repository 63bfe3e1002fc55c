// Where our API is not Python's in camelCase: the name we use instead, and why.

/** What FEATURES.md says of a name that is not simply the same. */
export type Note =
  | { readonly state: "differs"; readonly ours: string; readonly why: string }
  | { readonly state: "same"; readonly ours: string; readonly why: string }
  | { readonly state: "not applicable"; readonly ours?: undefined; readonly why: string };

const differs = (ours: string, why: string): Note => ({ state: "differs", ours, why });
const same = (ours: string, why = ""): Note => ({ state: "same", ours, why });
const absent = (why: string): Note => ({ state: "not applicable", why });

const operator = "JavaScript has no operator overloading";

/** Operators of arrays, and the methods that stand for them. */
const operators: readonly (readonly [python: string, ours: string])[] = [
  ["add", "add"],
  ["sub", "subtract"],
  ["mul", "multiply"],
  ["truediv", "divide"],
  ["floordiv", "floorDivide"],
  ["mod", "remainder"],
  ["pow", "power"],
  ["matmul", "matmul"],
  ["and", "bitwiseAnd"],
  ["or", "bitwiseOr"],
  ["xor", "bitwiseXor"],
  ["lshift", "leftShift"],
  ["rshift", "rightShift"],
];

const dunder = (name: string): string => `mlx.core.array.__${name}__`;

const inPlace = `${operator}; assign the result, or \`a.at(...).assign(v)\` to keep the handle`;

const binary: readonly (readonly [string, Note])[] = operators.flatMap(([python, ours]) => [
  [dunder(python), differs(`a.${ours}(b)`, operator)] as const,
  [dunder(`i${python}`), differs(`a = a.${ours}(b)`, inPlace)] as const,
]);

const reflected: readonly (readonly [string, Note])[] = operators
  .filter(([python]) => /^(add|sub|mul|truediv|floordiv|mod|pow)$/.test(python))
  .map(([python, ours]) => [dunder(`r${python}`), differs(`mx.${ours}(2, a)`, operator)]);

const others: Readonly<Record<string, Note>> = {
  abs: differs("a.abs()", operator),
  div: differs("a.divide(b)", operator),
  rdiv: differs("mx.divide(2, a)", operator),
  eq: differs("a.equal(b)", operator),
  ne: differs("a.notEqual(b)", operator),
  lt: differs("a.less(b)", operator),
  le: differs("a.lessEqual(b)", operator),
  gt: differs("a.greater(b)", operator),
  ge: differs("a.greaterEqual(b)", operator),
  neg: differs("a.negative()", operator),
  pos: absent("the array itself"),
  invert: differs("a.bitwiseInvert()", operator),
  getitem: differs("a.index(...)", 'also as text: `a.index("0, 1:3, None, ...")`'),
  setitem: differs("a.at(...).assign(v)", "also `a.at(...).set(v)`, which gives a new array"),
  len: differs("a.shape[0]", ""),
  iter: same("MLXArray[Symbol.iterator]", "`for (const row of a)`"),
  bool: differs("a.item<boolean>()", "an object is always true in JavaScript"),
  int: differs("a.item()", ""),
  index: differs("a.item()", ""),
  float: differs("a.item()", ""),
  complex: differs("a.item<Complex>()", ""),
  bytes: differs("a.toTypedArray()", "its `.buffer` has the bytes, row-major"),
  repr: same("MLXArray.toString", "console.log shows the same"),
  format: absent("JavaScript's templates take no formats"),
  copy: differs("mx.array(a)", "arrays are immutable but for `assign`"),
  deepcopy: differs("mx.array(a)", "arrays are immutable but for `assign`"),
  getstate: absent("pickling; use `mx.save`"),
  setstate: absent("pickling; use `mx.load`"),
  array: differs("a.toTypedArray()", "numpy's protocol"),
  array_namespace: absent("a protocol of Python's array libraries"),
  dlpack: absent("a protocol of Python's array libraries"),
  dlpack_device: absent("a protocol of Python's array libraries"),
};

/** Dtypes, constants, printing, and arrays from values. */
const values: Readonly<Record<string, Note>> = {
  Dtype: differs("DType", 'dtypes are texts: `mx.float32 === "float32"`'),
  "Dtype.size": differs("mx.itemsize(dtype)", "dtypes are texts"),
  bool_: same("mx.bool"),
  DtypeCategory: differs("DTypeCategory", "a type: categories are texts, `mx.floating`"),
  ...Object.fromEntries(
    [
      "complexfloating",
      "floating",
      "inexact",
      "signedinteger",
      "unsignedinteger",
      "integer",
      "number",
      "generic",
    ].map((name) => [`DtypeCategory.${name}`, differs(`mx.${name}`, "a text")] as const),
  ),
  ...Object.fromEntries(
    ["bits", "dtype", "eps", "max", "min"].map(
      (name) => [`finfo.${name}`, same(`mx.finfo(dtype).${name}`)] as const,
    ),
  ),
  "finfo.smallest_normal": same("mx.finfo(dtype).smallestNormal"),
  "iinfo.dtype": same("mx.iinfo(dtype).dtype"),
  "iinfo.max": same("mx.iinfo(dtype).max", "a bigint for 64 bits"),
  "iinfo.min": same("mx.iinfo(dtype).min", "a bigint for 64 bits"),
  ArrayLike: differs("ArrayLike", "a type; Python's class wraps objects with `__mlx_array__`"),
  from_dlpack: absent("JavaScript has no DLPack; typed arrays go through `mx.array`"),
  __version__: differs(
    "nativeBackend.engineVersion",
    "the engine's; `mx.version` is the package's",
  ),
  PrintOptions: differs("PrintOptions", "a type: `mx.setPrintoptions({ precision: 3 })`"),
  "PrintOptions.precision": same("mx.getPrintoptions().precision"),
};

/** By the full Python name. */
export const notes: Readonly<Record<string, Note>> = {
  ...Object.fromEntries([...binary, ...reflected]),
  ...Object.fromEntries(
    Object.entries(values).map(([name, note]) => [`mlx.core.${name}`, note] as const),
  ),
  ...Object.fromEntries(Object.entries(others).map(([name, note]) => [dunder(name), note])),
};
