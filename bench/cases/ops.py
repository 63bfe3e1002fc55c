# The same as ops.mjs in Python.
import json
import sys

import mlx.core as mx

sys.path.insert(0, ".")
from best import best  # noqa: E402

CALLS = 100
x = mx.zeros((4,))
a = mx.ones((4,))
matrix = mx.ones((4, 4))
mx.eval(x, a, matrix)


def chain():
    y = x
    for _ in range(0, CALLS, 2):
        y = mx.add(mx.multiply(y, a), a)


def numbers():
    y = x
    for _ in range(0, CALLS, 2):
        y = mx.add(mx.multiply(y, 2.0), 0.5)


def reductions():
    for _ in range(0, CALLS, 2):
        mx.sum(matrix, 0)
        mx.mean(matrix, axis=1, keepdims=True)


def timed(run):
    return best(run) / CALLS


built = timed(chain)
print(
    json.dumps(
        {
            "op building in a scope, ns/op": built,
            "op building with numbers in a scope, ns/op": timed(numbers),
            "reductions in a scope, ns/op": timed(reductions),
            "op building outside scopes, ns/op": built,
        }
    )
)
