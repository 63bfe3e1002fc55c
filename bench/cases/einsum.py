# The same as einsum.mjs in Python.
import json
import time

import mlx.core as mx

CALLS = 50
a = mx.ones((4, 4))
b = mx.ones((4, 4))
c = mx.ones((2, 4, 4))


def timed(body, repeats=400):
    for _ in range(100):
        for _ in range(CALLS):
            body()
    start = time.perf_counter()
    for _ in range(repeats):
        for _ in range(CALLS):
            body()
    return (time.perf_counter() - start) * 1e6 / (repeats * CALLS)


print(
    json.dumps(
        {
            "einsum of two in a scope, µs": timed(lambda: mx.einsum("ij,jk->ik", a, b)),
            "einsum of three in a scope, µs": timed(lambda: mx.einsum("ij,jk,kl->il", a, b, a)),
            "einsum with an ellipsis in a scope, µs": timed(lambda: mx.einsum("...ij,...jk->...ik", c, c)),
        }
    )
)
