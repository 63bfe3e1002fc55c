"""Writes what each of two processes computes with Python's MLX, for @mlx-ts/nn's tests, next to this script.

    mlx.launch -n 2 --backend ring packages/nn/test/goldens/make_distributed_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Nothing here is typed in by hand.
The ring has no sum_scatter, which gradients of fully sharded modules need: these are what their definition
says, this process's rows of the whole gradients' average.
"""

import mlx.core as mx
import mlx.nn as nn
from mlx.nn.layers.distributed import shard_inplace, shard_linear, sum_gradients
from mlx.nn.utils import average_gradients, clip_grad_norm_sharded
from mlx.utils import tree_flatten, tree_map

from golden_files import HERE, named, normal, plain, write

mx.set_default_device(mx.cpu)
group = mx.distributed.init(strict=True, backend="ring")
rank, size = group.rank(), group.size()

inputs = {
    "weight": normal(1, 12, 8),
    "bias": normal(2, 12),
    "next_weight": normal(3, 6, 12),
    "next_bias": normal(4, 6),
    "x": normal(5, 4, 8),
    "y": normal(6, 4, 6),
    "slopes": normal(7, 4, 12),
    "packed_weight": normal(8, 12, 128),
    "packed_bias": normal(9, 12),
    "packed_x": normal(10, 3, 128),
    "packed_slopes": normal(11, 3, 12),
}
cases = {}


def own(a, axis):
    return mx.split(a, size, axis=axis)[rank]


def linear(dtype=mx.float32, bias=True, name=""):
    weight = inputs[f"{name}weight"]
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias)
    layer.weight = weight
    if bias:
        layer.bias = inputs[f"{name}bias"]
    layer.set_dtype(dtype)
    return layer


def layer_case(layer, x, slopes):
    """What is seen of a layer: its parts, result and gradients."""
    loss = lambda a: (layer(a) * slopes).sum()
    gradients = nn.value_and_grad(layer, lambda: loss(x))()[1] if layer.trainable_parameters() else {}
    return {
        "text": repr(layer),
        "parameters": named(layer.parameters()),
        "output": plain(layer(x)),
        "gradients": named(gradients),
        "input_gradient": plain(mx.grad(loss)(x)),
    }


for dtype in [mx.float32, mx.bfloat16]:
    x, slopes = inputs["x"].astype(dtype), inputs["slopes"].astype(dtype)
    for bias in [True, False]:
        title = f"{str(dtype).split('.')[-1]}{'' if bias else ' without bias'}"
        layer = nn.AllToShardedLinear.from_linear(linear(dtype, bias))
        cases[f"all to sharded, {title}"] = layer_case(layer, x, own(slopes, -1))
        layer = nn.ShardedToAllLinear.from_linear(linear(dtype, bias))
        cases[f"sharded to all, {title}"] = layer_case(layer, own(x, -1), slopes)

for segments in [3, [4, 8], [0, 2, 8], [0.5], [0.34, 0.67]]:
    cases[f"segments {segments}"] = {
        "all_to_sharded": named(shard_linear(linear(), "all-to-sharded", segments=segments).parameters()),
    }
for segments in [2, [4], [0.25, 0.5]]:
    cases[f"inner segments {segments}"] = {
        "sharded_to_all": named(shard_linear(linear(), "sharded-to-all", segments=segments).parameters()),
    }

PACKINGS = [("affine", 64, 4), ("affine", 32, 3), ("affine", 32, 8), ("mxfp4", 32, 4), ("nvfp4", 16, 4)]
for mode, group_size, bits in PACKINGS:
    for bias in [True, False]:
        whole = linear(bias=bias, name="packed_").to_quantized(group_size, bits, mode)
        title = f"{mode}, {bits} bits{'' if bias else ' without bias'}"
        x, slopes = inputs["packed_x"], inputs["packed_slopes"]
        packing = {"mode": mode, "group_size": group_size, "bits": bits}
        for kind, part in [("all to sharded", (x, own(slopes, -1))), ("sharded to all", (own(x, -1), slopes))]:
            layer = shard_linear(whole, kind.replace(" ", "-"))
            layer.unfreeze()
            cases[f"packed {kind}, {title}"] = {"packing": packing, **layer_case(layer, *part)}
whole = linear(name="packed_").to_quantized(32, 4)
cases["packed segments"] = {
    "three": named(shard_linear(whole, "all-to-sharded", segments=3).parameters()),
    "halves": named(shard_linear(whole, "sharded-to-all", segments=[0.5]).parameters()),
}

