# The same as indexing.mjs in Python.
import json
import time

import mlx.core as mx

CALLS = 100
a = mx.zeros((8, 8, 8))
picks = mx.array([1, 0, 3])
value = mx.ones((8, 8))
target = mx.zeros((8, 8, 8))
mx.eval(a, picks, value, target)


def assign_row():
    target[3] = value


def assign_slice():
    target[1:5] = 0


def assign_picks():
    target[picks] = value


bodies = {
    "a[3]": lambda: a[3],
    "a[1:5]": lambda: a[1:5],
    "a[..., 0]": lambda: a[..., 0],
    "a[1, 0:2, None]": lambda: a[1, 0:2, None],
    "a[idx]": lambda: a[picks],
    "a[0:2, idx, 3]": lambda: a[0:2, picks, 3],
    "a.at[3].add(1)": lambda: a.at[3].add(1),
    "a.at[idx].add(v)": lambda: a.at[picks].add(value),
    "a[3] = v": assign_row,
    "a[1:5] = 0": assign_slice,
    "a[idx] = v": assign_picks,
}


def timed(run, repeats=1000):
    def body():
        for _ in range(CALLS):
            run()
        mx.eval(target)

    for _ in range(300):
        body()
    start = time.perf_counter()
    for _ in range(repeats):
        body()
    return (time.perf_counter() - start) * 1e9 / (repeats * CALLS)


print(json.dumps({f"{name}, ns": timed(run) for name, run in bodies.items()}))
