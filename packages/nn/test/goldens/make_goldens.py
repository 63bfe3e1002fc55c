"""Writes what Python's MLX computes for @mlx-ts/nn's tests, next to this script.

    python packages/nn/test/goldens/make_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Arrays are
{"shape", "dtype", "data"}, with data row-major. Nothing here is typed in by hand.
"""

import json
import math
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten, tree_map

HERE = Path(__file__).parent
mx.set_default_device(mx.cpu)


def plain(array):
    data = array.astype(mx.float32) if array.dtype == mx.bfloat16 else array
    flat = data.reshape(-1).tolist()
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype).split(".")[-1],
        "data": [x if math.isfinite(x) else str(x) for x in flat],
    }


def named(tree):
    return {name: plain(array) for name, array in tree_flatten(tree)}


def write(name, cases):
    """One line for each case, so that a diff shows which ones changed."""
    pairs = cases.items() if isinstance(cases, dict) else enumerate(cases)
    lines = [f"  {json.dumps(str(key))}: {json.dumps(case)}" for key, case in pairs]
    head = f'{{\n "mlx": {json.dumps(mx.__version__)},\n "cases": {{\n'
    (HERE / f"{name}.json").write_text(head + ",\n".join(lines) + "\n }\n}\n")


def normal(seed, *shape):
    return mx.random.normal(shape, key=mx.random.key(seed))


def ties(seed, *shape):
    """Whole numbers, so that windows have several maxima."""
    return mx.random.randint(0, 3, shape, key=mx.random.key(seed)).astype(mx.float32)


# Layers: first weights from a seed, output, gradients by weight and input, three steps of descent.

LAYERS = {
    "linear": (lambda: nn.Linear(4, 3), normal(1, 2, 4)),
    "linear without bias": (lambda: nn.Linear(4, 3, bias=False), normal(2, 2, 4)),
    "linear on three axes": (lambda: nn.Linear(4, 3), normal(3, 2, 5, 4)),
    "identity": (lambda: nn.Identity(), normal(4, 2, 3)),
    "conv1d": (lambda: nn.Conv1d(2, 3, 3), normal(5, 2, 6, 2)),
    "conv1d with options": (
        lambda: nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False),
        normal(6, 2, 9, 4),
    ),
    "conv2d": (lambda: nn.Conv2d(2, 3, 3, padding=1), normal(7, 2, 5, 4, 2)),
    "conv2d with options": (
        lambda: nn.Conv2d(
            4, 2, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2
        ),
        normal(8, 2, 6, 5, 4),
    ),
    "max pool 1d": (lambda: nn.MaxPool1d(2), normal(9, 2, 6, 3)),
    "max pool 1d overlapping": (
        lambda: nn.MaxPool1d(3, stride=2, padding=1),
        ties(10, 2, 7, 2),
    ),
    "avg pool 1d": (lambda: nn.AvgPool1d(3, stride=1, padding=1), normal(11, 2, 6, 3)),
    "max pool 2d": (lambda: nn.MaxPool2d(2), ties(12, 2, 6, 4, 3)),
    "max pool 2d with a rest": (lambda: nn.MaxPool2d(2, stride=2), ties(13, 2, 5, 7, 2)),
    "max pool 2d overlapping": (
        lambda: nn.MaxPool2d((3, 2), stride=(1, 2), padding=(1, 0)),
        ties(14, 2, 5, 6, 2),
    ),
    "avg pool 2d": (lambda: nn.AvgPool2d((2, 3)), normal(15, 2, 4, 6, 2)),
    "avg pool 2d overlapping": (
        lambda: nn.AvgPool2d(3, stride=2, padding=1),
        normal(16, 2, 6, 5, 2),
    ),
    "dropout": (lambda: nn.Dropout(0.25), normal(17, 8, 8)),
    "dropout in evaluation": (lambda: nn.Dropout(0.25).eval(), normal(18, 4, 4)),
    "sequential": (
        lambda: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)),
        normal(19, 2, 4),
    ),
    "prelu": (lambda: nn.PReLU(3), normal(20, 2, 3)),
    "glu": (lambda: nn.GLU(), normal(21, 2, 6)),
    "leaky relu": (lambda: nn.LeakyReLU(0.2), normal(22, 2, 3)),
}


