# The same as families.mjs in Python.
import json
import math
import sys

import mlx.core as mx

sys.path.insert(0, ".")
from best import best  # noqa: E402

a = mx.ones((4, 4))
b = mx.ones((4, 4))
row = mx.ones((4,))
mask = mx.array([True, False, True, False])
indices = mx.array([0, 2, 1], dtype=mx.int32)
mx.eval(a, b, row, mask, indices)

ops = {
    "add": lambda: mx.add(a, b),
    "multiply by a number": lambda: mx.multiply(a, 2),
    "divide": lambda: mx.divide(a, row),
    "maximum": lambda: mx.maximum(a, 0),
    "exp": lambda: mx.exp(a),
    "sqrt": lambda: mx.sqrt(a),
    "astype": lambda: a.astype(mx.float16),
    "where": lambda: mx.where(mask, a, 0),
    "equal": lambda: mx.equal(a, b),
    "sum of an axis": lambda: mx.sum(a, 0),
    "mean by keywords": lambda: mx.mean(a, axis=-1, keepdims=True),
    "argmax": lambda: mx.argmax(a, -1),
    "softmax": lambda: mx.softmax(a, -1),
    "matmul": lambda: mx.matmul(a, b),
    "addmm": lambda: mx.addmm(row, a, b),
    "reshape": lambda: mx.reshape(a, (2, 8)),
    "transpose": lambda: mx.transpose(a),
    "concatenate": lambda: mx.concatenate([a, b], 0),
    "take": lambda: mx.take(a, indices, 0),
    "zeros": lambda: mx.zeros((4, 4)),
}

EACH = 50
figures = {}
for name, op in ops.items():

    def body(op=op):
        for _ in range(EACH):
            op()

    figures[f"{name}, ns"] = best(body) / EACH
mean = math.exp(sum(math.log(ns) for ns in figures.values()) / len(figures))
print(json.dumps({**figures, "geometric mean of 20 ops, ns": mean}))
