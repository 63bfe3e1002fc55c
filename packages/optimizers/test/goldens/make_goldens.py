"""Writes what Python's MLX computes for @mlx-ts/optimizers' tests, next to this script.

    python packages/optimizers/test/goldens/make_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Nothing here is typed in by hand.
"""

import sys
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim
from mlx.utils import tree_flatten, tree_map

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[2] / "nn/test/goldens"))
from golden_files import named, plain  # noqa: E402
from golden_files import write as write_in  # noqa: E402

mx.set_default_device(mx.cpu)


def write(name, cases):
    write_in(name, cases, HERE)


(HERE / "states").mkdir(exist_ok=True)

# Each optimizer: parameters and state after each of four steps, on parameters of every rank.

SHAPES = {
    "scale": (),
    "weight": (3, 2),
    "layers": [{"bias": (4,), "weight": (2, 5)}, {"weight": (3, 2, 2, 2)}],
}


def shaped(seed, dtype):
    keys = iter(mx.random.split(mx.random.key(seed), 5))
    return tree_map(
        lambda shape: mx.random.normal(shape, key=next(keys)).astype(dtype),
        SHAPES,
        is_leaf=lambda value: isinstance(value, tuple),
    )


DECAY = {"weight_decay": 0.2}
BIASES = lambda name, _: name.endswith("bias")
MATRICES = lambda _, array: array.ndim >= 2

OPTIMIZERS = {
    "sgd": lambda: optim.SGD(0.1),
    "sgd with momentum": lambda: optim.SGD(0.1, momentum=0.9),
    "sgd with everything": lambda: optim.SGD(
        0.1, momentum=0.9, weight_decay=0.01, dampening=0.3
    ),
    "sgd with nesterov": lambda: optim.SGD(0.1, 0.8, weight_decay=0.1, nesterov=True),
    "sgd on a schedule": lambda: optim.SGD(lambda step: 0.1 / (1 + step)),
    "rmsprop": lambda: optim.RMSprop(0.01),
    "rmsprop with options": lambda: optim.RMSprop(0.01, 0.8, eps=1e-3),
    "adagrad": lambda: optim.Adagrad(0.1),
    "adagrad with options": lambda: optim.Adagrad(0.1, eps=0.1),
    "adadelta": lambda: optim.AdaDelta(1.0),
    "adadelta with options": lambda: optim.AdaDelta(0.5, rho=0.7, eps=1e-3),
    "adam": lambda: optim.Adam(mx.array(0.01)),
    "adam with options": lambda: optim.Adam(0.01, [0.8, 0.95], 1e-3),
    "adam with bias correction": lambda: optim.Adam(0.01, bias_correction=True),
    "adam on a schedule": lambda: optim.Adam(lambda step: 0.01 * mx.exp(-0.5 * step)),
    "adamw": lambda: optim.AdamW(0.01),
    "adamw on a schedule": lambda: optim.AdamW(optim.step_decay(0.02, 0.5, 2)),
    "adamw with options": lambda: optim.AdamW(
        0.01, [0.8, 0.95], bias_correction=True, **DECAY
    ),
    "adamax": lambda: optim.Adamax(0.01),
    "adamax with options": lambda: optim.Adamax(0.01, [0.8, 0.95], 1e-2),
    "lion": lambda: optim.Lion(0.01),
    "lion with options": lambda: optim.Lion(0.01, [0.7, 0.8], **DECAY),
    "adafactor": lambda: optim.Adafactor(),
    "adafactor with warmup": lambda: optim.Adafactor(warmup_init=True),
    "adafactor with a rate": lambda: optim.Adafactor(
        0.1, relative_step=False, scale_parameter=False
    ),
    "adafactor on a schedule": lambda: optim.Adafactor(
        optim.exponential_decay(0.1, 0.5), relative_step=False
    ),
    "adafactor with everything": lambda: optim.Adafactor(
        eps=(1e-4, 0.5), clip_threshold=0.5, decay_rate=-0.5, beta_1=0.9, **DECAY
    ),
    "muon": lambda: optim.Muon(0.1),
    "muon with options": lambda: optim.Muon(0.1, 0.8, 0.2, False, 2),
    "muon without decay": lambda: optim.Muon(0.1, weight_decay=0),
    "groups of weight decay": lambda: optim.MultiOptimizer(
        [optim.AdamW(0.01, weight_decay=0), optim.AdamW(0.02, **DECAY)], [BIASES]
    ),
    "three optimizers": lambda: optim.MultiOptimizer(
        [optim.SGD(0.1, 0.9), optim.Muon(optim.cosine_decay(0.1, 3)), optim.Lion(0.01)],
        [BIASES, MATRICES],
    ),
    "one optimizer": lambda: optim.MultiOptimizer([optim.Adagrad(0.1)]),
}


# Whose states after two steps are saved: one of each class.
SAVED = [
    "sgd with momentum",
    "rmsprop",
    "adagrad",
    "adadelta",
    "adam",
    "adamw on a schedule",
    "adamax",
    "lion",
    "adafactor with everything",
    "muon",
    "three optimizers",
]


