"""Reads the files of write.ts with Python's MLX and numpy, and says what differs.

    pip install mlx==0.32.4 numpy      # and safetensors, which is used where it is installed
    python check.py FOLDER
"""

import json
import sys
from pathlib import Path

import mlx.core as mx
import numpy as np

mx.set_default_device(mx.cpu)
folder = Path(sys.argv[1])
names = "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 float16 float32 float64 bfloat16 complex64".split()
grid = mx.arange(6, dtype=mx.float32).reshape(2, 3)
wanted = {name: grid.astype(mx.bool_ if name == "bool" else getattr(mx, name)) for name in names}
wanted |= {
    "transposed": grid.T,
    "reversed": grid[::-1],
    "stepped": grid[..., ::2],
    "broadcast": mx.broadcast_to(mx.array([1.0, 2.0]), (3, 2)),
    "scalar": mx.array(2.5),
    "empty": mx.zeros((0, 3)),
    "é/日本 🙂": mx.array([1.0]),
}
checks, failures = 0, []


def check(what: str, good: bool) -> None:
    global checks
    checks += 1
    if not good:
        failures.append(what)


def same(what: str, got: mx.array, array: mx.array) -> None:
    check(what, got.dtype == array.dtype and got.shape == array.shape and bool(mx.array_equal(got, array)))


def all_same(what: str, got: dict, arrays: dict) -> None:
    check(f"{what}: names {sorted(got)}", got.keys() == arrays.keys())
    for name in got.keys() & arrays.keys():
        same(f"{what}: {name}", got[name], arrays[name])


def numpy_same(what: str, got: np.ndarray, array: mx.array) -> None:
    if array.dtype != mx.bfloat16:  # numpy has none
        plain = np.array(array)
        check(f"{what}, by numpy", got.dtype == plain.dtype and got.shape == plain.shape and np.array_equal(got, plain))


for name, array in wanted.items():
    if "/" not in name:
        path = str(folder / f"{name}.npy")
        same(path, mx.load(path), array)
        numpy_same(path, np.load(path), array)
        again = folder / "again.npy"
        mx.save(str(again), array)
        check(f"{path}: bytes", again.read_bytes() == Path(path).read_bytes())

for kind in ["stored", "deflated"]:
    path = str(folder / f"{kind}.npz")
    all_same(path, mx.load(path), wanted | {"arr_0": grid})
    with np.load(path) as file:
        for name, array in wanted.items():
            numpy_same(f"{path}: {name}", file[name], array)

tensors = {name: array for name, array in wanted.items() if name != "float64"}
path = folder / "plain.safetensors"
read, metadata = mx.load(str(path), return_metadata=True)
all_same(str(path), read, tensors)
check(f"{path}: metadata", metadata == {"format": "mlx", "é": "日本"})
again = folder / "again.safetensors"
mx.save_safetensors(str(again), tensors, {"format": "mlx", "é": "日本"})
check(f"{path}: bytes", again.read_bytes() == path.read_bytes())

index = json.loads((folder / "sharded.safetensors.index.json").read_text())
shards = {name: mx.load(str(folder / name)) for name in set(index["weight_map"].values())}
all_same("shards", {name: shards[file][name] for name, file in index["weight_map"].items()}, tensors)
check("shards: total", index["metadata"]["total_size"] == sum(array.nbytes for array in tensors.values()))
try:
    from safetensors.numpy import load_file

    # It knows neither bfloat16 nor complex64 of numpy.
    plain = {name: array for name, array in tensors.items() if array.dtype not in (mx.bfloat16, mx.complex64)}
    for file in sorted(shards):
        held = {name for name, where in index["weight_map"].items() if where == file}
        if held <= plain.keys():
            for name, array in load_file(folder / file).items():
                numpy_same(f"{file}: {name}, by safetensors", array, plain[name])
except ImportError:
    print("the package safetensors is not installed: not checked")

path = str(folder / "model.gguf")
read, metadata = mx.load(path, return_metadata=True)
held = ["float32", "float16", "int8", "int16", "int32", "transposed", "reversed", "stepped", "broadcast"]
all_same(path, read, {name: wanted[name] for name in [*held, "scalar", "empty", "é/日本 🙂"]})
check(f"{path}: text", metadata["text"] == "é" and metadata["texts"] == ["a", "", "日本"])
same(f"{path}: scalar", metadata["scalar"], mx.array(3, mx.uint32))
same(f"{path}: list", metadata["list"], mx.array([0, 2, 4], mx.int32))

print("\n".join(failures))
print(f"{checks} checks, {len(failures)} failures")
sys.exit(bool(failures))
