"""Writes what Python's MLX computes for @mlx-ts/optimizers' tests, next to this script.

    python packages/optimizers/test/goldens/make_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Arrays are
{"shape", "dtype", "data"}, with data row-major. Nothing here is typed in by hand.
"""

import json
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim
from mlx.utils import tree_flatten

HERE = Path(__file__).parent
mx.set_default_device(mx.cpu)


def plain(array):
    data = array.astype(mx.float32) if array.dtype == mx.bfloat16 else array
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype).split(".")[-1],
        "data": data.reshape(-1).tolist(),
    }


def named(tree):
    return {name: plain(array) for name, array in tree_flatten(tree)}


def write(name, cases):
    """One line for each case, so that a diff shows which ones changed."""
    lines = [f"  {json.dumps(key)}: {json.dumps(case)}" for key, case in cases.items()]
    head = f'{{\n "mlx": {json.dumps(mx.__version__)},\n "cases": {{\n'
    (HERE / f"{name}.json").write_text(head + ",\n".join(lines) + "\n }\n}\n")


def tree(seed, dtype=mx.float32):
    first, second = mx.random.split(mx.random.key(seed))
    return {
        "weight": mx.random.normal((3, 2), key=first).astype(dtype),
        "layers": [{"bias": mx.random.normal((4,), key=second).astype(dtype)}],
    }


# Each optimizer: parameters and state after each of three steps.

OPTIMIZERS = {
    "sgd": (optim.SGD, [0.1], {}),
    "sgd with momentum": (optim.SGD, [0.1], {"momentum": 0.9}),
    "sgd with everything": (
        optim.SGD,
        [0.1],
        {"momentum": 0.9, "weight_decay": 0.01, "dampening": 0.3},
    ),
    "sgd with nesterov": (optim.SGD, [0.1, 0.8], {"weight_decay": 0.1, "nesterov": True}),
    "sgd on a schedule": (optim.SGD, [lambda step: 0.1 / (1 + step)], {}),
    "adam": (optim.Adam, [0.01], {}),
    "adam with options": (optim.Adam, [0.01], {"betas": [0.8, 0.95], "eps": 1e-3}),
    "adam with bias correction": (optim.Adam, [0.01], {"bias_correction": True}),
    "adam on a schedule": (optim.Adam, [lambda step: 0.01 * mx.exp(-0.5 * step)], {}),
    "adamw": (optim.AdamW, [0.01], {}),
    "adamw with options": (
        optim.AdamW,
        [0.01],
        {"betas": [0.8, 0.95], "weight_decay": 0.2, "bias_correction": True},
    ),
}


def optimizer_case(make, arguments, options, dtype):
    optimizer = make(*arguments, **options)
    parameters = tree(0, dtype)
    case = {"parameters": named(parameters), "gradients": [], "steps": []}
    for step in range(3):
        gradients = tree(10 + step, dtype)
        parameters = optimizer.apply_gradients(gradients, parameters)
        case["gradients"].append(named(gradients))
        case["steps"].append(
            {"parameters": named(parameters), "state": named(optimizer.state)}
        )
    return case


cases = {name: optimizer_case(*args, mx.float32) for name, args in OPTIMIZERS.items()}
for name in ("sgd with everything", "adam with bias correction", "adamw"):
    cases[f"{name}, bfloat16"] = optimizer_case(*OPTIMIZERS[name], mx.bfloat16)
write("optimizers", cases)


# Twenty steps of an MLP over four batches. Weights and batches come from seeds, which both
# sides share.


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 32), nn.Linear(32, 32), nn.Linear(32, 10)]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = nn.relu(layer(x))
        return self.layers[-1](x)


def loss_fn(model, x, y):
    return nn.losses.cross_entropy(model(x), y, reduction="mean")


def batch(step):
    images, labels = mx.random.split(mx.random.key(100 + step))
    x = mx.random.uniform(shape=(64, 784), key=images)
    return x, mx.random.randint(0, 10, (64,), key=labels)


mx.random.seed(0)
model = MLP()
loss_and_grad = nn.value_and_grad(model, loss_fn)
optimizer = optim.Adam(learning_rate=1e-3)
start = {name: array.sum().item() for name, array in tree_flatten(model.parameters())}
losses = []
for step in range(20):
    x, y = batch(step % 4)
    loss, gradients = loss_and_grad(model, x, y)
    optimizer.update(model, gradients)
    mx.eval(model.parameters(), optimizer.state)
    losses.append(loss.item())
first_x, first_y = batch(0)
write(
    "training",
    {
        "start": start,
        "first batch": {"x": first_x.sum().item(), "y": first_y.tolist()},
        "losses": losses,
    },
)

# A state that Python saved after two steps, and the third step from there.

optimizer = optim.Adam(learning_rate=0.01)
parameters = tree(0)
for step in range(2):
    parameters = optimizer.apply_gradients(tree(10 + step), parameters)
mx.save_safetensors(
    str(HERE / "adam_state.safetensors"), tree_flatten(optimizer.state, destination={})
)
before = named(parameters)
after = named(optimizer.apply_gradients(tree(12), parameters))
write("resume", {"parameters": before, "gradients": named(tree(12)), "resumed": after})
