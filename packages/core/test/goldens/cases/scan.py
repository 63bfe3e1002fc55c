"""Running folds."""

from .book import USUAL

OPS = "cumsum cumprod cummax cummin logcumsumexp".split()


def fill(book) -> None:
    for op in OPS:
        for dtype in USUAL:
            a = book.normal([2, 4], dtype)
            book.case(op, a)
            book.case(op, a, 0)
            book.case(op, a, -1)
        a = book.normal([3, 4], "float32")
        for axis in [0, 1]:
            for reverse in [False, True]:
                for inclusive in [False, True]:
                    book.case(op, a, axis, reverse=reverse, inclusive=inclusive)
        for view in ["transpose", "reverse", "step", "broadcast"]:
            book.case(op, book.normal([3, 4], "float32", view), 0)
            book.case(op, book.normal([3, 4], "float32", view), -1, reverse=True)
            book.case(op, book.normal([3, 4], "int32", view), 1, inclusive=False)
        book.case(op, book.array([], "float32"))
        book.case(op, book.normal([0, 3], "float32"), 0)
        book.case(op, book.normal([3, 0], "float32"), 0)
        book.case(op, a, 2)
        book.case(op, a, -3)
        book.case(op, book.array([1, float("nan"), 2], "float32"))
        # A long axis takes another path in the engine.
        book.case(op, book.normal([200], "float32"))
    for op in ["cumsum", "cumprod"]:
        for dtype in ["int64", "float32", "float16"]:
            book.case(op, book.array([1, 2, 100, 3], "uint8"), dtype=dtype)
            book.case(op, book.normal([4], "float32"), 0, dtype=dtype)
    differences(book)


def differences(book) -> None:
    for op in ["cumulativeSum", "cumulativeProd"]:
        for dtype in ["float32", "int32", "bool"]:
            book.case(op, book.normal([2, 3], dtype), 1)
        book.case(op, book.normal([4], "uint8"), dtype="int64", reverse=True)
    for dtype in USUAL:
        book.case("diff", book.normal([2, 5], dtype))
    a = book.normal([3, 4], "float32")
    for args in [(0,), (1, 0), (2,), (2, 1), (3, -2), (4, 0), (9, 1), (-1,), (1, 2), (1, -3)]:
        book.case("diff", a, *args)
    book.case("diff", a, axis=0)
    book.case("diff", book.normal([4], "complex64"))
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case("diff", book.normal([3, 4], "float32", view), 1, 0)
    book.case("diff", book.array(3, "float32"))
    book.case("diff", book.array([], "float32"))
    book.case("diff", book.array([], "float32"), 0)
    book.case("diff", book.normal([1, 3], "float32"), 2, 0)
