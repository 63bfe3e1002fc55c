"""Random numbers: from keys, and from the global state."""

import mlx.core as mx

from .book import described, python_function, to_json, to_python

INF = float("inf")


def fill(book) -> None:
    keys = [book.array(mx.random.key(seed), "uint32") for seed in [0, 1, 12345, 2**40 + 7]]
    book.extra["keys"] = [[str(seed), described(mx.random.key(seed))["data"]] for seed in [0, 1, 2**32, 2**53 - 1, 2**63, 2**64 - 1]]
    for key in keys:
        book.case("random.split", key)
        book.case("random.split", key, 5)
        for op, args in CALLS:
            book.case(f"random.{op}", *arguments(book, args), key=key)
    key = keys[0]
    for dtype in ["float16", "bfloat16", "float32"]:
        book.case("random.uniform", -1.0, 2.0, [6], dtype, key=key)
        book.case("random.normal", [6], dtype, 1.5, 0.5, key=key)
        book.case("random.gumbel", [6], dtype, key=key)
        book.case("random.laplace", [6], dtype, 1.0, 2.0, key=key)
        book.case("random.truncatedNormal", -1.0, 1.0, [6], dtype, key=key)
    for dtype in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64"]:
        book.case("random.randint", 0, 100, [6], dtype, key=key)
    for shape in [[], [0], [1], [3, 0], [2, 3], [33]]:
        book.case("random.uniform", shape=shape, key=key)
        book.case("random.normal", shape, key=key)
        book.case("random.bernoulli", 0.3, shape, key=key)
        book.case("random.randint", -5, 5, shape, key=key)
    low, high = book.array([[0], [10]], "float32"), book.array([1, 20, 30], "float32")
    book.case("random.uniform", low, high, [2, 3], key=key)
    book.case("random.uniform", low, high, [3, 2], key=key)
    book.case("random.randint", book.array([0, 10], "int32"), book.array([5, 20], "int32"), [3, 2], key=key)
    book.case("random.normal", [2, 3], loc=low, scale=0.1, key=key)
    book.case("random.bernoulli", book.array([0, 0.5, 1], "float32"), key=key)
    book.case("random.bernoulli", book.array([0, 0.5, 1], "float32"), [4, 3], key=key)
    book.case("random.truncatedNormal", book.array([-1, 0], "float32"), book.array([0, 1], "float32"), key=key)
    logits = book.array([[0, 1, -1, 2], [-INF, 0, -INF, -INF], [3, 3, 3, 3]], "float32")
    book.case("random.categorical", logits, key=key)
    book.case("random.categorical", logits, 0, key=key)
    book.case("random.categorical", logits, num_samples=5, key=key)
    book.case("random.categorical", logits, -1, shape=[2, 3], key=key)
    for a in [book.array(mx.arange(12).reshape(4, 3), "int32"), book.array(mx.arange(12).reshape(3, 4), "float32", "transpose")]:
        for axis in [0, 1, -1]:
            book.case("random.permutation", a, axis, key=key)
    book.case("random.permutation", 7, key=key)
    book.case("random.permutation", 0, key=key)
    # Refused: shapes and keys that do not fit.
    book.case("random.uniform", shape=[-1], key=key)
    book.case("random.uniform", shape=[2], key=book.array([1, 2, 3], "uint32"))
    book.case("random.normal", [2], key=book.array([1, 2], "int32"))
    book.case("random.uniform", shape=[2], dtype="int32", key=key)
    book.case("random.randint", 0, 5, [2], "float32", key=key)
    book.case("random.permutation", book.array([1, 2], "int32"), 1, key=key)
    streams(book)


CALLS = [
    ("uniform", []),
    ("uniform", [0.0, 1.0, [5]]),
    ("normal", [[5]]),
    ("randint", [0, 1000, [5]]),
    ("bernoulli", []),
    ("bernoulli", [0.5, [8]]),
    ("permutation", [9]),
    ("gumbel", [[4]]),
    ("laplace", [[4]]),
    ("truncatedNormal", [-1.0, 2.0, [4]]),
    ("categorical", ["logits"]),
]


def arguments(book, args):
    return [book.array([[0.1, 0.2, 0.3], [1, 0, -1]], "float32") if arg == "logits" else arg for arg in args]


def streams(book) -> None:
    """What the global state gives after a seed: every op draws its own key from it."""
    runs = []
    for seed in [0, 42, 2**31]:
        mx.random.seed(seed)
        calls = []
        for op, args in CALLS + CALLS[:3]:
            given = arguments(book, args)
            out = python_function(f"random.{op}")(*[to_python(arg) for arg in given])
            calls.append({"op": f"random.{op}", "args": [to_json(arg) for arg in given], "out": described(out)})
        runs.append({"seed": seed, "calls": calls, "state": described(mx.random.state[0])["data"]})
    book.extra["streams"] = runs
