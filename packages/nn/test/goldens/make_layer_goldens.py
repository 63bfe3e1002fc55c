"""Writes what Python's MLX computes with layers of one call, for @mlx-ts/nn's tests, next to this script.

    python packages/nn/test/goldens/make_layer_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into the file. Layers start from a seed.
Nothing here is typed in by hand.
"""

import mlx.core as mx
import mlx.nn as nn

from golden_files import normal, write
from layer_cases import forward, layer_case

mx.set_default_device(mx.cpu)


def ties(seed, *shape):
    """Whole numbers, so that windows have several maxima."""
    return mx.random.randint(0, 3, shape, key=mx.random.key(seed)).astype(mx.float32)


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
}

write("layers", {name: layer_case(make, forward, *xs) for name, (make, *xs) in LAYERS.items()})
