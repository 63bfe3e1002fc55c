"""Writes what Python's MLX computes with recurrent layers, positions, attention, transformers and
resizing, for @mlx-ts/nn's tests, next to this script.

    python packages/nn/test/goldens/make_sequence_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Layers start from a seed.
Nothing here is typed in by hand.
"""

import mlx.core as mx
import mlx.nn as nn

from golden_files import normal, write
from layer_cases import forward
from layer_cases import layer_case as case

mx.set_default_device(mx.cpu)


# Recurrent layers.

write(
    "recurrent",
    {
        "rnn": case(lambda: nn.RNN(3, 4), forward, normal(1, 2, 5, 3)),
        "rnn without bias, relu": case(
            lambda: nn.RNN(3, 4, bias=False, nonlinearity=nn.relu), forward, normal(2, 5, 3)
        ),
        "rnn from a state": case(lambda: nn.RNN(3, 4), forward, normal(3, 2, 5, 3), normal(4, 2, 4)),
        "rnn of many steps": case(lambda: nn.RNN(2, 3), forward, normal(5, 2, 40, 2)),
        "gru": case(lambda: nn.GRU(3, 4), forward, normal(6, 2, 5, 3)),
        "gru without bias": case(lambda: nn.GRU(3, 4, bias=False), forward, normal(7, 5, 3)),
        "gru from a state": case(lambda: nn.GRU(3, 4), forward, normal(8, 2, 5, 3), normal(9, 2, 4)),
        "gru of many steps": case(lambda: nn.GRU(2, 3), forward, normal(10, 2, 40, 2)),
        "lstm": case(lambda: nn.LSTM(3, 4), forward, normal(11, 2, 5, 3)),
        "lstm without bias": case(lambda: nn.LSTM(3, 4, bias=False), forward, normal(12, 5, 3)),
        "lstm from a state": case(
            lambda: nn.LSTM(3, 4), forward, normal(13, 2, 5, 3), normal(14, 2, 4), normal(15, 2, 4)
        ),
        "lstm of many steps": case(lambda: nn.LSTM(2, 3), forward, normal(16, 2, 40, 2)),
        "lstm of one step, in three axes": case(
            lambda: nn.LSTM(2, 3), forward, normal(17, 2, 3, 1, 2)
        ),
    },
)

# Positions.

scores = normal(20, 2, 3, 4, 4)
write(
    "positions",
    {
        "rope": case(lambda: nn.RoPE(8), forward, normal(21, 2, 3, 5, 8)),
        "rope of neighbours": case(
            lambda: nn.RoPE(4, traditional=True, base=100.0, scale=0.5),
            lambda layer, x: layer(x, offset=7),
            normal(22, 2, 5, 8),
        ),
        "sinusoidal": case(
            lambda: nn.SinusoidalPositionalEncoding(8), forward, normal(23, 2, 5),
        ),
        "sinusoidal with options": case(
            lambda: nn.SinusoidalPositionalEncoding(
                6, min_freq=0.01, max_freq=2, scale=1.0, cos_first=True, full_turns=True
            ),
            forward,
            normal(24, 5),
        ),
        "sinusoidal of one pair": case(
            lambda: nn.SinusoidalPositionalEncoding(2), forward, normal(25, 5),
        ),
        "alibi": case(lambda: nn.ALiBi(), forward, scores),
        "alibi with mask and offset": case(
            lambda: nn.ALiBi(),
            lambda layer, x, mask: layer(x, offset=2, mask=mask),
            normal(26, 2, 8, 3, 5),
            normal(27, 3, 5),
        ),
        "alibi matrix": case(
            lambda: nn.ALiBi(),
            lambda layer, x: x * nn.ALiBi.create_alibi_matrix(5, 6, 12, 2, mx.float32),
            normal(28, 1, 12, 3, 6),
        ),
        "causal mask": case(
            lambda: nn.Identity(),
            lambda layer, x: x * nn.MultiHeadAttention.create_additive_causal_mask(4) / 1e38,
            normal(29, 4, 4),
        ),
    },
)

# Attention and transformers.

x, y, z = normal(30, 2, 5, 8), normal(31, 2, 3, 8), normal(32, 2, 3, 8)
causal = nn.MultiHeadAttention.create_additive_causal_mask(5)
booleans = mx.arange(5)[:, None] >= mx.arange(3)[None]

