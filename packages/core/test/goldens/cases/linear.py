"""Products of matrices and vectors."""

from .book import USUAL

SHAPES = [
    ([2, 3], [3, 4]),
    ([3], [3]),
    ([3], [3, 2]),
    ([2, 3], [3]),
    ([5, 2, 3], [3, 4]),
    ([2, 3], [5, 3, 4]),
    ([5, 2, 3], [5, 3, 4]),
    ([5, 1, 2, 3], [4, 3, 2]),
    ([2, 0], [0, 3]),
    ([0, 3], [3, 2]),
    ([1, 1], [1, 1]),
    ([2, 3], [2, 3]),
    ([2], [3]),
    ([], [3]),
    ([5, 2, 3], [4, 3, 2]),
]


def fill(book) -> None:
    for a, b in SHAPES:
        book.case("matmul", book.normal(a, "float32"), book.normal(b, "float32"))
    for dtype in USUAL + ["float64", "complex64"]:
        book.case("matmul", book.normal([2, 3], dtype), book.normal([3, 4], dtype))
        book.case("inner", book.normal([3], dtype), book.normal([3], dtype))
        book.case("outer", book.normal([3], dtype), book.normal([2], dtype))
        book.case("vecdot", book.normal([2, 3], dtype), book.normal([2, 3], dtype))
        book.case("addmm", book.normal([4], dtype), book.normal([2, 3], dtype), book.normal([3, 4], dtype))
    book.case("matmul", book.normal([2, 3], "float16"), book.normal([3, 4], "float32"))
    book.case("matmul", book.normal([2, 3], "int32"), book.normal([3, 4], "float32"))
    views = ["transpose", "reverse", "step", "broadcast"]
    for dtype in ["float32", "float16"]:
        for view in views:
            shape = {"transpose": [3, 2], "step": [2, 6]}.get(view, [2, 3])
            book.case("matmul", book.normal(shape, dtype, view), book.normal([3, 4], dtype))
            shape = {"transpose": [4, 3], "step": [3, 8]}.get(view, [3, 4])
            book.case("matmul", book.normal([2, 3], dtype), book.normal(shape, dtype, view))
    # Beyond the engine's small tiles.
    book.case("matmul", book.normal([17, 40], "float32"), book.normal([40, 9], "float32"))
    a, b, c = book.normal([2, 3], "float32"), book.normal([3, 4], "float32"), book.normal([2, 4], "float32")
    book.case("addmm", c, a, b, 0.5, 2.0)
    book.case("addmm", c, a, b, alpha=0.0)
    book.case("addmm", c, a, b, beta=-1.0)
    book.case("addmm", book.normal([2, 1], "float32"), a, b)
    book.case("addmm", book.array(1, "float32"), a, b)
    book.case("addmm", book.normal([4, 2], "float32", "transpose"), a, b)
    book.case("addmm", book.normal([3, 4], "float32"), a, b)
    book.case("addmm", book.normal([5, 2, 4], "float32"), book.normal([5, 2, 3], "float32"), b)
    book.case("addmm", book.normal([4], "float32"), book.normal([3], "float32"), b)
    book.case("inner", book.normal([2, 3], "float32"), book.normal([4, 3], "float32"))
    book.case("inner", book.array(2, "float32"), book.normal([3], "float32"))
    book.case("inner", book.normal([2], "float32"), book.normal([3], "float32"))
    book.case("outer", book.normal([2, 2], "float32"), book.normal([3], "float32", "reverse"))
    book.case("outer", book.array([], "float32"), book.normal([3], "float32"))
    d = book.normal([2, 3, 4], "float32")
    for axis in [0, 1, 2, -1]:
        book.case("vecdot", d, book.normal([2, 3, 4], "float32", None), axis=axis)
    book.case("vecdot", d, book.normal([4], "float32"))
    book.case("vecdot", d, book.normal([3], "float32"))
    book.case("vecdot", d, d, axis=3)
