"""What the scripts here share: arrays as JSON, seeded arrays, and golden files with MLX's version."""

import json
import math
from pathlib import Path

import mlx.core as mx
from mlx.utils import tree_flatten

HERE = Path(__file__).parent


def short(x):
    """Nine digits name a float32 exactly."""
    if isinstance(x, float):
        return float(f"{x:.9g}") if math.isfinite(x) else str(x)
    return x


def plain(array):
    data = array.astype(mx.float32) if array.dtype == mx.bfloat16 else array
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype).split(".")[-1],
        "data": [short(x) for x in data.reshape(-1).tolist()],
    }


def named(tree):
    return {name: plain(array) for name, array in tree_flatten(tree)}


def write(name, cases):
    """One line for each case, so that a diff shows which ones changed."""
    lines = [f"  {json.dumps(key)}: {json.dumps(case)}" for key, case in cases.items()]
    head = f'{{\n "mlx": {json.dumps(mx.__version__)},\n "cases": {{\n'
    (HERE / f"{name}.json").write_text(head + ",\n".join(lines) + "\n }\n}\n")


def normal(seed, *shape):
    return mx.random.normal(shape, key=mx.random.key(seed))
