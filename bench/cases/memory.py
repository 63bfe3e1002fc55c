# The same as memory.mjs in Python.
import json
import resource
import sys

import mlx.core as mx
from training import training

out = {}
for name, compiled in [
    ("MLP training loop, peak array MB", False),
    ("MLP compiled training loop, peak array MB", True),
]:
    step = training("mlp", compiled)
    step()
    mx.reset_peak_memory()
    for _ in range(1000):
        step()
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
