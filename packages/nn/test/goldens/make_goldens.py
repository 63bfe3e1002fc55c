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


# Layers: first weights from a seed, output, gradients by weight and inputs, three steps of descent.


class Tied(nn.Module):
    """An embedding whose table is also the last layer's weight."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(6, 4)

    def __call__(self, x):
        return self.embedding.as_linear(self.embedding(x))


def after_a_batch(layer):
    """In evaluation mode, with running statistics that have moved."""
    layer(mx.arange(6, dtype=mx.float32).reshape(2, 3))
    return layer.eval()


def halves(layer):
    layer.set_dtype(mx.bfloat16)
    return layer


def tokens(seed, *shape):
    return mx.random.randint(0, 6, shape, key=mx.random.key(seed))


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
    "bilinear": (lambda: nn.Bilinear(4, 3, 2), normal(60, 5, 4), normal(61, 5, 3)),
    "bilinear without bias": (
        lambda: nn.Bilinear(4, 3, 2, bias=False),
        normal(62, 2, 3, 4),
        normal(63, 2, 3, 3),
    ),
    "embedding": (lambda: nn.Embedding(6, 4), tokens(64, 2, 3)),
    "embedding of one token": (lambda: nn.Embedding(6, 4), mx.array(5)),
    "embedding as linear": (Tied, tokens(65, 5)),
    "conv3d": (lambda: nn.Conv3d(2, 3, 2), normal(66, 1, 3, 4, 3, 2)),
    "conv3d with options": (
        lambda: nn.Conv3d(2, 2, (1, 2, 3), (1, 2, 1), (0, 1, 1), 2, bias=False),
        normal(67, 1, 3, 5, 5, 2),
    ),
    "conv transpose 1d": (lambda: nn.ConvTranspose1d(2, 3, 3), normal(68, 2, 5, 2)),
    "conv transpose 1d with options": (
        lambda: nn.ConvTranspose1d(2, 3, 3, stride=2, padding=1, dilation=2, output_padding=1),
        normal(69, 2, 5, 2),
    ),
    "conv transpose 2d": (lambda: nn.ConvTranspose2d(2, 3, 2), normal(70, 2, 3, 4, 2)),
    "conv transpose 2d with options": (
        lambda: nn.ConvTranspose2d(2, 1, (2, 3), (2, 1), (1, 0), (1, 2), (1, 0), False),
        normal(71, 2, 3, 4, 2),
    ),
    "conv transpose 3d": (lambda: nn.ConvTranspose3d(2, 1, 2), normal(72, 1, 2, 3, 2, 2)),
    "conv transpose 3d with options": (
        lambda: nn.ConvTranspose3d(
            1, 2, (1, 2, 2), stride=(1, 2, 1), padding=(0, 1, 0), output_padding=(0, 1, 0)
        ),
        normal(73, 1, 2, 3, 2, 1),
    ),
    "max pool 3d": (lambda: nn.MaxPool3d(2), ties(74, 1, 2, 4, 4, 2)),
    "max pool 3d overlapping": (
        lambda: nn.MaxPool3d((1, 2, 3), stride=(1, 1, 2), padding=(0, 1, 1)),
        ties(75, 1, 2, 3, 5, 2),
    ),
    "avg pool 3d": (lambda: nn.AvgPool3d(2, stride=1, padding=1), normal(76, 1, 2, 3, 3, 2)),
    "dropout 2d": (lambda: nn.Dropout2d(0.4), normal(77, 2, 3, 3, 8)),
    "dropout 2d of one image": (lambda: nn.Dropout2d(0.1), normal(78, 3, 3, 16)),
    "dropout 2d in evaluation": (lambda: nn.Dropout2d().eval(), normal(79, 2, 2, 3)),
    "dropout 3d": (lambda: nn.Dropout3d(), normal(80, 2, 2, 2, 2, 8)),
    "dropout 3d of one volume": (lambda: nn.Dropout3d(0.3), normal(81, 2, 2, 2, 8)),
    "instance norm": (lambda: nn.InstanceNorm(3), normal(82, 2, 5, 3)),
    "instance norm with weight": (
        lambda: nn.InstanceNorm(2, eps=1e-3, affine=True),
        normal(83, 2, 3, 4, 2),
    ),
    "layer norm": (lambda: nn.LayerNorm(6), normal(84, 2, 3, 6)),
    "layer norm without bias": (lambda: nn.LayerNorm(6, 1e-6, True, False), normal(85, 2, 6)),
    "layer norm without weight": (lambda: nn.LayerNorm(6, affine=False), normal(86, 2, 6)),
    "rms norm": (lambda: nn.RMSNorm(6), normal(87, 2, 3, 6)),
    "rms norm with eps": (lambda: nn.RMSNorm(6, eps=1.0), normal(88, 2, 6)),
    "group norm": (lambda: nn.GroupNorm(2, 6), normal(89, 2, 3, 4, 6)),
    "group norm as in pytorch": (
        lambda: nn.GroupNorm(3, 6, pytorch_compatible=True),
        normal(90, 2, 3, 4, 6),
    ),
    "group norm without weight": (
        lambda: nn.GroupNorm(2, 4, eps=1e-2, affine=False),
        normal(91, 3, 4),
    ),
    "batch norm": (lambda: nn.BatchNorm(3), normal(92, 8, 3)),
    "batch norm of images": (
        lambda: nn.BatchNorm(2, eps=1e-3, momentum=0.25),
        normal(93, 2, 3, 4, 2),
    ),
    "batch norm of sequences": (lambda: nn.BatchNorm(3, affine=False), normal(94, 2, 4, 3)),
    "batch norm without statistics": (
        lambda: nn.BatchNorm(3, track_running_stats=False),
        normal(95, 6, 3),
    ),
    "batch norm in evaluation": (lambda: after_a_batch(nn.BatchNorm(3)), normal(96, 4, 3)),
    "batch norm in evaluation without statistics": (
        lambda: nn.BatchNorm(3, track_running_stats=False).eval(),
        normal(97, 4, 3),
    ),
    "linear in bfloat16": (lambda: halves(nn.Linear(4, 3)), normal(98, 2, 4).astype(mx.bfloat16)),
    "layer norm in bfloat16": (
        lambda: halves(nn.LayerNorm(6)),
        normal(100, 2, 6).astype(mx.bfloat16),
    ),
    "rms norm in bfloat16": (lambda: halves(nn.RMSNorm(6)), normal(101, 2, 6).astype(mx.bfloat16)),
    "group norm in bfloat16": (
        lambda: halves(nn.GroupNorm(2, 6, pytorch_compatible=True)),
        normal(102, 2, 4, 6).astype(mx.bfloat16),
    ),
    "instance norm in bfloat16": (
        lambda: halves(nn.InstanceNorm(3, affine=True)),
        normal(103, 2, 5, 3).astype(mx.bfloat16),
    ),
    "batch norm in bfloat16": (
        lambda: halves(nn.BatchNorm(3)),
        normal(104, 8, 3).astype(mx.bfloat16),
    ),
    "embedding in bfloat16": (lambda: halves(nn.Embedding(6, 4)), tokens(105, 5)),
}


def layer_case(build, *xs):
    def make():
        mx.random.seed(0)
        return build()

    layer = make()
    weight = normal(99, *make()(*xs).shape)

    def loss(parameters, *xs):
        layer.update(parameters)
        return (layer(*xs) * weight).sum()

    case = {
        "text": repr(layer),
        "parameters": named(layer.parameters()),
        "inputs": [plain(x) for x in xs],
        "weight": plain(weight),
    }
    # Dropout draws from the state: both sides start at the same place.
    mx.random.seed(1)
    case["output"] = plain(layer(*xs))
    case["after"] = named(layer.parameters())
    layer = make()
    parameters = layer.trainable_parameters()
    floats = [i for i, x in enumerate(xs) if mx.issubdtype(x.dtype, mx.floating)]
    mx.random.seed(1)
    value, gradients = mx.value_and_grad(loss, argnums=[0, *[i + 1 for i in floats]])(
        parameters, *xs
    )
    # One argument's gradient comes without a list.
    by_parameters, *by_inputs = gradients if floats else [gradients]
    case["loss"] = plain(value)
    case["gradients"] = named(by_parameters)
    case["input_gradients"] = {i: plain(g) for i, g in zip(floats, by_inputs)}
    layer = make()
    for _ in range(3 if tree_flatten(parameters) else 0):
        gradients = mx.grad(loss)(parameters, *xs)
        parameters = tree_map(lambda p, g: p - 0.1 * g, parameters, gradients)
    layer.update(parameters)
    case["trained"] = named(layer.parameters()) if tree_flatten(parameters) else {}
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


def rounded(array):
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
    ("huber_loss", [rounded(logits), rounded(probabilities)], {}),
    ("smooth_l1_loss", [rounded(logits), rounded(probabilities)], {"reduction": "none"}),
    ("log_cosh_loss", [rounded(logits), rounded(probabilities)], {}),
    ("gaussian_nll_loss", [rounded(logits), rounded(probabilities), rounded(others)], {}),
    ("triplet_loss", [rounded(logits), rounded(probabilities), rounded(others)], {}),
    ("cosine_similarity_loss", [rounded(logits), rounded(others)], {}),
    ("hinge_loss", [rounded(logits), rounded(signs)], {}),
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

# Initializers: what a seed gives; arrays are only there for their shapes.

INITIALIZERS = [
    ("constant", [0.5], {}, (2, 3), []),
    ("constant", [3, "int32"], {}, (2,), []),
    ("constant", [float("-inf")], {"dtype": "float16"}, (), []),
    ("identity", [], {}, (3, 3), []),
    ("identity", ["bfloat16"], {}, (1, 1), []),
    ("normal", [], {}, (4, 3), []),
    ("normal", [2.0], {"std": 0.25, "dtype": "float16"}, (5,), []),
    ("uniform", [], {}, (4, 3), []),
    ("uniform", [-2.0, 3.0], {"dtype": "bfloat16"}, (6,), []),
    ("glorot_normal", [], {}, (4, 3), []),
    ("glorot_normal", [], {"dtype": "float16"}, (2, 3, 3, 4), [4.0]),
    ("glorot_uniform", [], {}, (4, 3), []),
    ("glorot_uniform", [], {}, (2, 3, 4), [0.5]),
    ("he_normal", [], {}, (4, 3), []),
    ("he_normal", [], {}, (2, 3, 3, 4), ["fan_out", 5.0]),
    ("he_uniform", [], {}, (4, 3), []),
    ("he_uniform", ["bfloat16"], {}, (2, 3, 4), ["fan_out"]),
    ("sparse", [0.4], {}, (3, 5), []),
    ("sparse", [0.5, 1.0], {"std": 0.5, "dtype": "float16"}, (4, 4), []),
    ("sparse", [0.0], {}, (2, 2), []),
    ("sparse", [1.0], {}, (2, 2), []),
    ("orthogonal", [], {}, (4, 4), []),
    ("orthogonal", [2.0], {"dtype": "float16"}, (2, 5), []),
    ("orthogonal", [], {"gain": 0.5}, (5, 3), []),
]


def init_case(name, arguments, options, shape, call):
    dtypes = lambda value: getattr(mx, value) if isinstance(value, str) else value
    function = getattr(nn.init, name)(
        *[dtypes(a) for a in arguments], **{k: dtypes(v) for k, v in options.items()}
    )
    mx.random.seed(7)
    out = function(mx.zeros(shape), *call)
    shown = [a if isinstance(a, str) or math.isfinite(a) else str(a) for a in arguments]
    # What is drawn next tells whether as many numbers were drawn.
    return {
        "initializer": name,
        "arguments": shown,
        "options": options,
        "shape": list(shape),
        "call": call,
        "output": plain(out),
        "next": plain(mx.random.uniform(shape=(2,))),
    }


write("initializers", [init_case(*case) for case in INITIALIZERS])
