"""Ops on two or three operands, and the promotion of dtypes."""

from .book import ALL, USUAL

ARITHMETIC = "add subtract multiply divide floorDivide remainder power maximum minimum arctan2 logaddexp".split()
COMPARISON = "equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr".split()
BITS = "bitwiseAnd bitwiseOr bitwiseXor leftShift rightShift".split()
NAN = float("nan")
INF = float("inf")


def operands(book, op, dtype):
    """Two arrays that the op can compute: no division by the integer 0, no shift beyond the bits."""
    if "float" in dtype:
        a = [-2.5, -1, 0, 0.7, 1, 3.2, INF, NAN]
        b = [1.5, -1, 2, 0.7, -0.3, 2, -INF, 1]
        return book.array(a, dtype), book.array(b, dtype)
    if dtype == "bool":
        ones = op in ("floorDivide", "remainder")
        return book.array([0, 0, 1, 1], dtype), book.array([1, 1, 1, 1] if ones else [0, 1, 0, 1], dtype)
    small = [0, 1, 2, 3, 4, 7]
    if dtype.startswith("u") or op == "power" or op.endswith("Shift"):
        return book.array([0, 1, 5, 7, 9, 6], dtype), book.array([1, 2, 3, 7, 1, 2], dtype)
    return book.array([-7, 7, -1, 0, 5, 9], dtype), book.array([2, -2, 3, 1, -5, 9] if op else small, dtype)


def fill(book) -> None:
    for op in ARITHMETIC + COMPARISON + BITS:
        for dtype in USUAL + ["float64", "int8", "uint32"]:
            book.case(op, *operands(book, op, dtype))
        kind = "int32" if op in BITS else "float32"
        a, b = [[1, 2, 3], [4, 5, 6]], [[3, 1], [2, 2], [1, 4]]
        for view in ["transpose", "reverse"]:
            book.case(op, book.array(a if view == "reverse" else b, kind, view), book.array(a, kind))
            book.case(op, book.array(a, kind), book.array(a if view == "reverse" else b, kind, view))
        book.case(op, book.array([[1], [2], [3]], kind), book.array([[4, 3, 2, 1]], kind))
        book.case(op, book.array(3, kind), book.array([1, 2], kind))
        book.case(op, book.array(3, kind), book.array(2, kind))
        book.case(op, book.array([[], []], kind), book.array([[1], [2]], kind))
        book.case(op, book.array([1, 2], kind), book.array([1, 2, 3], kind))
    for op in ["add", "divide", "power", "equal"]:
        for x in ALL:
            for y in ALL:
                book.case(op, book.array([1, 2], x), book.array([2, 1], y))
    for op in ["add", "subtract", "multiply", "divide", "power", "equal", "maximum"]:
        book.case(op, book.array([1 + 2j, -0.5j], "complex64"), book.array([2 - 1j, 3], "complex64"))
    where(book)
    limits(book)
    closeness(book)
    divisions(book)


def where(book) -> None:
    condition = book.array([True, False, True], "bool")
    for dtype in USUAL:
        book.case("where", condition, book.normal([3], dtype), book.normal([3], dtype))
        book.case("where", book.array([0, 1, 2], dtype), book.normal([3], "float32"), book.normal([3], "float32"))
    book.case("where", condition, book.normal([2, 1], "int32"), book.normal([1, 3], "float16"))
    book.case("where", book.array([[1, 0], [0, 1], [1, 1]], "bool", "transpose"), book.normal([2, 3], "float32"), book.array(0, "float32"))
    book.case("where", book.array(True, "bool"), book.normal([2], "float32"), book.normal([2], "float32"))
    book.case("where", condition, book.normal([2], "float32"), book.normal([3], "float32"))
    book.case("where", book.array([], "bool"), book.array([], "float32"), book.array([], "float32"))


def limits(book) -> None:
    for dtype in USUAL:
        a = book.normal([6], dtype)
        book.case("clip", a, book.array(0, dtype), book.array(1, dtype))
        book.case("clip", a, None, book.array(1, dtype))
        book.case("clip", a, book.array([0, 0, 0, 1, 1, 1], dtype), None)
    book.case("clip", book.array([NAN, -INF, INF], "float32"), book.array(-1, "float32"), book.array(1, "float32"))
    book.case("clip", book.normal([2, 3], "float32", "transpose"), book.array([0, 0.5], "float32"), book.array([1, 2], "float32"))
    book.case("clip", book.normal([3], "float32"), None, None)


def closeness(book) -> None:
    a = book.array([1, 2, NAN, INF, 0], "float32")
    b = book.array([1.000001, 2.1, NAN, INF, 1e-9], "float32")
    for op in ["isclose", "allclose"]:
        book.case(op, a, b)
        book.case(op, a, b, equal_nan=True)
        book.case(op, a, b, 0.1, 0.1, equal_nan=True)
        book.case(op, a, b, rtol=0.1)
        book.case(op, a, b, atol=1e-12)
        book.case(op, book.array([1, 2], "int32"), book.array([1, 3], "int32"))
        book.case(op, book.array([1, 2], "float16"), book.array([[1], [2]], "float32"))
        book.case(op, book.array([], "float32"), book.array([], "float32"))
    for x, y in [
        (a, a),
        (book.array([1, 2], "int32"), book.array([1, 2], "float32")),
        (book.array([1, 2], "int32"), book.array([1, 3], "int32")),
        (book.array([1, 2], "int32"), book.array([[1, 2]], "int32")),
        (book.array([], "int32"), book.array([], "int32")),
        (book.array([[1, 2], [3, 4]], "int32", "transpose"), book.array([[1, 3], [2, 4]], "int32")),
    ]:
        book.case("arrayEqual", x, y)
    book.case("arrayEqual", a, a, equal_nan=True)
    book.case("arrayEqual", a, b, equal_nan=True)


def divisions(book) -> None:
    for dtype in USUAL + ["float64", "int8", "uint32"]:
        low = 0 if dtype.startswith("u") else -7
        a, b = [7, low, 5, 0, 1], [2, 3, 5, 4, 1]
        book.case("divmod", book.array(a, dtype), book.array(b, dtype))
    book.case("divmod", book.array([7.5, -7.5], "float32"), book.array([[2], [-2]], "float32"))
    book.case("divmod", book.array([7, -7], "int32"), 2)
    book.case("divmod", book.array([7, -7], "int32"), 2.5)
    book.case("divmod", book.array([7, -7], "int32"), book.array([0.5], "float16"))
    book.case("divmod", book.array([[7, -7], [1, 2]], "float32", "transpose"), book.array([2, 3], "float32", "reverse"))
    book.case("divmod", book.array([], "float32"), 2)
    book.case("divmod", book.array([1, 2], "float32"), book.array([1, 2, 3], "float32"))
    for dtype in USUAL:
        book.case("logicalXor", book.array([[0, 1], [1, 0]], dtype), book.array([1, 0], "bool"))
    book.case("logicalXor", book.array([0.5, 0, NAN], "float32"), book.array([0, 0, 0], "int32"))
    book.case("logicalXor", book.array([True, False], "bool"), True)
    book.case("logicalXor", book.array([[0, 1], [1, 0]], "int32", "transpose"), book.array([[0], [1]], "int32"))
    book.case("logicalXor", book.array([1, 2], "float32"), book.array([1, 2, 3], "float32"))
    book.case("logicalXor", book.array([], "bool"), True)