write(
    "transformers",
    {
        "attention": case(lambda: nn.MultiHeadAttention(8, 2), forward, x, y, z),
        "attention with options": case(
            lambda: nn.MultiHeadAttention(
                8,
                4,
                query_input_dims=6,
                key_input_dims=3,
                value_input_dims=5,
                value_dims=12,
                value_output_dims=7,
                bias=True,
            ),
            forward,
            normal(33, 2, 5, 6),
            normal(34, 2, 3, 3),
            normal(35, 2, 3, 5),
        ),
        "attention, causal": case(
            lambda: nn.MultiHeadAttention(8, 2), lambda m, x: m(x, x, x, "causal"), x
        ),
        "attention with an added mask": case(
            lambda: nn.MultiHeadAttention(8, 2),
            lambda m, x: m(x, x, x, causal.astype(x.dtype)),
            x,
        ),
        "attention with a mask of booleans": case(
            lambda: nn.MultiHeadAttention(8, 2), lambda m, x, y, z: m(x, y, z, booleans), x, y, z
        ),
        "encoder layer": case(
            lambda: nn.TransformerEncoderLayer(8, 2), lambda m, x: m(x, None), x
        ),
        "encoder layer, norm last": case(
            lambda: nn.TransformerEncoderLayer(
                8, 2, mlp_dims=6, activation=nn.gelu, norm_first=False
            ),
            lambda m, x: m(x, "causal"),
            x,
        ),
        "encoder layer with dropout and PReLU": case(
            lambda: nn.TransformerEncoderLayer(8, 2, 6, dropout=0.25, activation=nn.PReLU()),
            lambda m, x: m(x, None),
            x,
        ),
        "encoder": case(
            lambda: nn.TransformerEncoder(2, 8, 2, mlp_dims=6),
            lambda m, x: m(x, causal.astype(x.dtype)),
            x,
        ),
        "encoder with checkpoints": case(
            lambda: nn.TransformerEncoder(2, 8, 2, mlp_dims=6, norm_first=False, checkpoint=True),
            lambda m, x: m(x, "causal"),
            x,
        ),
        "decoder layer": case(
            lambda: nn.TransformerDecoderLayer(8, 2, mlp_dims=6),
            lambda m, y, x: m(y, x, "causal", None),
            y,
            x,
        ),
        "decoder layer, norm last": case(
            lambda: nn.TransformerDecoderLayer(8, 2, mlp_dims=6, dropout=0.5, norm_first=False),
            lambda m, x, y: m(x, y, None, booleans),
            x,
            y,
        ),
        "decoder with checkpoints": case(
            lambda: nn.TransformerDecoder(2, 8, 2, mlp_dims=6, checkpoint=True),
            lambda m, y, x: m(y, x, "causal", None),
            y,
            x,
        ),
        "transformer": case(
            lambda: nn.Transformer(8, 2, 1, 1, mlp_dims=6, activation=nn.silu),
            lambda m, x, y: m(x, y, None, "causal", None),
            x,
            y,
        ),
    },
)

# Resizing.

images = normal(40, 2, 4, 3, 2)
sequence = normal(41, 2, 5, 2)
large = normal(42, 1, 8, 6, 1)
resized = {}
for mode in ["nearest", "linear", "cubic"]:
    for scale in [2, (3, 2), (1.5, 2.4), 0.6]:
        resized[f"{mode} by {scale}"] = case(
            lambda: nn.Upsample(scale, mode=mode), forward, images
        )
    resized[f"{mode} of a sequence"] = case(lambda: nn.Upsample((1.75,), mode), forward, sequence)
    resized[f"{mode} of a volume"] = case(
        lambda: nn.Upsample(2.0, mode), forward, normal(43, 1, 2, 3, 2, 1),
    )
for mode in ["linear", "cubic"]:
    for scale in [2, (1.5, 2.4), 0.6]:
        resized[f"{mode} by {scale}, corners aligned"] = case(
            lambda: nn.Upsample(scale, mode=mode, align_corners=True), forward, images,
        )
    for scale in [0.5, (0.4, 0.75), 2]:
        resized[f"{mode} by {scale}, filtered"] = case(
            lambda: nn.Upsample(scale, mode=mode, antialias=True), forward, large,
        )
write("upsample", resized)