def layer_case(make, x):
    mx.random.seed(0)
    layer = make()
    out = layer(x)
    weight = normal(99, *out.shape)

    def loss(parameters, x):
        layer.update(parameters)
        return (layer(x) * weight).sum()

    case = {
        "text": repr(layer),
        "parameters": named(layer.parameters()),
        "input": plain(x),
        "weight": plain(weight),
    }
    # Dropout draws from the state: both sides start at the same place.
    mx.random.seed(1)
    case["output"] = plain(layer(x))
    mx.random.seed(1)
    parameters = layer.trainable_parameters()
    value, (by_parameters, by_input) = mx.value_and_grad(loss, argnums=(0, 1))(parameters, x)
    case["loss"] = plain(value)
    case["gradients"] = named(by_parameters)
    case["input_gradient"] = plain(by_input)
    for _ in range(3 if tree_flatten(parameters) else 0):
        gradients = mx.grad(loss)(parameters, x)
        parameters = tree_map(lambda p, g: p - 0.1 * g, parameters, gradients)
    case["trained"] = named(parameters)
    return case


write("layers", {name: layer_case(*layer) for name, layer in LAYERS.items()})

# Activations: values and derivatives.

ACTIVATIONS = {
    "sigmoid": {},
    "relu": {},
    "relu2": {},
    "relu6": {},
    "leaky_relu": {"negative_slope": 0.1},
    "log_softmax": {},
    "elu": {"alpha": 0.5},
    "softmax": {"axis": 0},
    "softplus": {},
    "softsign": {},
    "softshrink": {"lambd": 0.75},
    "celu": {"alpha": 2.0},
    "silu": {},
    "log_sigmoid": {},
    "gelu": {},
    "gelu_approx": {},
    "gelu_fast_approx": {},
    "glu": {"axis": 0},
    "step": {"threshold": 0.5},
    "selu": {},
    "mish": {},
    "hardswish": {},
    "hard_tanh": {"min_val": -0.5, "max_val": 0.75},
    "hard_shrink": {"lambd": 0.25},
    "softmin": {},
    "tanh": {},
}


def activation_case(name, options):
    x = 3 * normal(30, 6, 4)
    function = getattr(nn, name)
    out = function(x, **options)
    weight = normal(31, *out.shape)
    gradient = mx.grad(lambda x: (function(x, **options) * weight).sum())(x)
    return {
        "options": options,
        "input": plain(x),
        "weight": plain(weight),
        "output": plain(out),
        "gradient": plain(gradient),
    }


write("activations", {name: activation_case(name, o) for name, o in ACTIVATIONS.items()})

# Losses: values, and gradients by each argument of floats.

logits = 2 * normal(40, 5, 4)
classes = mx.random.randint(0, 4, (5,), key=mx.random.key(41))
probabilities = mx.softmax(normal(42, 5, 4), axis=-1)
weights = mx.abs(normal(43, 5))
images = normal(44, 2, 3, 4)
pixel_classes = mx.random.randint(0, 3, (2, 4), key=mx.random.key(45))
bits = mx.random.bernoulli(0.5, (5, 4), key=mx.random.key(46)).astype(mx.float32)
extreme = mx.array([0.0, 1.0, 0.25])
others = mx.softmax(normal(48, 5, 4), axis=-1)
signs = 2 * bits - 1


def halves(array):
    return array.astype(mx.bfloat16)



