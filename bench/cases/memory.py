# The same as memory.mjs in Python.
import json
import resource
import sys

import mlx.core as mx
from training import training

out = {}
for kind, title, steps in [
    ("mlp", "MLP", 1000),
    ("lstm", "LSTM", 200),
    ("transformer", "transformer", 100),
]:
    for compiled in [False, True]:
        step = training(kind, compiled)
        step()
        mx.reset_peak_memory()
        for _ in range(steps):
            step()
        name = f"{title} {'compiled ' if compiled else ''}training loop, peak array MB"
        out[name] = mx.get_peak_memory() / 1e6
x = mx.zeros((65536,))
mx.eval(x)
mx.reset_peak_memory()
for _ in range(4000):
    mx.eval(mx.add(x, 1))
out["4000 synchronous evals, peak array MB"] = mx.get_peak_memory() / 1e6
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
out["process peak, MB"] = peak / (1e6 if sys.platform == "darwin" else 1e3)
print(json.dumps(out))
