"""Sorting, and the places of extremes. Where the order of equals is open, inputs have no equals."""

from .book import USUAL

NAN = float("nan")


def distinct(book, shape, dtype, view=None):
    """No two elements alike, so that one order alone is right."""
    count = 1
    for size in shape:
        count *= size
    values = book.rng.permutation(count).reshape(shape)
    return book.array(values - (0 if dtype.startswith("u") else count // 2), dtype, view)


def fill(book) -> None:
    for op in ["argmax", "argmin", "sort", "argsort"]:
        for dtype in USUAL:
            if dtype == "bool":
                if op != "argsort":
                    book.case(op, book.array([True, False, True], dtype))
                continue
            a = distinct(book, [3, 4], dtype)
            for axis in [None, 0, 1, -1]:
                book.case(op, a, axis)
            book.case(op, a)
        a = distinct(book, [2, 3, 4], "float32")
        for axis in [0, 1, 2, -2, 3, -4]:
            book.case(op, a, axis)
        for view in ["transpose", "reverse", "step"]:
            for axis in [0, -1]:
                book.case(op, distinct(book, [3, 4], "float32", view), axis)
                book.case(op, distinct(book, [3, 4], "int32", view), axis)
        book.case(op, book.array(2.5, "float32"))
        book.case(op, book.array([7], "int32"))
        for shape in [[0], [3, 0], [0, 3]]:
            book.case(op, book.normal(shape, "float32"), 0)
        book.case(op, distinct(book, [300], "int32"))
    for op in ["argmax", "argmin"]:
        for axis in [None, 0, 1]:
            book.case(op, distinct(book, [3, 4], "float32"), axis, True)
            book.case(op, distinct(book, [3, 4], "float32"), axis, keepdims=True)
        book.case(op, book.array([1, 5, 5, 1], "float32"))
    book.case("sort", book.array([3, NAN, 1, float("inf"), -1], "float32"))
    book.case("sort", book.array([3, 1, 3, 1, 2], "int32"))
    book.case("sort", book.array([[3, 1], [2, 2]], "float16", "broadcast"), 2)

    # Only what they promise: the right set, and the right element at its place.
    for dtype in ["float32", "float16", "int32", "uint8"]:
        for axis in [None, 0, -1]:
            a = distinct(book, [4, 5], dtype)
            for k in [1, 3]:
                book.case("topk", a, k, axis, then=["sort", -1 if axis is None else axis])
            for kth in [2, -1]:
                place = {None: 19, 0: 3, -1: 4}[axis] if kth < 0 else kth
                book.case("partition", a, kth, axis, then=["take", place, axis or 0])
                book.case("argpartition", a, kth, axis, then=["take", place, axis or 0])
    book.case("topk", distinct(book, [4, 5], "float32", "transpose"), 2, 0, then=["sort", 0])
    for op in ["topk", "partition", "argpartition"]:
        for k in [6, -7]:
            book.case(op, distinct(book, [4, 5], "float32"), k)
        book.case(op, distinct(book, [4, 5], "float32"), 1, 2)
    insertion(book)
    sets(book)


def insertion(book) -> None:
    for dtype in USUAL:
        values = [0, 1, 1, 1] if dtype == "bool" else [1, 2, 2, 5, 9]
        for side in ["left", "right"]:
            book.case("searchsorted", book.array(values, dtype), book.array([[0, 2], [5, 10]], dtype), side)
    a = book.array([1, 2, 2, 4], "float32")
    book.case("searchsorted", a, book.array([0, 2, 3, 5], "int32"))
    book.case("searchsorted", a, book.array([[0, 2], [3, 5]], "float32", "transpose"), side="right")
    book.case("searchsorted", book.array([4, 3, 1], "float32", "reverse"), book.array([2, 1, 5], "float32", "reverse"))
    book.case("searchsorted", a, book.array(2, "float32"))
    book.case("searchsorted", a, book.array([NAN, float("inf")], "float32"))
    book.case("searchsorted", a, book.array([], "float32"))
    book.case("searchsorted", book.array([], "float32"), book.array([1, 2], "float32"))
    # Refused: sequences of other than one axis, another side.
    book.case("searchsorted", book.array(1, "float32"), book.array([1], "float32"))
    book.case("searchsorted", book.array([[1, 2]], "float32"), book.array([1], "float32"))
    book.case("searchsorted", a, a, "middle")


def sets(book) -> None:
    for dtype in USUAL:
        values = [0, 1, 0, 1, 1] if dtype == "bool" else [3, 1, 2, 3, 1]
        book.case("unique", book.array(values, dtype), 2)
        book.case("unique", book.array(values, dtype), 5, True, True, True)
    a = book.array([[3, 1, 2], [3, 1, 5]], "float32")
    for size in [0, 1, 3, 4, 6]:
        book.case("unique", a, size, return_index=True, return_inverse=True, return_counts=True)
    for flags in [(True,), (False, True), (False, False, True), (True, False, True)]:
        book.case("unique", a, 4, *flags)
    book.case("unique", a, 6, fill_value=9)
    book.case("unique", a, 6, False, False, False, book.array([-1], "float32"))
    book.case("unique", book.array([1, 1], "int32"), 3, fill_value=7)
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case("unique", book.array([[3, 1, 2, 2], [3, 1, 5, 0]], "int32", view), 5, True, True)
    book.case("unique", book.array([NAN, 1, NAN, 0.0, -0.0], "float32"), 4, return_counts=True)
    book.case("unique", book.array(3, "float32"), 2)
    book.case("unique", book.array([], "float32"), 0)
    book.case("unique", book.array([], "float32"), 2, fill_value=1)
    # Refused: negative sizes, nothing to fill with, fill values of several elements.
    book.case("unique", a, -1)
    book.case("unique", book.array([], "float32"), 2)
    book.case("unique", a, 8, fill_value=book.array([1, 2], "float32"))
