# The same as einsum.mjs in Python.
import json
import sys

import mlx.core as mx

sys.path.insert(0, ".")
from best import best  # noqa: E402

CALLS = 50
a = mx.ones((4, 4))
b = mx.ones((4, 4))
c = mx.ones((2, 4, 4))
mx.eval(a, b, c)


def timed(body):
    def repeat():
        for _ in range(CALLS):
            body()

    return best(repeat) / CALLS / 1000


print(
    json.dumps(
        {
            "einsum of two in a scope, µs": timed(lambda: mx.einsum("ij,jk->ik", a, b)),
            "einsum of three in a scope, µs": timed(lambda: mx.einsum("ij,jk,kl->il", a, b, a)),
            "einsum with an ellipsis in a scope, µs": timed(lambda: mx.einsum("...ij,...jk->...ik", c, c)),
        }
    )
)
