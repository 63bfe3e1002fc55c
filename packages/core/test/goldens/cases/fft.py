"""Fourier transforms, whole and of frames."""

import mlx.core as mx
import numpy as np

from .book import ALL, camel, described, name_of, python_function, to_json

NORMS = ["backward", "ortho", "forward"]
INF = float("inf")


def fill(book) -> None:
    for op in ["fft", "ifft", "rfft", "irfft"]:
        along(book, f"fft.{op}")
    for op in ["fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"]:
        over(book, f"fft.{op}")
    for op in ["fftfreq", "rfftfreq"]:
        for n in [1, 2, 5, 8]:
            book.case(f"fft.{op}", n)
            book.case(f"fft.{op}", n, 0.25)
        book.case(f"fft.{op}", 4, d=-2.0)
        for n, d in [(0, 1.0), (-3, 1.0), (4, 0.0)]:
            book.case(f"fft.{op}", n, d)
    for op in ["fftshift", "ifftshift"]:
        shift(book, f"fft.{op}")
    stft(book)
    istft(book)
    book.extra["derivatives"] = list(derivatives(book))


def operand(book, op, shape, dtype="float32", view=None):
    complex_numbers = dtype == "float32" and op not in ["fft.rfft", "fft.rfft2", "fft.rfftn"]
    return book.normal(shape, "complex64" if complex_numbers else dtype, view)


def along(book, op) -> None:
    a, deep = operand(book, op, [6]), operand(book, op, [2, 1, 3])
    for n in [None, 1, 2, 5, 6, 7, 9]:
        book.case(op, a, n)
    for axis in [0, 1, 2, -1, -3]:
        book.case(op, deep, None, axis)
        book.case(op, deep, 3, axis=axis)
    for norm in NORMS:
        book.case(op, a, None, -1, norm)
        book.case(op, a, n=4, norm=norm)
    for n in [2, 3, 11, 16, 17]:
        book.case(op, operand(book, op, [n]))
    for dtype in ALL:
        book.case(op, book.normal([5], dtype))
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case(op, operand(book, op, [2, 4], "float32", view))
        book.case(op, operand(book, op, [2, 4], "float32", view), 3, 0)
    for shape in [[0], [0, 4], [4, 0], [1]]:
        book.case(op, operand(book, op, shape))
        book.case(op, operand(book, op, shape), 3)
    book.case(op, book.array([1, INF, float("nan")], "float32"))
    for n, axis in [(0, -1), (-2, -1), (None, 1), (None, -2), (3, 4), (3, -9)]:
        book.case(op, a, n, axis)
    book.case(op, book.array(1, "float32"))
    book.case(op, a, norm="no")


def over(book, op) -> None:
    a, deep = operand(book, op, [3, 4]), operand(book, op, [2, 1, 3])
    book.case(op, a)
    book.case(op, deep)
    for axes in [None, [0], [0, 1], [1, 0], [-1, -3], [0, 1, 2]]:
        book.case(op, deep, None, axes)
    for sizes, axes in [([3, 2], [0, 1]), ([2, 4], [-2, -1]), ([1, 1], [0, 2]), ([4, 2], [2, 0])]:
        book.case(op, deep, s=sizes, axes=axes, norm="ortho")
    for norm in NORMS:
        book.case(op, a, None, [0, 1], norm)
    for dtype in ["int32", "float64"]:
        book.case(op, book.normal([2, 4], dtype))
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case(op, operand(book, op, [3, 4], "float32", view))
    book.case(op, deep, [], [])
    book.case(op, deep, None, [])
    for shape in [[0, 4], [4, 0], [2, 0, 3]]:
        book.case(op, operand(book, op, shape))
        book.case(op, operand(book, op, shape), [2, 2], [0, 1])
    wrong = [([3], [0, 1]), ([3, 3], None), ([0, 2], [0, 1]), ([-1, 2], [0, 1]), (None, [0, 0]), (None, [0, -3])]
    wrong += [(None, [0, 5]), ([2, 2], [0, -9]), ([2], [])]
    for sizes, axes in wrong:
        book.case(op, deep, sizes, axes)
    for shape in [[], [4]]:
        book.case(op, operand(book, op, shape))
    book.case(op, a, norm="no")


def shift(book, op) -> None:
    for shape in [[1], [4], [5], [3, 4]]:
        book.case(op, book.normal(shape, "float32"))
    deep = book.normal([2, 3, 5], "int32")
    for axes in [None, 0, -1, [0], [1, 2], [2, 2], []]:
        book.case(op, deep, None if axes is None else axes)
        book.case(op, deep, axes=axes)
    for dtype in ["bool", "float16", "complex64", "int64"]:
        book.case(op, book.normal([5], dtype))
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case(op, book.normal([4, 6], "float32", view))
    for shape in [[], [0], [0, 3]]:
        book.case(op, book.normal(shape, "float32"))
    for axes in [3, -4, [0, 7]]:
        book.case(op, deep, axes)


