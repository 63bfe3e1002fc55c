// Where core's API is not Python's in camelCase: the name we use instead, and why. nn's and optimizers'
// are in library-notes.ts.

/** What FEATURES.md says of a name that is not simply the same. */
export type Note =
  | {
      readonly state: "differs";
      readonly ours?: string;
      readonly why: string;
      /** Parameters of nn and optimizers that are not compared with Python's. */
      readonly parameters?: readonly string[];
    }
  | { readonly state: "same"; readonly ours: string; readonly why: string }
  | {
      readonly state: "not applicable";
      readonly ours?: undefined;
      readonly why: string;
    };

/** Another name, or none: a way to write it. */
export const differs = (ours: string, why: string): Note => ({ state: "differs", ours, why });
/** What the rule would not find. */
export const same = (ours: string, why = ""): Note => ({ state: "same", ours, why });
/** The same name, which does something else than in Python. */
export const but = (why: string, parameters: readonly string[] = []): Note => ({
  state: "differs",
  why,
  parameters,
});
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

/** Classes that are functions, types or nothing here. */
const classes: Readonly<Record<string, Note>> = {
  ArrayIterator: differs("MLXArray[Symbol.iterator]", "JavaScript's own iterators"),
  FunctionExporter: differs("FunctionExporter", "a type: `mx.exporter(file, fn)` gives one"),
  "FunctionExporter.close": same("FunctionExporter.close", "also at the end of a `using` block"),
  "ThreadLocalStream.device": same("ThreadLocalStream.device"),
  "custom_function.jvp": same("mx.customFunction(fn).jvp"),
  "custom_function.vjp": same("mx.customFunction(fn).vjp"),
  "custom_function.vmap": same("mx.customFunction(fn).vmap"),
  "distributed.Group.rank": same("Group.rank"),
  "distributed.Group.size": same("Group.size"),
  "distributed.Group.split": same("Group.split"),
};

