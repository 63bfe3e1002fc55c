# The same as import.mjs in Python.
import time

start = time.perf_counter()
import json  # noqa: E402

import mlx.core as mx  # noqa: E402

mx.add(mx.array([1.0, 2.0]), 3.0).sum().item()
print(json.dumps({"import and first op, ms": (time.perf_counter() - start) * 1e3}))
