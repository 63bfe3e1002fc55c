"""A model with one layer of each class that has weights, and inputs for each; ../every-layer.ts has the same."""

import mlx.core as mx
import mlx.nn as nn

from golden_files import normal


def tokens(seed, *shape):
    return mx.random.randint(0, 6, shape, key=mx.random.key(seed))


# By name: how the layer is made, and its inputs.
LAYERS = {
    "linear": (lambda: nn.Linear(4, 3), normal(1, 2, 4)),
    "bilinear": (lambda: nn.Bilinear(4, 3, 2), normal(2, 5, 4), normal(3, 5, 3)),
    "embedding": (lambda: nn.Embedding(6, 4), tokens(4, 2, 3)),
    "conv1d": (lambda: nn.Conv1d(2, 3, 3), normal(5, 2, 6, 2)),
    "conv2d": (lambda: nn.Conv2d(4, 2, (3, 2), groups=2), normal(6, 2, 5, 4, 4)),
    "conv3d": (lambda: nn.Conv3d(2, 3, 2), normal(7, 1, 3, 4, 3, 2)),
    "conv_transpose1d": (lambda: nn.ConvTranspose1d(2, 3, 3), normal(8, 2, 5, 2)),
    "conv_transpose2d": (lambda: nn.ConvTranspose2d(2, 3, 2), normal(9, 2, 3, 4, 2)),
    "conv_transpose3d": (lambda: nn.ConvTranspose3d(2, 1, 2), normal(10, 1, 2, 3, 2, 2)),
    "instance_norm": (lambda: nn.InstanceNorm(3, affine=True), normal(11, 2, 5, 3)),
    "layer_norm": (lambda: nn.LayerNorm(6), normal(12, 2, 6)),
    "rms_norm": (lambda: nn.RMSNorm(6), normal(13, 2, 6)),
    "group_norm": (lambda: nn.GroupNorm(2, 6), normal(14, 2, 4, 6)),
    "batch_norm": (lambda: nn.BatchNorm(3), normal(15, 8, 3)),
    "prelu": (lambda: nn.PReLU(3), normal(16, 2, 3)),
    "rnn": (lambda: nn.RNN(3, 4), normal(17, 2, 5, 3)),
    "gru": (lambda: nn.GRU(3, 4), normal(18, 2, 5, 3)),
    "lstm": (lambda: nn.LSTM(3, 4), normal(19, 2, 5, 3)),
    "attention": (
        lambda: nn.MultiHeadAttention(4, 2, bias=True),
        normal(20, 2, 5, 4),
        normal(21, 2, 3, 4),
        normal(22, 2, 3, 4),
    ),
    "transformer": (
        lambda: nn.Transformer(4, 2, 1, 2, 6),
        normal(23, 2, 5, 4),
        normal(24, 2, 3, 4),
        None,
        None,
        None,
    ),
    "quantized_linear": (lambda: nn.QuantizedLinear(64, 3, group_size=32, bits=3), normal(25, 2, 64)),
    "quantized_embedding": (
        lambda: nn.QuantizedEmbedding(6, 32, mode="mxfp4"),
        tokens(26, 2, 3),
    ),
    "qq_linear": (lambda: nn.QQLinear(32, 4), normal(27, 1, 32)),
}


class EveryLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {name: make() for name, (make, *_) in LAYERS.items()}


def every_layer():
    """In evaluation, with running statistics that have moved: packed inputs need it."""
    model = EveryLayer()
    model.layers["batch_norm"](normal(28, 6, 3))
    return model.eval()


def outputs(model):
    """What each layer computes, by its name and the number of the output."""
    found = {}
    for name, (_, *inputs) in LAYERS.items():
        out = model.layers[name](*inputs)
        for i, array in enumerate(out if isinstance(out, tuple) else [out]):
            found[f"{name}.{i}"] = array
    return found
