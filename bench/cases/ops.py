# The same as ops.mjs in Python.
import json
import time

import mlx.core as mx

CALLS = 100
x = mx.zeros((4,))
a = mx.ones((4,))
matrix = mx.ones((4, 4))


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


def timed(run, repeats=3000):
    for _ in range(500):
        run()
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) * 1e9 / (repeats * CALLS)


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
