"""Arrays from sizes and numbers."""

import mlx.core as mx

from .book import ALL, USUAL

SHAPES = [[], [0], [3], [2, 3], [2, 0, 3]]


def fill(book) -> None:
    for name in ["zeros", "ones"]:
        for shape in SHAPES:
            book.case(name, shape)
        for dtype in ALL:
            book.case(name, [2], dtype)
        book.case(name, 4)
        book.case(name, [2, -1])
    # A number alone is a Python float here; see the weak scalars of binary.
    for shape in SHAPES:
        book.case("full", shape, 2.5)
    # Python's dtype converts a number only where a weak scalar would take it; ours always converts.
    for dtype in ALL:
        if dtype != "bool":
            book.case("full", [2, 2], 3.0 if "float" in dtype else 3, dtype=dtype)
        book.case("full", [2], True, dtype=dtype)
    book.case("full", [2, 2], True)
    book.case("full", [2, 3], book.array([1, 2, 3], "int32"))
    book.case("full", [2, 3], book.array([1, 2], "float32"))
    book.case("full", [-1], 1.0)
    for dtype in USUAL + ["float64", "complex64"]:
        a = book.normal([2, 3], dtype)
        for name in ["zerosLike", "onesLike"]:
            book.case(name, a)
        book.case("fullLike", a, 3.0)
        book.case("fullLike", a, book.array([1, 2, 3], "int32"))
    a = book.normal([2, 3], "int32", "transpose")
    for name in ["zerosLike", "onesLike"]:
        book.case(name, a)
        book.case(name, book.array([], "float32"))
    book.case("fullLike", a, book.array([7, 8], "int32"), dtype="float16")

    for args in [
        (5,),
        (0,),
        (-3,),
        (2.5,),
        (1, 7),
        (1, 7, 2),
        (7, 1, -2),
        (1, 7, -2),
        (0.0, 1.0, 0.25),
        (0.5, 3),
        (1, 2, 0.3),
        (1.5, -2, -0.5),
        (3, 3),
    ]:
        book.case("arange", *args)
    for dtype in ALL:
        if dtype not in ("bool", "complex64"):
            book.case("arange", 4, dtype=dtype)
            book.case("arange", 1, 7, 2, dtype=dtype)
    book.case("arange", 1, 2, float("nan"))
    book.case("arange", 0, float("inf"))

    for args in [(0, 1, 5), (0, 1), (3, -3, 4), (0, 10, 1), (0, 10, 0), (1.5, 2.5, 3), (0, 1, -1)]:
        book.case("linspace", *args)
    book.case("linspace", 0, 1, 4, endpoint=False)
    for dtype in ["float16", "bfloat16", "float32", "int32"]:
        book.case("linspace", 0, 9, 4, dtype=dtype)

    for name in ["eye", "tri"]:
        for args in [(3,), (0,), (2, 4), (4, 2), (3, 3, 1), (3, 3, -1), (3, 4, 9), (3, 4, -9)]:
            book.case(name, *args)
        for dtype in USUAL:
            book.case(name, 2, 3, 1, dtype=dtype)
        book.case(name, 2, k=1)
    for dtype in USUAL:
        book.case("identity", 3, dtype)
    book.case("identity", 0)
    for name in ["tril", "triu"]:
        for dtype in USUAL:
            book.case(name, book.normal([3, 4], dtype))
        a = book.normal([4, 3], "float32")
        for k in [-5, -1, 1, 2, 5]:
            book.case(name, a, k)
        book.case(name, book.normal([3, 4], "float32", "transpose"))
        book.case(name, book.normal([3, 4], "int32", "reverse"), 1)
        book.case(name, book.normal([2, 3, 3], "float32"))
        book.case(name, book.normal([0, 3], "float32"))
        book.case(name, book.normal([3], "float32"))
    windows(book)


def windows(book) -> None:
    for op in ["bartlett", "hanning", "hamming", "blackman"]:
        for count in [-3, 0, 1, 2, 3, 8, 9]:
            book.case(op, count)
    for op in ["empty", "emptyLike"]:
        for dtype in ["float32", "int32", "bool"]:
            book.case(op, [2, 3] if op == "empty" else book.normal([2, 3], dtype), dtype)
    book.case("empty", [2, 3])
    book.case("emptyLike", book.normal([2], "int32"))
    book.case("empty", [-1])