def optimizer_case(name, make, dtype):
    optimizer = make()
    parameters = shaped(0, dtype)
    optimizer.init(parameters)
    case = {"start": named(optimizer.state), "steps": []}
    for step in range(4):
        parameters = optimizer.apply_gradients(shaped(10 + step, dtype), parameters)
        case["steps"].append(
            {"parameters": named(parameters), "state": named(optimizer.state)}
        )
        if step == 1 and name in SAVED and dtype == mx.float32:
            state = tree_flatten(optimizer.state, destination={})
            mx.save_safetensors(str(HERE / "states" / f"{name.replace(' ', '_')}.safetensors"), state)
    return case


for dtype in (mx.float32, mx.bfloat16):
    name = str(dtype).split(".")[-1]
    cases = {case: optimizer_case(case, make, dtype) for case, make in OPTIMIZERS.items()}
    given = {
        "parameters": named(shaped(0, dtype)),
        "gradients": [named(shaped(10 + step, dtype)) for step in range(4)],
    }
    write(f"optimizers_{name}", {"given": given, **cases})

# Schedules at the first steps, around their boundaries and far behind them.

SCHEDULES = {
    "exponentialDecay": optim.exponential_decay(0.1, 0.9),
    "exponentialDecay that grows": optim.exponential_decay(1, 1.01),
    "stepDecay": optim.step_decay(0.1, 0.5, 10),
    "stepDecay of one step": optim.step_decay(0.1, 0.5, 1),
    "cosineDecay": optim.cosine_decay(0.1, 100),
    "cosineDecay with an end": optim.cosine_decay(0.1, 30, 0.01),
    "linearSchedule": optim.linear_schedule(0, 0.1, 100),
    "linearSchedule that falls": optim.linear_schedule(0.5, -0.5, 7),
    "joinSchedules": optim.join_schedules(
        [optim.linear_schedule(0, 0.1, 10), optim.cosine_decay(0.1, 200)], [10]
    ),
    "joinSchedules of three": optim.join_schedules(
        [
            optim.linear_schedule(0, 0.1, 10),
            optim.step_decay(0.1, 0.5, 5),
            optim.exponential_decay(0.01, 0.9),
        ],
        [10, 30],
    ),
    "joinSchedules of one": optim.join_schedules([optim.exponential_decay(0.1, 0.9)], []),
}
STEPS = [*range(13), 19, 20, 21, 29, 30, 31, 40, 50, 99, 100, 101, 209, 210, 211, 1000, 100_000]
schedules = {
    name: [plain(schedule(mx.array(step, mx.uint64))) for step in STEPS]
    for name, schedule in SCHEDULES.items()
}
write("schedules", {"steps": STEPS, **schedules})


# The gradients' norm, and what is left of them.


def clip_case(gradients, bound):
    clipped, norm = optim.clip_grad_norm(gradients, bound)
    return {
        "gradients": named(gradients),
        "bound": "Infinity" if bound == float("inf") else bound,
        "clipped": named(clipped),
        "norm": plain(norm),
    }


MIXED = {"a": shaped(0, mx.float32), "b": shaped(1, mx.bfloat16)}
write(
    "clip",
    {
        "below the norm": clip_case(shaped(0, mx.float32), 2.0),
        "above the norm": clip_case(shaped(0, mx.float32), 1e3),
        "without a bound": clip_case(shaped(0, mx.float32), float("inf")),
        "of zero": clip_case(shaped(0, mx.float32), 0.0),
        "in bfloat16": clip_case(shaped(0, mx.bfloat16), 1.5),
        "in float16": clip_case({"a": mx.full((3,), 300, mx.float16)}, 1e-3),
        "in both": clip_case(MIXED, 1.5),
        "of integers": clip_case({"a": mx.array([2, 3]), "b": mx.array([1])}, 2.0),
        "of zeros": clip_case({"a": mx.zeros((3,))}, 1.0),
    },
)


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

# Ten steps in mixed precision: weights in float32, computed with in a smaller dtype.


def mixed_losses(dtype, scale):
    mx.random.seed(0)
    model = MLP()
    optimizer = optim.Adam(learning_rate=1e-3)
    parameters = model.trainable_parameters()
    losses = []

    def scaled_loss(parameters, x, y):
        model.update(tree_map(lambda p: p.astype(dtype), parameters))
        logits = model(x.astype(dtype)).astype(mx.float32)
        return scale * nn.losses.cross_entropy(logits, y, reduction="mean")

    for step in range(10):
        loss, grads = mx.value_and_grad(scaled_loss)(parameters, *batch(step % 4))
        grads = tree_map(lambda g: g / scale, grads)
        parameters = optimizer.apply_gradients(grads, parameters)
        losses.append(loss.item() / scale)
    return losses


write(
    "mixed_precision",
    {
        "bfloat16": mixed_losses(mx.bfloat16, 1),
        "float16": mixed_losses(mx.float16, 1024),
    },
)
