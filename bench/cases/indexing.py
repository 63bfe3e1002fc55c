# The same as indexing.mjs in Python.
import json
import math
import sys
from pathlib import Path

import mlx.core as mx

sys.path.insert(0, str(Path(__file__).parent.parent))
from best import best

EACH = 20
a = mx.zeros((8, 8, 8))
picks = mx.array([1, 0, 3])
value = mx.ones((8, 8))
row = mx.ones((8,))
target = mx.zeros((8, 8, 8))
mx.eval(a, picks, value, row, target)


def assigning(index, to):
    def run():
        target[index] = to

    return run


READS = {
    "a[3]": lambda: a[3],
    "a[1:5]": lambda: a[1:5],
    "a[..., 0]": lambda: a[..., 0],
    "a[1, 0:2, None]": lambda: a[1, 0:2, None],
    "a[idx]": lambda: a[picks],
    "a[0:2, idx, 3]": lambda: a[0:2, picks, 3],
}
UPDATES = {
    "a.at[3].add(1)": lambda: a.at[3].add(1),
    "a.at[idx].add(v)": lambda: a.at[picks].add(value),
    "a.at[0:2, idx].add(v)": lambda: a.at[0:2, picks].add(row),
}
ASSIGNMENTS = {
    "a[3] = v": assigning(3, value),
    "a[1:5] = 0": assigning(slice(1, 5), 0),
    "a[..., 0] = v": assigning((Ellipsis, 0), value),
    "a[idx] = v": assigning(picks, value),
}


def figures(name, bodies, after=lambda: None):
    times = {}
    for index, body in bodies.items():

        def run():
            for _ in range(EACH):
                body()
            after()

        times[f"{index}, ns"] = best(run) / EACH
    mean = math.exp(sum(map(math.log, times.values())) / len(times))
    return times | {f"{name}, geometric mean, ns": mean}


print(
    json.dumps(
        figures("reading parts", READS)
        | figures("updating parts", UPDATES)
        | figures("assigning parts", ASSIGNMENTS, lambda: mx.eval(target))
    )
)
