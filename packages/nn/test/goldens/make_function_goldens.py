"""Writes what Python's activations, losses and initializers compute, for @mlx-ts/nn's tests, next to this
script.

    python packages/nn/test/goldens/make_function_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Nothing here is typed in by hand.
"""

import math

import mlx.core as mx
import mlx.nn as nn

from golden_files import normal, plain, write

mx.set_default_device(mx.cpu)

# Activations: values and derivatives, in float32 and bfloat16.

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
    weight = normal(31, *function(x, **options).shape)

    def computed(dtype):
        def loss(x):
            out = function(x, **options)
            return (out * weight.astype(out.dtype)).sum()

        out = function(x.astype(dtype), **options)
        return {"output": plain(out), "gradient": plain(mx.grad(loss)(x.astype(dtype)))}

    return {
        "options": options,
        "input": plain(x),
        "weight": plain(weight),
        "float32": computed(mx.float32),
        "bfloat16": computed(mx.bfloat16),
    }


write("activations", {name: activation_case(name, o) for name, o in ACTIVATIONS.items()})

# Losses in float32 and bfloat16: values, gradients by each argument of floats, and three steps of descent
# of the first.

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

LOSSES = [
    ("cross_entropy", [logits, classes], {}),
    ("cross_entropy", [logits, classes], {"reduction": "mean"}),
    ("cross_entropy", [logits, classes], {"reduction": "sum", "weights": weights}),
    ("cross_entropy", [logits, classes], {"label_smoothing": 0.1}),
    ("cross_entropy", [logits, probabilities], {"reduction": "mean"}),
    ("cross_entropy", [logits, probabilities], {"label_smoothing": 0.2}),
    ("cross_entropy", [images, pixel_classes], {"axis": 1}),
    ("cross_entropy", [100 * logits, classes], {"reduction": "mean"}),
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
]


def in_dtype(value, dtype):
    is_floats = isinstance(value, mx.array) and mx.issubdtype(value.dtype, mx.floating)
    return value.astype(dtype) if is_floats else value


def loss_case(name, arguments, options):
    function = getattr(nn.losses, name)

    def computed(dtype):
        args = [in_dtype(a, dtype) for a in arguments]
        named = {k: in_dtype(v, dtype) for k, v in options.items()}
        floats = [i for i, a in enumerate(args) if mx.issubdtype(a.dtype, mx.floating)]
        total = lambda *a: function(*a, **named).sum()
        trained = args[0]
        for _ in range(3):
            trained = trained - 0.1 * mx.grad(total)(trained, *args[1:])
        return {
            "output": plain(function(*args, **named)),
            "gradients": {i: plain(mx.grad(total, argnums=i)(*args)) for i in floats},
            "trained": plain(trained),
        }

    return {
        "loss": name,
        "arguments": [plain(a) for a in arguments],
        "options": {k: plain(v) if isinstance(v, mx.array) else v for k, v in options.items()},
        "float32": computed(mx.float32),
        "bfloat16": computed(mx.bfloat16),
    }


write("losses", [loss_case(*case) for case in LOSSES])

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
    ("constant", [0.1], {"dtype": "bfloat16"}, (2,), []),
    ("normal", [], {"dtype": "bfloat16"}, (4, 3), []),
    ("glorot_normal", ["bfloat16"], {}, (4, 3), []),
    ("glorot_uniform", ["bfloat16"], {}, (4, 3), []),
    ("he_normal", ["bfloat16"], {}, (4, 3), []),
    ("sparse", [0.4], {"dtype": "bfloat16"}, (3, 5), []),
    ("orthogonal", [], {"dtype": "bfloat16"}, (4, 4), []),
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
