"""Ops on each element."""

from .book import ALL, USUAL

OPS = """abs negative positive sign floor ceil trunc round square sqrt rsqrt reciprocal exp expm1 log log2 log10 log1p
sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sigmoid erf erfinv degrees radians
logicalNot bitwiseInvert isnan isinf isfinite stopGradient""".split()
NAN = float("nan")
INF = float("inf")
#: Integers that some ops cannot hold, next to the ordinary ones.
EDGES = {
    "float32": [-INF, -3.3, -1, -0.5, -0.0, 0, 0.3, 1, 1.7, 2.5, INF, NAN],
    "int32": [-7, -1, 0, 1, 2, 9],
    "uint8": [0, 1, 2, 100, 255],
    "int64": [-(2**40), -1, 0, 1, 5, 2**53 + 1],
    "bool": [False, True],
}
EDGES["float16"] = EDGES["bfloat16"] = EDGES["float32"]


def fill(book) -> None:
    plain = [[-1.3, -0.2, 0.4], [0.7, 1.2, 2.1]]
    for op in OPS:
        for dtype in USUAL:
            book.case(op, book.array(EDGES[dtype], dtype))
        for view in ["transpose", "reverse", "step", "broadcast"]:
            book.case(op, book.array(plain, "float32", view))
        book.case(op, book.array([[1, 2], [3, 4]], "int32", "transpose"))
        book.case(op, book.array(plain, "float64"))
        book.case(op, book.array(0.3, "float32"))
        book.case(op, book.array(2, "int32"))
        book.case(op, book.array([[], []], "float32"))
        book.case(op, book.array([], "bool"))
    complex_ops = set(OPS) - set("sign floor ceil trunc erf erfinv isnan isinf isfinite degrees radians logicalNot".split())
    for op in sorted(complex_ops):
        book.case(op, book.array([0.5 + 0.3j, -1.2 + 2j], "complex64"))
    for op in ["abs", "negative", "square", "sign", "floor", "bitwiseInvert"]:
        for dtype in ["int8", "int16", "uint16", "uint32", "uint64"]:
            low = 0 if dtype.startswith("u") else -5
            book.case(op, book.array([low, 0, 1, 100], dtype))
    for decimals in [-2, -1, 0, 1, 3]:
        for dtype in ["float32", "float16", "int32"]:
            book.case("round", book.array([-1251, -2.5, -0.05, 0.5, 1.5, 2.25, 1234.567], dtype), decimals)
    wide = [-(2**31) + 1, -300, -1, 0, 1, 65, 200, 70000, 2**31 - 1]
    for to in ALL:
        book.case("astype", book.array([-2.7, -1, 0, 0.5, 1, 3.9], "float32"), to, py=_astype) if not to.startswith(
            "u"
        ) else book.case("astype", book.array([0, 0.5, 1, 3.9], "float32"), to, py=_astype)
        book.case("astype", book.array(wide, "int32"), to, py=_astype)
        for dtype in ["float16", "bfloat16", "bool", "uint8"]:
            book.case("astype", book.array([0, 1, 1, 5], dtype), to, py=_astype)
    complex_parts(book)
    infinities(book)
    fp8(book)
    hadamard(book)


def _astype(a, dtype):
    return a.astype(dtype)


def complex_parts(book) -> None:
    z = book.array([[0.5 + 0.3j, -1.2 + 2j], [3, -1j]], "complex64")
    for op in ["conj", "conjugate", "real", "imag"]:
        for view in [None, "transpose", "reverse"]:
            book.case(op, book.array([[0.5 + 0.3j, -1.2 + 2j], [3, -1j]], "complex64", view))
        for dtype in USUAL:
            book.case(op, book.array([0, 1, 2], dtype))
        book.case(op, book.array(1 + 2j, "complex64"))
        book.case(op, book.array([], "complex64"))
    book.case("abs", z)


def infinities(book) -> None:
    for op in ["isposinf", "isneginf"]:
        for dtype in USUAL:
            book.case(op, book.array(EDGES[dtype], dtype))
        book.case(op, book.array([[INF, 1], [-INF, NAN]], "float32", "transpose"))
        book.case(op, book.array(INF, "float32"))
        book.case(op, book.array([], "float32"))
    for dtype in USUAL:
        book.case("nanToNum", book.array(EDGES[dtype], dtype))
    a = book.array(EDGES["float32"], "float32")
    book.case("nanToNum", a, 1.5)
    book.case("nanToNum", a, 0, 3, -4)
    book.case("nanToNum", a, 0, None, -4)
    book.case("nanToNum", a, nan=2.5, posinf=9)
    book.case("nanToNum", book.array([[NAN, 1], [INF, -INF]], "float32", "transpose"), 1)
    book.case("nanToNum", book.array(NAN, "float32"))
    book.case("nanToNum", book.array([1.5], "float64"))
    book.case("nanToNum", book.array([1j], "complex64"))


def fp8(book) -> None:
    values = [-500, -448, -1.9, -0.02, 0, 0.001, 0.0625, 1, 1.06, 3.3, 200, 448, 500]
    for dtype in ["float32", "float16", "bfloat16"]:
        book.case("toFp8", book.array(values, dtype))
        book.case("fromFp8", book.array([0, 1, 8, 56, 100, 126, 128, 200, 254], "uint8"), dtype)
    book.case("fromFp8", book.array([[1, 56], [100, 200]], "uint8", "transpose"))
    book.case("toFp8", book.array([[1, 2], [3, 4]], "float32", "reverse"))
    book.case("toFp8", book.array(2, "float32"))
    book.case("fromFp8", book.array([], "uint8"))
    # Refused: what is no uint8, and what is not floating.
    book.case("fromFp8", book.array([1], "int32"))
    book.case("fromFp8", book.array([1], "uint8"), "int32")
    book.case("toFp8", book.array([1], "int32"))
    book.case("toFp8", book.array([1], "complex64"))


def hadamard(book) -> None:
    for dtype in USUAL:
        book.case("hadamardTransform", book.normal([2, 4], dtype))
    for n in [1, 2, 12, 16, 20, 24, 28]:
        book.case("hadamardTransform", book.normal([n], "float32"))
    a = book.normal([2, 8], "float32")
    book.case("hadamardTransform", a, 1.0)
    book.case("hadamardTransform", a, scale=0.25)
    for view, shape in [("transpose", [8, 2]), ("reverse", [2, 8]), ("step", [2, 16]), ("broadcast", [4])]:
        book.case("hadamardTransform", book.normal(shape, "float32", view))
    book.case("hadamardTransform", book.array(3, "float32"))
    book.case("hadamardTransform", book.array(3, "float32"), 2.0)
    # Refused: other sizes, no elements, doubles.
    book.case("hadamardTransform", book.normal([3], "float32"))
    book.case("hadamardTransform", book.normal([22], "float32"))
    book.case("hadamardTransform", book.array([], "float32"))
    book.case("hadamardTransform", book.normal([4], "float64"))
