"""What a layer computes from a seed, as one case of a golden file; ../layer-cases.ts does the same."""

import mlx.core as mx
from mlx.utils import tree_flatten, tree_map

from golden_files import named, normal, plain

# Of a descent's three steps.
RATE = 0.05


def listed(out):
    return list(out) if isinstance(out, (tuple, list)) else [out]


def differentiated(layer, call, inputs, weights):
    """The gradients of a weighted sum of the outputs, and where three steps of descent end."""
    floats = [i for i, x in enumerate(inputs) if mx.issubdtype(x.dtype, mx.floating)]
    parameters = layer.trainable_parameters()

    def loss(parameters, *inputs):
        layer.update(parameters)
        outputs = listed(call(layer, *inputs))
        return sum((o * w.astype(o.dtype)).sum() for o, w in zip(outputs, weights))

    # Dropout draws from the state: both sides start at the same place.
    mx.random.seed(1)
    argnums = [0, *[i + 1 for i in floats]]
    value, gradients = mx.value_and_grad(loss, argnums=argnums)(parameters, *inputs)
    # One argument's gradient comes without a list.
    by_parameters, *by_inputs = gradients if floats else [gradients]
    found = {
        "loss": plain(value),
        "gradients": named(by_parameters),
        "input_gradients": {i: plain(g) for i, g in zip(floats, by_inputs)},
    }
    mx.random.seed(2)
    for _ in range(3 if tree_flatten(parameters) else 0):
        gradients = mx.grad(loss)(parameters, *inputs)
        parameters = tree_map(lambda p, g: p - RATE * g, parameters, gradients)
    return {**found, "trained": named(parameters)}


def layer_case(make, call, *inputs):
    """First weights, and in float32 and bfloat16 outputs, gradients and a descent."""

    def made(dtype):
        mx.random.seed(0)
        layer = make()
        if dtype != mx.float32:
            layer.set_dtype(dtype)
        return layer

    def computed(dtype):
        xs = [x.astype(dtype) if mx.issubdtype(x.dtype, mx.floating) else x for x in inputs]
        layer = made(dtype)
        before = dict(tree_flatten(layer.parameters()))
        mx.random.seed(1)
        outputs = listed(call(layer, *xs))
        # Running statistics.
        after = tree_flatten(layer.parameters())
        moved = {name: plain(a) for name, a in after if not mx.array_equal(a, before[name])}
        found = {"outputs": [plain(o) for o in outputs], "moved": moved}
        return {**found, **differentiated(made(dtype), call, xs, weights)}

    layer = made(mx.float32)
    mx.random.seed(1)
    weights = [normal(90 + i, *o.shape) for i, o in enumerate(listed(call(made(mx.float32), *inputs)))]
    return {
        # A function's address is not shown.
        "text": repr(layer).split(" at 0x")[0],
        "parameters": named(layer.parameters()),
        "inputs": [plain(x) for x in inputs],
        "weights": [plain(w) for w in weights],
        "float32": computed(mx.float32),
        "bfloat16": computed(mx.bfloat16),
    }


def forward(layer, *inputs):
    return layer(*inputs)
