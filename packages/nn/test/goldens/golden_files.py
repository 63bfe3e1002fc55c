"""What the scripts here and the optimizers' share: arrays as JSON, seeded arrays, and golden files with MLX's
version. Arrays are {"shape", "dtype", "data"}, with data row-major."""

import json
import math
from pathlib import Path

import mlx.core as mx
from mlx.utils import tree_flatten

HERE = Path(__file__).parent


# How many digits tell the values of a dtype apart.
DIGITS = {mx.float32: 9, mx.float16: 5, mx.bfloat16: 4}


def short(x, digits=9):
    if isinstance(x, float):
        return float(f"{x:.{digits}g}") if math.isfinite(x) else str(x)
    return x


def plain(array):
    data = array.astype(mx.float32) if array.dtype == mx.bfloat16 else array
    digits = DIGITS.get(array.dtype, 17)
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype).split(".")[-1],
        "data": [short(x, digits) for x in data.reshape(-1).tolist()],
    }


def named(tree):
    return {name: plain(array) for name, array in tree_flatten(tree)}


def write(name, cases, folder=HERE):
    """One line for each case, so that a diff shows which ones changed. Cases without names are numbered."""
    pairs = cases.items() if isinstance(cases, dict) else enumerate(cases)
    lines = [f"  {json.dumps(str(key))}: {json.dumps(case)}" for key, case in pairs]
    head = f'{{\n "mlx": {json.dumps(mx.__version__)},\n "cases": {{\n'
    (folder / f"{name}.json").write_text(head + ",\n".join(lines) + "\n }\n}\n")


def normal(seed, *shape):
    return mx.random.normal(shape, key=mx.random.key(seed))