def stft(book) -> None:
    op = "fft.stft"
    x = book.normal([16], "float32")
    book.case(op, x, 8)
    book.case(op, book.normal([2, 1, 8], "float32"), 4)
    for hop in [3, 8, 100]:
        book.case(op, x, 8, hop)
    for window in [0, 5]:
        book.case(op, x, 8, None, window)
    tapered = book.array([0.1, 0.5, 0.9, 0.9, 0.5, 0.1], "float32")
    book.case(op, x, 8, 2, None, tapered)
    book.case(op, x, 8, 2, 6, tapered)
    book.case(op, x, 6, window=tapered, center=False)
    for mode in ["reflect", "constant", "edge"]:
        book.case(op, x, 8, pad_mode=mode)
        book.case(op, book.normal([3], "float32"), 12, pad_mode=mode)
        book.case(op, book.normal([1], "float32"), 8, pad_mode=mode)
    for norm in NORMS:
        book.case(op, x, 8, norm=norm)
    for onesided in [None, True, False]:
        book.case(op, x, 7, 2, onesided=onesided)
        book.case(op, book.normal([12], "complex64"), 8, onesided=onesided)
    book.case(op, x, 16, center=False)
    for dtype in ["float16", "bfloat16", "int32", "bool", "float64"]:
        book.case(op, book.normal([9], dtype), 4)
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case(op, book.normal([3, 4], "float32", view), 4)
    book.case(op, book.normal([0, 16], "float32"), 4)
    for args in [(0,), (-4,), (8, 0), (8, -1), (2,), (8, 2, -1), (8, 2, 9)]:
        book.case(op, x, *args)
    book.case(op, x, 64, pad_mode="edge")
    book.case(op, x, 21, center=False)
    for window in [[9], [2, 3], []]:
        book.case(op, x, 8, window=book.normal(window, "float32"))
    for shape in [[], [0], [2, 0]]:
        book.case(op, book.normal(shape, "float32"), 4)
    book.case(op, x, 8, pad_mode="no")
    book.case(op, x, 8, norm="no")


def istft(book) -> None:
    op = "fft.istft"
    spectrum = book.normal([5, 4], "complex64")
    book.case(op, spectrum)
    book.case(op, book.normal([2, 5, 3], "complex64"))
    for args in [(8,), (9,), (6,), (12,), (8, 1), (8, 3), (8, 9), (8, 2, 4), (8, 2, 0), (8, 2, 8)]:
        book.case(op, spectrum, *args)
    tapered = book.array([0.1, 0.5, 0.9, 0.9, 0.5, 0.1], "float32")
    for center in [True, False]:
        book.case(op, spectrum, 8, 2, 6, tapered, center)
        book.case(op, spectrum, 8, window=tapered, center=center, norm="ortho")
    for norm in NORMS:
        book.case(op, spectrum, norm=norm)
    for onesided in [None, True, False]:
        book.case(op, spectrum, onesided=onesided)
    for length in [None, 0, 3, 8, 20]:
        book.case(op, spectrum, 8, length=length)
    for dtype in ["float32", "int32"]:
        book.case(op, book.normal([5, 3], dtype))
    for view in ["transpose", "reverse"]:
        book.case(op, book.normal([5, 5], "complex64", view))
    book.case(op, book.normal([0, 5, 3], "complex64"))
    book.case(op, book.normal([3, 1], "complex64"))
    for args in [(0,), (-8,), (8, 0), (8, -2), (8, 2, -1), (8, 2, 9)]:
        book.case(op, spectrum, *args)
    for window in [[9], [2, 3]]:
        book.case(op, spectrum, 8, window=book.normal(window, "float32"))
    for shape in [[], [5], [0, 3], [5, 0], [1, 3], [2, 3]]:
        book.case(op, book.normal(shape, "complex64"))
    book.case(op, spectrum, norm="no")
    # There and back.
    for kw in [{}, {"norm": "ortho"}, {"center": False, "hop_length": 2}]:
        x = book.normal([12], "float32")
        there = python_function("fft.stft")(x.value, 8, **kw)
        book.case(op, given(book, there), 8, **kw)


def given(book, value):
    """A computed array as an input."""
    return book.array(np.array(value), "complex64")


def derivatives(book):
    for op in ["fft", "ifft", "rfft", "irfft"]:
        for n in [None, 3, 6]:
            yield product(book, f"fft.{op}", operand(book, f"fft.{op}", [2, 4]), n)
        yield product(book, f"fft.{op}", operand(book, f"fft.{op}", [3, 2]), None, 0, "ortho")
        yield product(book, f"fft.{op}", operand(book, f"fft.{op}", [2, 4], "float32", "transpose"))
    for op in ["fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"]:
        yield product(book, f"fft.{op}", operand(book, f"fft.{op}", [3, 4]))
        yield product(book, f"fft.{op}", operand(book, f"fft.{op}", [2, 2, 3]), [3, 3], [0, 2], "forward")
    for op in ["fftshift", "ifftshift"]:
        yield product(book, f"fft.{op}", book.normal([2, 3], "float32"))
    yield product(book, "fft.stft", book.normal([8], "float32"), 4)
    yield product(book, "fft.stft", book.normal([8], "float32"), 4, 2, pad_mode="constant")
    yield product(book, "fft.istft", book.normal([3, 4], "complex64"))


def product(book, op, a, *arguments, **kw) -> dict:
    """Both products of a function from real or complex numbers to others."""
    function = python_function(op)

    def run(x):
        return [function(x, *arguments, **kw)]

    out = run(a.value)[0]
    cotangent = book.normal(list(out.shape), name_of(out.dtype))
    tangent = book.normal(list(a.value.shape), name_of(a.value.dtype))
    case = {"op": op, "args": [to_json(a), *arguments], "wrt": [0]}
    if kw:
        case["kw"] = {camel(name): value for name, value in kw.items()}
    case |= {"cotangent": to_json(cotangent), "tangents": [to_json(tangent)]}
    _, pulled = mx.vjp(run, [a.value], [cotangent.value])
    case["out"] = [described(pulled[0])]
    try:
        _, pushed = mx.jvp(run, [a.value], [tangent.value])
        case["tangent"] = described(pushed[0])
    except (ValueError, RuntimeError):
        pass  # the engine has no jvp of this op
    return case
