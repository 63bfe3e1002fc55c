"""Places where engines go wrong: each call has a mistake that it tells from the right answer.

The conformance kit keeps all of them; its mutation test names the mistakes.
"""

from .book import INTS

NAN = float("nan")
INF = float("inf")


def fill(book) -> None:
    arithmetic(book)
    extremes(book)
    places(book)
    keys(book)


def arithmetic(book) -> None:
    """Integers that leave their range, mixed signs and dtypes, and numbers at which formulas break."""
    most, least = 2**31 - 1, -(2**31)
    for op in ["add", "subtract", "multiply"]:
        book.case(op, book.array([most, least, 65536], "int32"), book.array([1, -1, 65537], "int32"))
        book.case(op, book.array([2**32 - 1, 0, 65536], "uint32"), book.array([1, 1, 65537], "uint32"))
        book.case(op, book.array([1, 2, 3], "uint32"), book.array([-1, 2, -3], "int32"))
    for op in ["sum", "prod"]:
        book.case(op, book.array([most, 2, 3], "int32"))
    book.case("cumsum", book.array([most, 2, 3], "int32"))
    for dtype in ["int32", "int64", "int8"]:
        a, b = book.array([-7, 7, -7, 7, -6], dtype), book.array([2, -2, -2, 2, 3], dtype)
        book.case("floorDivide", a, b)
        book.case("remainder", a, b)
        book.case("power", book.array([-2, -2, 2, -1, 0], dtype), book.array([3, 2, 5, 3, 0], dtype))
        book.case("rightShift", book.array([-8, 8, -1], dtype), book.array([1, 1, 3], dtype))
    for dtype in ["float32", "float16", "bfloat16"]:
        book.case("power", book.array([0, -2, -2, 2, INF], dtype), book.array([0, 3, 2, -1, 0], dtype))
        book.case("remainder", book.array([-7, 7, -7, 7], dtype), book.array([2, -2, -2, 2], dtype))
        special = book.array([NAN, INF, -INF, 0, -1], dtype)
        for op in ["sign", "abs", "negative", "isnan", "logicalNot"]:
            book.case(op, special)
        for op in ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual", "maximum", "minimum"]:
            book.case(op, special, book.array([1, NAN, -INF, NAN, NAN], dtype))
    tiny = book.array([1e-6, -1e-6, 1e-4], "float32")
    for op in ["expm1", "log1p", "sin", "tanh"]:
        book.case(op, tiny)


def extremes(book) -> None:
    """Folds, running folds and sorting of NaN, infinities, large numbers, equal numbers and nothing."""
    large = book.array([[100, 101, 99], [-1000, -1001, -999]], "float32")
    infinite = book.array([[-INF, -INF, -INF], [-INF, 0, 1], [INF, 0, 1]], "float32")
    special = book.array([[3, NAN, 5, NAN], [NAN, -INF, INF, 1], [2, 1, 2, 1]], "float32")
    ties = book.array([[1, 3, 1, 3, 2], [0, 0, 0, 0, 0]], "int32")
    for op in ["softmax", "logsumexp", "logcumsumexp"]:
        for a in [large, infinite]:
            book.case(op, a, axis=1)
    for op in ["max", "min", "argmax", "argmin", "sort", "argsort", "cummax", "cummin"]:
        book.case(op, special, axis=1)
        book.case(op, ties, axis=1)
        book.case(op, book.array([-3, -1, -2], "float32"), axis=0)
    many = [7 * i % 5 for i in range(40)]
    for dtype in ["int32", "float32"]:
        book.case("argsort", book.array(many, dtype))
    for op in ["sum", "prod", "mean", "all", "any", "logsumexp"]:
        book.case(op, book.array([[], []], "float32"), axis=1)


def places(book) -> None:
    """Elements that a wrong order of axes would put elsewhere, although the shapes fit."""
    square = book.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], "float32")
    row = book.array([10, 20, 30], "float32")
    for op in ["add", "subtract", "multiply", "less"]:
        book.case(op, square, row)
        book.case(op, row, square)
    for dtype in INTS + ["bool"]:
        line = book.array([0, 1, 1, 0, 1], dtype)
        book.case("broadcastTo", line, [5, 5])
        book.case("broadcastTo", line, [2, 5])
    book.case("tile", row, 2)
    book.case("tile", square, [2])
    book.case("repeat", square, 2, 1)
    book.case("matmul", square, square)
    book.case("matmul", square, row)
    book.case("matmul", row, square)
    cube = book.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "float32")
    for axes in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1]]:
        book.case("transpose", cube, axes)
    for axis in [0, 1, 2, -1]:
        for op in ["sum", "cumsum", "argmax", "sort", "softmax"]:
            book.case(op, cube, axis)
        book.case("concatenate", [cube, book.array([[[9, 8], [7, 6]], [[5, 4], [3, 2]]], "float32")], axis)


def keys(book) -> None:
    """Keys whose halves differ: engines that swap or drop one give other numbers."""
    key = book.array([1, 2], "uint32")
    book.case("random.normal", [5], key=key)
    book.case("random.uniform", shape=[5], key=key)
    book.case("random.split", key, 3)
