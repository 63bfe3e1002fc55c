# The same as loops.mjs in Python.
import json
import sys

import mlx.core as mx

sys.path.insert(0, ".")
from best import best  # noqa: E402

vector = mx.ones((8,))
matrix = mx.ones((8, 8))
weight = mx.multiply(mx.ones((8, 8)), 0.1)
mx.eval(vector, matrix, weight)


def newton():
    x = mx.array(1.0)
    for _ in range(10):
        x = mx.subtract(x, mx.divide(mx.subtract(mx.square(x), 2.0), mx.multiply(x, 2.0)))
    return x.item()


def recurrent():
    h = vector
    for _ in range(20):
        h = mx.tanh(mx.add(mx.matmul(h, weight), vector))
    mx.eval(h)


def sums():
    total = 0
    for _ in range(10):
        total += mx.sum(matrix).item()
    return total


def products():
    y = matrix
    for _ in range(10):
        y = mx.matmul(y, weight)
        mx.eval(y)


loops = {
    "scalar Newton steps": newton,
    "recurrent steps": recurrent,
    "reads of sums": sums,
    "evals of products": products,
}
print(json.dumps({f"{name}, µs": best(run) / 1000 for name, run in loops.items()}))
