"""Loads the files of write.ts into Python's layers, and says what differs.

    pip install mlx==0.32.4
    python check.py FOLDER
"""

import sys
from pathlib import Path

import mlx.core as mx
from mlx.utils import tree_flatten

sys.path.append(str(Path(__file__).parents[1] / "goldens"))
from every_layer import every_layer, outputs  # noqa: E402

mx.set_default_device(mx.cpu)
folder = Path(sys.argv[1])
checks, failures = 0, []


def check(what: str, good: bool) -> None:
    global checks
    checks += 1
    if not good:
        failures.append(what)


# Other first weights than those that are loaded.
mx.random.seed(12)
wanted = mx.load(str(folder / "outputs.safetensors"))
for name in ["every_layer.safetensors", "every_layer.npz"]:
    model = every_layer()
    model.load_weights(str(folder / name), strict=True)
    found = outputs(model)
    check(f"{name}: outputs {sorted(found)}", found.keys() == wanted.keys())
    for key in found.keys() & wanted.keys():
        near = mx.allclose(found[key], wanted[key], rtol=1e-5, atol=1e-5)
        check(f"{name}: {key}", found[key].dtype == wanted[key].dtype and bool(near))

model = every_layer()
model.set_dtype(mx.bfloat16)
dtypes = {name: array.dtype for name, array in tree_flatten(model.parameters())}
model.load_weights(str(folder / "every_layer_bfloat16.safetensors"), strict=True)
for name, array in tree_flatten(model.parameters()):
    check(f"{name} in bfloat16: {array.dtype}", array.dtype == dtypes[name])

print("\n".join(failures))
print(f"{checks} checks, {len(failures)} failures")
sys.exit(bool(failures))