LOSSES = [
    ("cross_entropy", [logits, classes], {}),
    ("cross_entropy", [logits, classes], {"reduction": "mean"}),
    ("cross_entropy", [logits, classes], {"reduction": "sum", "weights": weights}),
    ("cross_entropy", [logits, classes], {"label_smoothing": 0.1}),
    ("cross_entropy", [logits, probabilities], {"reduction": "mean"}),
    ("cross_entropy", [logits, probabilities], {"label_smoothing": 0.2}),
    ("cross_entropy", [images, pixel_classes], {"axis": 1}),
    ("cross_entropy", [100 * logits, classes], {"reduction": "mean"}),
    ("cross_entropy", [logits.astype(mx.bfloat16), classes], {"reduction": "mean"}),
    ("binary_cross_entropy", [logits, bits], {}),
    ("binary_cross_entropy", [logits, bits], {"weights": mx.abs(normal(47, 5, 4))}),
    ("binary_cross_entropy", [probabilities, bits], {"with_logits": False, "reduction": "none"}),
    (
        "binary_cross_entropy",
        [extreme, mx.array([1.0, 1.0, 0.0])],
        {"with_logits": False, "reduction": "none"},
    ),
    ("l1_loss", [logits, probabilities], {}),
    ("l1_loss", [logits, probabilities], {"reduction": "none"}),
    ("mse_loss", [logits, probabilities], {}),
    ("mse_loss", [logits, probabilities], {"reduction": "sum"}),
    ("nll_loss", [mx.log(probabilities), classes], {}),
    ("nll_loss", [images, pixel_classes], {"axis": 1, "reduction": "mean"}),
    ("kl_div_loss", [mx.log(probabilities), mx.log(others)], {}),
    ("kl_div_loss", [mx.log(probabilities), mx.log(others[:1])], {"axis": 0, "reduction": "sum"}),
    ("hinge_loss", [logits, signs], {}),
    ("hinge_loss", [logits, signs[:1]], {"reduction": "mean"}),
    ("smooth_l1_loss", [logits, probabilities], {}),
    ("smooth_l1_loss", [logits, probabilities], {"beta": 0.5, "reduction": "none"}),
    ("huber_loss", [logits, probabilities], {}),
    ("huber_loss", [logits, probabilities[:1]], {"delta": 0.25, "reduction": "mean"}),
    ("log_cosh_loss", [logits, probabilities], {}),
    ("log_cosh_loss", [100 * logits, probabilities[:1]], {"reduction": "sum"}),
    ("gaussian_nll_loss", [logits, probabilities, others], {}),
    ("gaussian_nll_loss", [logits, probabilities, others], {"full": True, "reduction": "none"}),
    ("gaussian_nll_loss", [logits, probabilities, others], {"eps": 0.25, "reduction": "sum"}),
    ("triplet_loss", [logits, probabilities, others], {}),
    (
        "triplet_loss",
        [logits, probabilities, others[:1]],
        {"axis": 0, "p": 3, "margin": 0.25, "eps": 1e-3, "reduction": "mean"},
    ),
    ("cosine_similarity_loss", [logits, others], {}),
    ("cosine_similarity_loss", [images, images[:1]], {"axis": -1, "reduction": "mean"}),
    ("cosine_similarity_loss", [logits, others], {"axis": 0, "eps": 5.0, "reduction": "sum"}),
    ("margin_ranking_loss", [logits, others, signs], {}),
    ("margin_ranking_loss", [logits, others, signs], {"margin": 0.5, "reduction": "mean"}),
    ("huber_loss", [halves(logits), halves(probabilities)], {}),
    ("smooth_l1_loss", [halves(logits), halves(probabilities)], {"reduction": "none"}),
    ("log_cosh_loss", [halves(logits), halves(probabilities)], {}),
    ("gaussian_nll_loss", [halves(logits), halves(probabilities), halves(others)], {}),
    ("triplet_loss", [halves(logits), halves(probabilities), halves(others)], {}),
    ("cosine_similarity_loss", [halves(logits), halves(others)], {}),
    ("hinge_loss", [halves(logits), halves(signs)], {}),
]


def loss_case(name, arguments, options):
    function = getattr(nn.losses, name)
    out = function(*arguments, **options)
    floats = [i for i, a in enumerate(arguments) if mx.issubdtype(a.dtype, mx.floating)]
    total = lambda *a: function(*a, **options).sum()
    gradients = {i: plain(mx.grad(total, argnums=i)(*arguments)) for i in floats}
    shown = {k: plain(v) if isinstance(v, mx.array) else v for k, v in options.items()}
    return {
        "loss": name,
        "arguments": [plain(a) for a in arguments],
        "options": shown,
        "output": plain(out),
        "gradients": gradients,
    }


write("losses", [loss_case(*case) for case in LOSSES])


# Checkpoints: a file that Python wrote, and what the model computes.


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj = nn.Linear(4, 4, bias=False)
        self.out_proj = nn.Linear(4, 4)

    def __call__(self, x):
        return self.out_proj(nn.relu(self.q_proj(x)))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = Attention()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 2)]
        self.final_scale = mx.ones((2,))
        self.A_log = mx.zeros((2,))

    def __call__(self, x):
        x = self.self_attn(x)
        for layer in self.layers:
            x = layer(x)
        return x * self.final_scale + self.A_log


mx.random.seed(5)
block = Block()
block.save_weights(str(HERE / "block.safetensors"))
block.save_weights(str(HERE / "block.npz"))
x = normal(50, 3, 4)
write(
    "checkpoint",
    {
        "text": repr(block),
        "parameters": named(block.parameters()),
        "names": [name for name, _ in block.named_modules()],
        "input": plain(x),
        "output": plain(block(x)),
    },
)