mx.random.seed(7)
fresh = [
    nn.AllToShardedLinear(8, 12),
    nn.ShardedToAllLinear(8, 12, bias=False),
    nn.QuantizedAllToShardedLinear(64, 4),
    nn.QuantizedShardedToAllLinear(128, 4, group_size=32, bits=8),
    nn.AllToShardedLinear.from_linear(nn.Linear(8, 12)),
]
cases["drawn"] = {
    "texts": [repr(layer) for layer in fresh],
    "parameters": {str(i): named(layer.parameters()) for i, layer in enumerate(fresh)},
    "next": plain(mx.random.uniform(shape=(2,))),
}

layer = linear()
shard_inplace(layer, lambda path, weight: (1, 2) if path == "weight" else None)
cases["in place"] = {
    "predicate": named(layer.parameters()),
    "named": named((lambda a: shard_inplace(a, "all-to-sharded", segments=3) or a)(linear()).parameters()),
}

cases["summed gradients"] = {
    "gradient": plain(mx.grad(lambda a: (sum_gradients(group)(a) * (rank + 1)).sum())(inputs["bias"])),
}


class MLP(nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.in_proj = first
        self.out_proj = second

    def __call__(self, x):
        return self.out_proj(nn.relu(self.in_proj(x)))


def train(model, x, y, average=lambda g: g):
    """Three steps of gradient descent."""
    step = nn.value_and_grad(model, lambda a, b: nn.losses.mse_loss(model(a), b))
    losses = []
    for _ in range(3):
        loss, gradients = step(x, y)
        gradients = average(gradients)
        model.update(tree_map(lambda p, g: p - 0.1 * g, model.trainable_parameters(), gradients))
        losses.append(plain(loss))
    return {"losses": {str(i): loss for i, loss in enumerate(losses)}, "parameters": named(model.parameters())}


x, y = inputs["x"], inputs["y"]
sharded = MLP(shard_linear(linear(), "all-to-sharded"), shard_linear(linear(name="next_"), "sharded-to-all"))
cases["tensor parallel training"] = {"text": repr(sharded), **train(sharded, x, y)}
cases["data parallel training"] = train(
    MLP(linear(), linear(name="next_")), own(x, 0), own(y, 0), average_gradients
)

gradients = {
    "a": inputs["x"] * (rank + 1),
    "list": [inputs["bias"] - rank, {"b": inputs["y"] * (1 - rank)}],
    "c": inputs["next_bias"],
}
half = {**gradients, "c": gradients["c"].astype(mx.bfloat16)}
for title, tree, bytes_ in [
    ("together", gradients, 32 * 1024**2),
    ("in packs", gradients, 150),
    ("each by itself", gradients, 0),
    ("of two dtypes", half, 1024),
]:
    cases[f"averaged {title}"] = {"tree": named(average_gradients(tree, all_reduce_size=bytes_))}

for bound in [1.0, 1000.0]:
    clipped, norm = clip_grad_norm_sharded(gradients, bound)
    cases[f"clipped to {bound:g}"] = {"tree": named(clipped), "norm": plain(norm)}


def fully(dtype=None):
    return nn.fully_shard(MLP(nn.fully_shard(linear(), compute_dtype=dtype), linear(name="next_")), compute_dtype=dtype)


def own_rows(tree):
    return tree_map(lambda a: own(a, 0), tree)


for dtype in [None, mx.bfloat16]:
    model = fully(dtype)
    cases[f"fully sharded{' in bfloat16' if dtype else ''}"] = {
        "text": repr(model),
        "parameters": named(model.parameters()),
        "output": plain(model(own(x, 0))),
        "parameters_after": named(model.parameters()),
    }
whole = MLP(linear(), linear(name="next_"))
result = train(whole, own(x, 0), own(y, 0), average_gradients)
parts = [plain(a) for _, a in tree_flatten(own_rows(whole.parameters()))]
names = [name for name, _ in tree_flatten(fully().parameters())]
cases["fully sharded training"] = {**result, "parameters": dict(zip(names, parts))}

table = nn.Embedding(12, 8)
table.weight = inputs["weight"]
cases["fully sharded embedding"] = {
    "as_linear": plain(nn.fully_shard(table).as_linear(inputs["x"])),
}

write(f"distributed_{rank}", cases)
if rank == 0:
    mx.save_safetensors(str(HERE / "distributed.safetensors"), inputs)
