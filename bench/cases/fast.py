# The same as fast.mjs in Python.
import json
import sys

import mlx.core as mx

sys.path.insert(0, ".")
from best import best  # noqa: E402

key = mx.random.key(0)


def normal(*shape):
    return mx.random.normal(shape, key=key)


def layers(t, h, d):
    x = normal(1, t, h * d)
    weight = mx.ones((h * d,))
    heads = normal(1, h, t, d)
    packed = mx.quantize(normal(h * d, h * d))
    mx.eval(x, weight, heads, packed)
    turn = {"traditional": False, "base": 10000, "scale": 1, "offset": 3}
    scaled = {"scale": d**-0.5, "mask": "causal"}
    return {
        "rmsNorm": lambda: mx.fast.rms_norm(x, weight, 1e-5),
        "rope": lambda: mx.fast.rope(heads, d, **turn),
        "attention": lambda: mx.fast.scaled_dot_product_attention(heads, heads, heads, **scaled),
        "quantizedMatmul": lambda: mx.quantized_matmul(x, *packed),
    }


CALLS = 20
figures = {}
for name, layer in layers(1, 1, 64).items():

    def build():
        for _ in range(CALLS):
            layer()

    figures[f"building {name}, ns"] = best(build) / CALLS
for size, t, h, d in [("a token", 1, 8, 64), ("a text", 128, 8, 64)]:
    for name, layer in layers(t, h, d).items():
        figures[f"{name} of {size}, µs"] = best(lambda: mx.eval(layer()), batches=15) / 1e3
print(json.dumps(figures))
