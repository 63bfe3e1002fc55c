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


def _astype(a, dtype):
    return a.astype(dtype)
