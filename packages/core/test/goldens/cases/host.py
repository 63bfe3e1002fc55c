"""Arrays from Python's numbers and lists, complex ones too, and how they are read back."""

import mlx.core as mx

from .book import ALL, DTYPES, described


def fill(book) -> None:
    made = []

    def make(value, dtype=None):
        case = {"value": written(value)} | ({"dtype": dtype} if dtype else {})
        try:
            array = mx.array(value, DTYPES[dtype]) if dtype else mx.array(value)
            mx.eval(array)
            case["out"] = described(array)
        except (ValueError, TypeError):
            case["error"] = True
        made.append(case)

    for dtype in ALL:
        for value in [0.0, -2.75, 3.5, True, [1.5, False, 0.0], [[1.0, 2.0], [3.0, 4.0]], [], [[], []]]:
            # Negative numbers in unsigned dtypes are undefined in C++.
            if not (dtype.startswith("u") and value == -2.75):
                make(value, dtype)
    for value in [1j, 1 - 2j, [1j, 1.0], [True, 2j], [[1 + 1j], [2 - 2j]], [0.5, 1j]]:
        make(value)
        make(value, "complex64")
        make(value, "float32")
        make(value, "int32")
        make(value, "bool")
    for ragged in [[[1.0, 2.0], [3.0]], [[1.0], 2.0], [1.0, [2.0]], [[], [1.0]], [[[1.0]], [2.0]]]:
        make(ragged)
    book.extra["made"] = made

    # A complex number next to an array.
    beside = []
    for dtype in ALL:
        for op in ["add", "multiply", "subtract", "divide"]:
            a = mx.array([1.0, 0.0, 2.0], DTYPES[dtype])
            out = getattr(mx, op)(a, 1 - 2j)
            beside.append([dtype, op, described(out)])
    book.extra["beside"] = beside


def written(value):
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    if isinstance(value, list):
        return [written(item) for item in value]
    return value
