"""Weak scalars: numbers next to arrays. An integral number is a Python int, another a Python float."""

from .book import ALL

PAIRED = ["add", "multiply", "divide", "power", "maximum", "equal", "less", "floorDivide", "logicalAnd"]


def fill(book) -> None:
    for dtype in ALL:
        a = book.array([1, 2, 3], dtype)
        for op in PAIRED:
            if dtype == "complex64" and op in ("floorDivide",):
                continue
            for scalar in [2, 2.5, True]:
                book.case(op, a, scalar)
        for op in ["subtract", "divide", "remainder"]:
            if not (dtype == "complex64" and op == "remainder"):
                book.case(op, 5, a)
                book.case(op, 0.5, a)
        # Next to uint64, and beyond int32 next to bool, Python wraps in silence; ours refuses.
        if dtype != "uint64":
            book.case("add", a, -3)
            book.case("add", a, -(2**31))
        if dtype != "bool":
            book.case("add", a, 2**31)
            book.case("add", a, 2**60)
        book.case("add", a, 300)
        book.case("add", a, 70000)
        book.case("multiply", a, 1e10 + 0.5)
        book.case("add", a, float("nan"))
        book.case("add", a, float("-inf"))
        if "int" in dtype:
            bits = int(dtype.lstrip("uint"))
            top = 2**bits - 1 if dtype.startswith("u") else 2 ** (bits - 1) - 1
            low = 0 if dtype.startswith("u") else -(2 ** (bits - 1))
            if bits < 64:
                for value in [top, top + 1, low, low - 1]:
                    book.case("maximum", a, value)
            for op in ["bitwiseAnd", "bitwiseOr", "bitwiseXor", "leftShift", "rightShift"]:
                book.case(op, a, 2)
                book.case(op, a, True)
        condition = book.array([True, False, True], "bool")
        book.case("where", condition, a, 7)
        book.case("where", condition, 0.5, a)
        book.case("where", condition, True, a)
        if dtype != "complex64":
            book.case("clip", a, 2, 3)
            book.case("clip", a, 1.5, None)
            book.case("clip", a, None, 2.5)
    # Two numbers without an array: floats.
    for op in ["add", "divide", "power", "equal"]:
        book.case(op, 2.0, 3.0)
        book.case(op, 2.5, 3.0)
    book.case("add", True, 2.0)
    book.case("where", book.array([True, False], "bool"), 1.0, 2.0)
    book.case("where", book.array([True, False], "bool"), True, False)
