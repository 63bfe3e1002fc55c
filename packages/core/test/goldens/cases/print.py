"""What Python prints for arrays."""

import mlx.core as mx
import numpy as np

from .book import ALL, VIEWS

NAN = float("nan")
INF = float("inf")


def fill(book) -> None:
    texts = []

    def shown(values, dtype, view=None):
        a = book.array(values, dtype, view)
        texts.append([a.index, repr(a.value)])

    for dtype in ALL:
        shown(1, dtype)
        shown([1, 0, 1], dtype)
        shown([[1, 2], [3, 4]], dtype)
    floats = [0.0, -0.0, NAN, INF, -INF, 0.1, 1 / 3, 2 / 3, 1e5, 123456, 1234567, 1e6, 1e-4, 1e-5, 12345.678, 1e10, 1e-30, 3.14159265]
    for dtype in ["float32", "float64"]:
        for value in floats + [1e38, 99999.95, 999999.5, 0.00012345678, 5e-324 if dtype == "float64" else 1e-45]:
            shown(value, dtype)
        shown(floats[:6], dtype)
    for dtype in ["float16", "bfloat16"]:
        for value in [0.0, -0.0, NAN, INF, -INF, 0.1, 1 / 3, 100, 1234, 60000, 1e-4, 6e-8, 3.14159]:
            shown(value, dtype)
    # Narrow floats have many ties in their sixth digit.
    for dtype in ["float16", "bfloat16"]:
        for scale in [1, 100, 1e-3]:
            for _ in range(6):
                shown(book.rng.normal(0, scale, 6), dtype)
    for value in [-(2**31), 2**31 - 1, 0]:
        shown(value, "int32")
    shown([-(2**63), 2**63 - 1, 2**53 + 1], "int64")
    shown(mx.array(np.array([2**64 - 1, 0], np.uint64)), "uint64")
    shown([0, 255], "uint8")
    for value in [1 + 2j, 1 - 2j, -1.5 + 0j, 0.1 - 1e-7j, complex(NAN, 1), complex(1, NAN), complex(INF, -INF), complex(0.0, -0.0)]:
        shown(value, "complex64")
    for length in [5, 6, 7, 8, 20]:
        shown(list(range(length)), "int32")
        shown(mx.arange(length * 2).reshape(length, 2), "int32")
        shown(mx.arange(length * 2).reshape(2, length), "float32")
    shown(mx.arange(8 * 9 * 10).reshape(8, 9, 10), "int32")
    shown(mx.arange(24).reshape(2, 3, 4), "float32")
    shown(mx.arange(2 * 2 * 2 * 2).reshape(2, 2, 2, 2), "int32")
    for shape in [[0], [0, 3], [3, 0], [2, 0, 3], [1, 1, 1], [7, 0], [7, 1]]:
        shown(mx.zeros(shape), "float32")
    for view in VIEWS:
        shown([[1, 2, 3], [4, 5, 6]], "float32", view)
    book.extra["texts"] = texts

    # The same with a precision: fixed digits, ties to the even one.
    fixed = []
    ties = [0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1e22, 1.5e-7, 1e21, 9.995, 0.0625]
    for dtype in ["float16", "bfloat16", "float32", "float64"]:
        for scale in [1, 1e-3, 1e3]:
            fixed.append(book.array(book.rng.normal(0, scale, 4), dtype))
        fixed += [book.array(values, dtype) for values in (ties[:6], ties[6:], floats[:6], [-value for value in ties[:6]])]
    for values in [[1 + 2j, -1.5 - 0.5j], [complex(NAN, 1), complex(INF, -INF)], [complex(0.0, -0.0), 0.125 - 0.0625j]]:
        fixed.append(book.array(values, "complex64"))
    fixed += [book.array([1, -5], "int32"), book.array(2**63 - 1, "int64"), book.array([True], "bool")]
    book.extra["fixed"] = []
    for precision in [0, 1, 2, 3, 8, 17]:
        with mx.printoptions(precision=precision):
            book.extra["fixed"] += [[precision, a.index, repr(a.value)] for a in fixed]
