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
    for dtype in ["float64", "complex64"]:
        book.case("random.normal", [6], dtype, key=key)
        book.case("random.normal", [6], dtype, 1.5, 0.5, key=key)
    book.case("random.normal", [2], "complex64", book.array([1 + 2j, 3j], "complex64"), 2.0, key=key)
    book.case("random.laplace", [6], "float64", 1.0, 2.0, key=key)
    for dtype in ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]:
        book.case("random.randint", 0, 100, [6], dtype, key=key)
    # None is the op's own dtype.
    book.case("random.uniform", 0.0, 1.0, [3], None, key=key)
    book.case("random.normal", [3], None, key=key)
    book.case("random.gumbel", [3], None, key=key)
    book.case("random.laplace", [3], None, key=key)
    book.case("random.truncatedNormal", -1.0, 1.0, [3], None, key=key)
    book.case("random.randint", 0, 9, [3], None, key=key)
    multivariate(book, keys)
    # Ends the wrong way round, and numbers without an order.
    book.case("random.uniform", 2.0, 1.0, [4], key=key)
    book.case("random.randint", 5, 2, [4], key=key)
    book.case("random.truncatedNormal", 1.0, -1.0, [4], key=key)
    book.case("random.uniform", float("nan"), 1.0, [2], key=key)
    book.case("random.laplace", [2], "float32", 0.0, 0.0, key=key)
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
    for dtype in ["float64", "complex64", "bool"]:
        book.case("random.uniform", shape=[2], dtype=dtype, key=key)
        book.case("random.gumbel", [2], dtype, key=key)
        book.case("random.truncatedNormal", -1.0, 1.0, [2], dtype, key=key)
    for dtype in ["int32", "bool"]:
        book.case("random.normal", [2], dtype, key=key)
        book.case("random.laplace", [2], dtype, key=key)
    book.case("random.bernoulli", book.array([1, 0], "int32"), key=key)
    book.case("random.bernoulli", book.array([0.5, 0.5], "float32"), [3], key=key)
    book.case("random.categorical", logits, 2, key=key)
    book.case("random.categorical", logits, -1, [5], key=key)
    book.case("random.categorical", logits, -1, [3], 2, key=key)
    book.case("random.categorical", logits, num_samples=-1, key=key)
    book.case("random.categorical", book.normal([2, 0], "float32"), key=key)
    book.case("random.split", key, -1)
    book.case("random.split", key, 0)
    book.case("random.permutation", -1, key=key)
    streams(book)


def multivariate(book, keys) -> None:
    op = "random.multivariateNormal"
    mean, means = book.array([1, -2], "float32"), book.array([[0, 0], [10, 20], [5, -5]], "float32")
    covariance = book.array([[2, 0.5], [0.5, 1]], "float32")
    several = book.array([[[1, 0], [0, 4]], [[2, 1], [1, 2]], [[0, 0], [0, 1]]], "float32")
    for key in keys[:2]:
        book.case(op, mean, covariance, key=key)
        book.case(op, mean, covariance, [3], key=key)
        book.case(op, means, covariance, key=key)
        book.case(op, means, several, [2, 3], "float32", key)
        book.case(op, mean, several, key=key)
        book.case(op, mean, covariance, [2], None, key=key)
    key = keys[0]
    for dtype in ["float16", "int32", "float64"]:
        book.case(op, book.array([1, 2], dtype), book.array([[1, 0], [0, 4]], dtype), [2], key=key)
    book.case(op, mean, covariance, [0], key=key)
    book.case(op, book.normal([0], "float32"), book.normal([0, 0], "float32"), [2], key=key)
    # Not positive semi-definite: Python draws from the square root of its magnitude.
    book.case(op, mean, book.array([[-1, 0], [0, -4]], "float32"), [2], key=key)
    for shapes in [([], [2, 2]), ([2], [2]), ([2], [3, 3]), ([2], [2, 3]), ([3, 2], [2, 2, 2])]:
        book.case(op, *[book.normal(shape, "float32") for shape in shapes], key=key)
    book.case(op, mean, covariance, [-1], key=key)
    book.case(op, means, covariance, [2], key=key)
    book.case(op, mean, covariance, [2], "float16", key=key)
    book.case(op, mean, covariance, key=book.array([1, 2, 3], "uint32"))
    book.case(op, mean, book.array([[float("nan"), 0], [0, 1]], "float32"), key=key)


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
    ("multivariateNormal", ["mean", "covariance", [2]]),
]


def arguments(book, args):
    named = {
        "logits": [[0.1, 0.2, 0.3], [1, 0, -1]],
        "mean": [1, -2],
        "covariance": [[2, 0.5], [0.5, 1]],
    }
    return [book.array(named[arg], "float32") if isinstance(arg, str) else arg for arg in args]


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
