"""Writes checkpoints and what models compute from them, for @mlx-ts/nn's tests, next to this script.

    python packages/nn/test/goldens/make_checkpoint_goldens.py

Made with mlx 0.32.4 on the CPU; the version is written into each file. Nothing here is typed in by hand.
"""

import mlx.core as mx
import mlx.nn as nn

from every_layer import every_layer
from golden_files import HERE, named, normal, plain, write

mx.set_default_device(mx.cpu)


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


# One layer of each class, as it is and in bfloat16.

mx.random.seed(9)
model = every_layer()
model.save_weights(str(HERE / "every_layer.safetensors"))
model.set_dtype(mx.bfloat16)
model.save_weights(str(HERE / "every_layer_bfloat16.safetensors"))
