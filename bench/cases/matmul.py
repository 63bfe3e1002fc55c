# The same as matmul.mjs in Python; the stock wheel is slow, so it repeats less.
import json
import os
import time

import mlx.core as mx

out = {}
for n in [64, 256, 512, 1024]:
    a = mx.random.normal((n, n))
    b = mx.random.normal((n, n))
    mx.eval(a, b)
    scale = 4e9 if "LD_PRELOAD" in os.environ else 2e8
    repeats = max(3, int(scale / n**3 / 2))
    for _ in range(3):
        mx.eval(mx.matmul(a, b))
    start = time.perf_counter()
    for _ in range(repeats):
        mx.eval(mx.matmul(a, b))
    out[f"matmul {n}, GFLOP/s"] = 2 * n**3 * repeats / ((time.perf_counter() - start) * 1e9)
print(json.dumps(out))
