"""A family's cases and their JSON form.

A file is {"mlx": version, "inputs": [array, ...], "cases": [case, ...]}.

An array is {"shape": [2, 3], "dtype": "float32", "data": [...], "view"?: name}: `data` is flat and row-major;
a view is taken of the array of that shape: "transpose" reverses all axes, "reverse" walks the first axis
backwards, "step" takes every second item of the last axis, "broadcast" repeats it along a new first axis.
Numbers that JSON lacks are strings: "nan", "inf", "-inf", and integers beyond 2^53 in digits. complex64 is
(re, im) pairs.

A case is {"op": name in TypeScript, "args": [...], "kw"?: {...}, "then"?: [op, ...args], "out": array | [arrays]
| "error": true}; `then` is an op on the result, for results of which only a part is promised.
Arguments are JSON values; {"in": i} is input i, {"slice": [start, stop, step]} a slice, {"n": "nan"} a number
that JSON lacks, {"big": "123"} a bigint.
"""

import json
import math
import re
import zlib

import mlx.core as mx
import numpy as np

FLOATS = ["float32", "float16", "bfloat16"]
INTS = ["int32", "uint8", "int64"]
#: The dtypes that every op is tried with.
USUAL = FLOATS + INTS + ["bool"]
ALL = [
    "bool",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "float32",
    "float64",
    "bfloat16",
    "complex64",
]
DTYPES = {name: mx.bool_ if name == "bool" else getattr(mx, name) for name in ALL}


class Array:
    """An input: its JSON form and the array that Python computes with."""

    def __init__(self, index, value):
        self.index = index
        self.value = value


def name_of(dtype) -> str:
    return str(dtype).removeprefix("mlx.core.").rstrip("_")


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def python_function(op: str):
    """unary "arctan2" and "random.truncatedNormal" alike."""
    place = mx
    *spaces, name = op.split(".")
    for space in spaces:
        place = getattr(place, space)
    return getattr(place, {"variance": "var"}.get(name, snake(name)))


def number(value, dtype: str):
    """One element as JSON holds it, with no more digits than its dtype needs."""
    if dtype == "bool":
        return bool(value)
    if "int" in dtype:
        value = int(value)
        return value if abs(value) < 2**53 else str(value)
    value = float(value)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if dtype == "float64":
        short = value
    elif dtype == "bfloat16":
        short = float(f"{value:.4g}")
    else:
        short = float(str(np.float16(value) if dtype == "float16" else np.float32(value)))
    return int(short) if short.is_integer() and abs(short) < 1e6 and str(short) != "-0.0" else short


def elements(array: mx.array) -> list:
    dtype = name_of(array.dtype)
    if dtype == "complex64":
        flat = np.array(array).reshape(-1).view(np.float32)
    elif dtype == "bfloat16":
        flat = np.array(array.astype(mx.float32)).reshape(-1)
    else:
        flat = np.array(array).reshape(-1)
    return [number(value, dtype) for value in flat.tolist()]


def described(array: mx.array) -> dict:
    return {
        "shape": list(array.shape),
        "dtype": name_of(array.dtype),
        "data": elements(array),
    }


VIEWS = {
    None: lambda a: a,
    "transpose": lambda a: mx.transpose(a),
    "reverse": lambda a: a[::-1],
    "step": lambda a: a[..., ::2],
    "broadcast": lambda a: mx.broadcast_to(a, (2, *a.shape)),
}