/** Names that do something else than in Python, mostly where Python's process would end. */
const behaviour: Readonly<Record<string, Note>> = {
  array: but("also `MLXArray`, the class; a number or a list of numbers is float32"),
  asarray: but("`copy: false` works for an array of the same dtype, which Python refuses"),
  broadcast_shapes: but("negative sizes are refused"),
  clear_streams: but("default streams are made anew, so that the thread can go on"),
  conv1d: but(
    "the gradient has the right shape where Python's has not: dilated inputs with wide padding",
  ),
  conv2d: but("see `conv1d`"),
  conv3d: but("see `conv1d`"),
  conv_general: but("see `conv1d`"),
  conv_transpose1d: but("see `conv1d`"),
  conv_transpose2d: but("see `conv1d`"),
  conv_transpose3d: but("see `conv1d`"),
  as_strided: but("reads outside of the array are refused"),
  block_masked_mm: but("masks of a batch are not added up, as MLX does on the CPU"),
  dequantize: but("sizes that `quantize` does not make are refused"),
  diff: but("an order beyond 4096 is refused"),
  divmod: but("whole numbers divided by 0 do not end the process"),
  einsum: but("an unknown label of the result is refused by name; at most 64 operands"),
  einsum_path: but("see `einsum`"),
  eval: differs("mx.eval(...trees)", "alone as `evaluate`: JavaScript keeps the word"),
  exporter: but("the file appears at `close()`"),
  from_fp8: but("float64 goes through float32; Python's numbers are wrong"),
  to_fp8: but("see `from_fp8`"),
  gather_mm: but("indices are clamped"),
  gather_qmm: but("indices are clamped"),
  gather_qqmm: but("indices are clamped; refused where the engine has no kernel, at the call"),
  grad: but("no `argnames`: differentiate a tree; a list of argnums keeps its order"),
  value_and_grad: but("see `grad`"),
  hadamard_transform: but("sizes that MLX's CPU computes wrongly (36, 60, 84, ...) are refused"),
  import_function: but(
    "files with indices or ops that MLX would not check are refused; disposable",
  ),
  load: but("also `*.safetensors.index.json`, and bytes instead of a file"),
  meshgrid: but("also a list of arrays; at most 64"),
  broadcast_arrays: but("also a list of arrays"),
  new_thread_unsafe_stream: but("one thread at a time: the engine's table has no lock"),
  pad: but("`constantValues` must be one number, whose gradient is right"),
  put_along_axis: but("indices are clamped"),
  take: but("indices are clamped"),
  take_along_axis: but("indices are clamped"),
  qqmm: but("affine mode is refused; also, at the call, what the engine has no kernel for"),
  quantize: but("float64 is refused; without biases the result has two arrays"),
  quantized_matmul: but("float64 is refused"),
  save_gguf: but("more than 8 axes and an alignment other than 32 are refused"),
  save_safetensors: but(
    "a tensor named `__metadata__` is refused; see also `saveShardedSafetensors`",
  ),
  savez: but("takes a list or a record too"),
  savez_compressed: but("takes a list or a record too"),
  logsumexp: but("integers count as float32; in MLX small ones wrap round"),
  softmax: but("integers count as float32; along some axes MLX gives integers"),
  segmented_mm: but(
    "segments are clamped; halves, which MLX's CPU gets wrong, go by way of float32",
  ),
  slice: but("without an array it makes a slice for `a.index`; the C++ form with lists exists too"),
  slice_update: but("with lists of starts and stops, the C++ form too"),
  split: but("at most 4096 pieces of an empty axis"),
  std: but("`correction`, which Python hides, is named"),
  var: differs("mx.var", "alone as `variance`; `correction`, which Python hides, is named"),
  unstack: but("at most 4096 pieces"),
  vmap: but(
    "ops without a rule are computed one by one; an output that does not depend on the batch may have the axis `null`",
  ),
  "array.at": but("division of integers is refused; indices out of bounds are refused or clamped"),
  "array.item": but("an int64 beyond 2^53 is a bigint; complex is `{ re, im }`"),
  "array.tolist": but("an int64 beyond 2^53 is a bigint; complex is `{ re, im }`"),
  "array.var": but("`correction`, which Python hides, is named"),
  "array.std": but("`correction`, which Python hides, is named"),
  "distributed.init": but("a group of several processes belongs to one thread"),
  "fast.cross_entropy": but("classes out of range are clamped"),
  "fast.cuda_kernel": but("names must be C++ identifiers; UNSUPPORTED without CUDA"),
  "fast.gated_delta_update": but("shapes and dtypes are those that the docs say"),
  "fast.metal_kernel": but("names must be C++ identifiers; UNSUPPORTED without Metal"),
  "fast.precompiled_cuda_kernel": but(
    "a number is float32, a bigint int32; UNSUPPORTED without CUDA",
  ),
  "fft.istft": but("a negative length, and more than 4096 overlaps, are refused"),
  "fft.stft": but("more than 4096 reflections are refused"),
  "linalg.eig": but("NaN and infinity are refused: they end Python's process"),
  "linalg.eigvals": but("NaN and infinity are refused: they end Python's process"),
  "linalg.eigh": but("`uplo`; NaN and infinity are refused"),
  "linalg.eigvalsh": but("`uplo`; NaN and infinity are refused"),
  "linalg.inv": but("matrices without elements give an empty result: they end Python's process"),
  "linalg.lu": but("see `inv`"),
  "linalg.lu_factor": but("see `inv`"),
  "linalg.cholesky_inv": but("see `inv`"),
  "linalg.tri_inv": but("see `inv`"),
  "linalg.solve": but("see `inv`"),
  "linalg.norm": but("axes out of bounds are refused; NaN for the orders 2, -2 and nuc too"),
  matrix_norm: but("see `linalg.norm`"),
  "linalg.pinv": but("NaN and infinity are refused"),
  "linalg.svd": but("NaN and infinity are refused"),
  "metal.start_capture": but("UNSUPPORTED without Metal, where Python does nothing"),
  "metal.stop_capture": but("UNSUPPORTED without Metal, where Python does nothing"),
  "random.multivariate_normal": but("a covariance with NaN or infinity is refused"),
};

const inCore = (table: Readonly<Record<string, Note>>): Readonly<Record<string, Note>> =>
  Object.fromEntries(
    Object.entries(table).map(([name, note]) => [`mlx.core.${name}`, note] as const),
  );

/** By the full Python name. */
export const coreNotes: Readonly<Record<string, Note>> = {
  ...Object.fromEntries([...binary, ...reflected]),
  ...inCore({ ...values, ...classes, ...behaviour }),
  ...Object.fromEntries(Object.entries(others).map(([name, note]) => [dunder(name), note])),
};
