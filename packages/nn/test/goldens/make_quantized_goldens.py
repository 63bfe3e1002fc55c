"""Writes what Python's MLX computes with quantized layers, for @mlx-ts/nn's tests, next to this script.

    python packages/nn/test/goldens/make_quantized_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Nothing here is typed in by hand.
"""

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten, tree_map

from golden_files import HERE, named, normal, plain, write

mx.set_default_device(mx.cpu)

PACKINGS = [("affine", group, bits) for bits in [2, 3, 4, 5, 6, 8] for group in [32, 64, 128]]
PACKINGS += [("mxfp4", 32, 4), ("mxfp8", 32, 8), ("nvfp4", 16, 4)]

weight, bias = normal(1, 4, 128), normal(2, 4)
x = normal(3, 2, 128)
ids = mx.array([[0, 3], [2, 2]], mx.int32)


def layer_case(mode, group, bits, dtype):
    linear = nn.Linear(128, 4)
    linear.weight, linear.bias = weight.astype(dtype), bias.astype(dtype)
    layer = linear.to_quantized(group, bits, mode)
    embedding = nn.Embedding(4, 128)
    embedding.weight = weight.astype(dtype)
    table = embedding.to_quantized(group, bits, mode)
    inputs = x.astype(dtype)

    def loss(parameters, inputs):
        layer.update(parameters)
        return layer(inputs).square().sum()

    output = plain(layer(inputs))
    parameters = layer.trainable_parameters()
    found = named(layer.parameters())
    trained = parameters
    for _ in range(3):
        trained = tree_map(lambda p, g: p - 0.1 * g, trained, mx.grad(loss)(trained, inputs))
    gradients, input_gradient = mx.grad(loss, argnums=[0, 1])(parameters, inputs)
    return {
        "options": {"group_size": group, "bits": bits, "mode": mode},
        "text": repr(layer),
        "embedding_text": repr(table),
        "parameters": found,
        "output": output,
        "gradients": named(gradients),
        "input_gradient": plain(input_gradient),
        "trained": named(trained),
        "rows": plain(table(ids)),
        "as_linear": plain(table.as_linear(inputs)),
        "as_linear_gradient": plain(mx.grad(lambda a: table.as_linear(a).square().sum())(inputs)),
    }


cases = {}
for mode, group, bits in PACKINGS:
    cases[f"{mode}, {bits} bits, groups of {group}"] = layer_case(mode, group, bits, mx.float32)
for mode, group, bits in [("affine", 64, 4), ("affine", 32, 8), *PACKINGS[-3:]]:
    title = f"{mode}, {bits} bits, groups of {group}, bfloat16"
    cases[title] = layer_case(mode, group, bits, mx.bfloat16)
write("quantized", cases)
write("quantized_inputs", {"weight": plain(weight), "bias": plain(bias), "x": plain(x), "ids": plain(ids)})


def both_case(mode):
    mx.random.seed(0)
    layer = nn.Linear(64, 3, bias=False).to_quantized(mode=mode, quantize_input=True)
    a = normal(4, 1, 64)
    found = {"text": repr(layer), "parameters": named(layer.parameters())}
    layer.eval()
    found["packed"] = named(layer.parameters())
    found["packed_text"] = repr(layer)
    found["output"] = plain(layer(a))
    layer.train()
    found["unpacked"] = named(layer.parameters())
    found["input"] = plain(a)
    return found


write("quantized_both", {mode: both_case(mode) for mode in ["nvfp4", "mxfp8"]})


# A model with a choice for each layer, saved.


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(8, 64)
        self.layers = [nn.Linear(64, 64, bias=False), nn.Linear(64, 32)]
        self.out_proj = nn.Linear(32, 2)

    def __call__(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = nn.relu(layer(x))
        return self.out_proj(x)


def choice(path, layer):
    if path == "out_proj":
        return False
    if path == "layers.1":
        return {"group_size": 32, "bits": 8, "mode": "mxfp8"}
    return True


mx.random.seed(6)
model = Model()
nn.quantize(model, 32, 4, class_predicate=choice)
model.save_weights(str(HERE / "quantized.safetensors"))
tokens = mx.array([[1, 7, 0]], mx.int32)
write(
    "quantized_model",
    {
        "text": repr(model),
        "names": [name for name, _ in tree_flatten(model.parameters())],
        "output": plain(model(tokens)),
        "next_draw": plain(mx.random.uniform(shape=(2,))),
    },
)