class Book:
    def __init__(self, family: str, folder):
        self.family = family
        self.folder = folder
        self.rng = np.random.default_rng(zlib.crc32(family.encode()))
        self.inputs: list[dict] = []
        self.known: dict[str, Array] = {}
        self.cases: list[dict] = []
        self.extra: dict = {}

    def array(self, values, dtype: str, view: str | None = None) -> Array:
        """An input from (nested) numbers; equal ones are written once."""
        if dtype == "complex64":
            made = mx.array(np.array(values, dtype=np.complex64))
        elif isinstance(values, mx.array):
            made = values.astype(DTYPES[dtype])
        else:
            wide = np.array(values)
            kind = {"float64": np.float64, "int64": np.int64, "uint64": np.uint64}.get(dtype)
            if kind is None:
                kind = np.float32 if "float" in dtype else np.bool_ if dtype == "bool" else np.int64
            made = mx.array(wide.astype(kind)).astype(DTYPES[dtype])
            if dtype == "float64":
                # Doubles of numpy would pass through float32.
                made = mx.array(wide.tolist(), DTYPES[dtype])
            if wide.size == 0:
                # Folding an empty array that came from numpy can hang the engine.
                made = mx.zeros(wide.shape, DTYPES[dtype])
        spec = described(made) | ({"view": view} if view else {})
        text = json.dumps(spec)
        if text not in self.known:
            self.known[text] = Array(len(self.inputs), VIEWS[view](made))
            self.inputs.append(spec)
        return self.known[text]

    def normal(self, shape, dtype: str, view: str | None = None, scale=1.0) -> Array:
        """A seeded input: small numbers of few digits, or small integers."""
        if dtype == "bool":
            return self.array(self.rng.integers(0, 2, shape), dtype, view)
        if "int" in dtype:
            low = 0 if dtype.startswith("u") else -9
            return self.array(self.rng.integers(low, 10, shape), dtype, view)
        if dtype == "complex64":
            re, im = np.round(self.rng.normal(0, scale, (2, *shape)), 2)
            return self.array(re + 1j * im, dtype, view)
        return self.array(np.round(self.rng.normal(0, scale, shape), 2), dtype, view)

    def case(self, op: str, *args, py=None, then=None, **kw) -> None:
        """Records what Python gives for a call; `kw` has Python's names."""
        function = py or python_function(op)
        case = {"op": op, "args": [to_json(arg) for arg in args]}
        if kw:
            case["kw"] = {camel(name): to_json(value) for name, value in kw.items()}
        if then:
            case["then"] = then
        try:
            named = {name: to_python(value, name) for name, value in kw.items()}
            out = function(*[to_python(arg) for arg in args], **named)
            if then:
                out = python_function(then[0])(out, *then[1:])
            mx.eval(out)
            several = isinstance(out, (list, tuple))
            case["out"] = [described(item) for item in out] if several else described(out)
        except Exception as error:
            # A wrong call would hide here: what Python refuses must be a value, not the signature.
            if isinstance(error, (TypeError, AttributeError, NameError)) and "got unsupported type" not in str(error):
                raise RuntimeError(f"{case}: {error}") from error
            case["error"] = True
        self.cases.append(case)

    def write(self) -> None:
        path = self.folder / f"{self.family}.json"
        lines = [json.dumps(case, separators=(",", ":"), allow_nan=False) for case in self.cases]
        inputs = [json.dumps(spec, separators=(",", ":"), allow_nan=False) for spec in self.inputs]
        head = json.dumps({"mlx": mx.__version__} | self.extra)[:-1]
        text = f'{head},\n"inputs":[\n' + ",\n".join(inputs) + '\n],\n"cases":[\n' + ",\n".join(lines) + "\n]}\n"
        path.write_text(text)
        errors = sum("error" in case for case in self.cases)
        print(f"{self.family}: {len(self.cases)} cases, {errors} of them errors, {len(text) / 1000:.0f} kB")


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def to_json(value):
    if isinstance(value, Array):
        return {"in": value.index}
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"n": "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return {"big": str(value)}
    if value is Ellipsis:
        return "..."
    return value


def to_python(value, name: str | None = None):
    if isinstance(value, Array):
        return value.value
    if isinstance(value, str) and value in DTYPES:
        return DTYPES[value]
    if isinstance(value, list) and name != "axes_list":
        return [to_python(item) for item in value]
    return value
