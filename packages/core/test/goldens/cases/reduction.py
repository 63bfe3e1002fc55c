"""Ops that fold axes."""

from .book import ALL, USUAL

FOLDS = "sum prod max min all any mean variance std logsumexp".split()
NAN = float("nan")
INF = float("inf")


def fill(book) -> None:
    for op in FOLDS + ["softmax"]:
        keep = {} if op == "softmax" else {"keepdims": True}
        # Of integers MLX subtracts the largest as integers, which wrap round.
        floats = op in ["logsumexp", "softmax"]
        for dtype in USUAL + ["float64"]:
            if floats and dtype not in ["float16", "bfloat16", "float32", "float64"]:
                continue
            a = book.normal([2, 3], dtype)
            book.case(op, a)
            book.case(op, a, 0)
            book.case(op, a, -1)
            book.case(op, a, [0, 1])
            if keep:
                book.case(op, a, 1, **keep)
        a = book.normal([2, 3, 4], "float32")
        for axis in [0, 1, 2, -3, [0, 2], [-1, 0], [2, 1, 0], []]:
            book.case(op, a, axis)
            if keep:
                book.case(op, a, axis, **keep)
        for axis in [3, -4, [0, 5], [1, 1]]:
            book.case(op, a, axis)
        for view in ["transpose", "reverse", "step", "broadcast"]:
            for axis in [None, 0, 1]:
                book.case(op, book.normal([3, 4], "float32", view), axis)
                if not floats:
                    book.case(op, book.normal([3, 4], "int32", view), axis)
        book.case(op, book.array(2.5, "float32"))
        if not floats:
            book.case(op, book.array(3, "int32"))
        book.case(op, book.array(2.5, "float32"), 0)
        for shape in [[0], [2, 0], [0, 3]]:
            for axis in [None, 0, -1]:
                book.case(op, book.normal(shape, "float32"), axis)
        special = book.array([[NAN, 1, 2], [INF, -INF, 3], [INF, 0, 1]], "float32")
        for axis in [None, 0, 1]:
            book.case(op, special, axis)
    for dtype in ["uint16", "int8", "uint32", "uint64", "int16"]:
        for op in ["sum", "prod", "max", "min"]:
            book.case(op, book.array([1, 2, 100, 3], dtype))
    for op in ["sum", "prod", "mean", "all", "any"]:
        book.case(op, book.normal([3], "complex64"))
    for dtype in ALL:
        book.case("sum", book.array([[1, 0], [1, 1]], dtype), 0)
    for op in ["variance", "std"]:
        a = book.normal([3, 4], "float32")
        for ddof in [0, 1, 3, 5]:
            book.case(op, a, 1, ddof=ddof)
            book.case(op, a, None, True, ddof=ddof)
    for dtype in ["float16", "bfloat16", "float32"]:
        book.case("softmax", book.normal([2, 5], dtype, scale=4.0), -1, precise=True)
    book.case("logsumexp", book.array([1000, 1000, -1000], "float32"))
    book.case("softmax", book.array([1000, 999, -1000], "float32"))
    middles(book)
    extremes_and_counts(book)


def middles(book) -> None:
    for dtype in USUAL + ["float64"]:
        a = book.normal([3, 4], dtype)
        for axis in [None, 0, -1]:
            book.case("median", a, axis)
    a = book.normal([2, 3, 4], "float32")
    for axis in [[0, 2], [-1, 0], 3, [1, 1]]:
        book.case("median", a, axis)
    book.case("median", a, 1, True)
    book.case("median", a, None, keepdims=True)
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case("median", book.normal([3, 4], "float32", view), 1)
    book.case("median", book.array([[1, NAN, 2], [3, 4, INF]], "float32"), 1)
    book.case("median", book.array(3, "int32"))
    for shape in [[0], [0, 3], [2, 0]]:
        book.case("median", book.normal(shape, "float32"), -1)


def extremes_and_counts(book) -> None:
    for dtype in USUAL:
        a = book.normal([3, 4], dtype)
        book.case("minmax", a)
        book.case("minmax", a, 1)
        book.case("countNonzero", a)
        book.case("countNonzero", a, axis=0)
    a = book.normal([2, 3, 4], "int32")
    for axis in [[0, 2], -2, 3]:
        book.case("minmax", a, axis)
        book.case("countNonzero", a, axis=axis, keepdims=True)
    book.case("minmax", a, 0, keepdims=True)
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case("minmax", book.normal([3, 4], "float32", view), 0)
        book.case("countNonzero", book.normal([3, 4], "int32", view), axis=0)
    book.case("minmax", book.array([[1, NAN], [INF, -INF]], "float32"), 1)
    for op in ["minmax", "countNonzero"]:
        book.case(op, book.array(3, "int32"))
        book.case(op, book.normal([0], "float32"))
        book.case(op, book.array([0j, 1j, 2], "complex64"))
    for op in ["variance", "std"]:
        book.case(op, book.normal([3, 4], "float32"), 1, correction=1)
        book.case(op, book.normal([3, 4], "float32"), None, False, 2, correction=0)
