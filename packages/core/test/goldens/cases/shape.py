"""Ops that change shape, order or dtype, and join or split arrays."""

import mlx.core as mx

from .book import ALL, USUAL

VIEWS = [None, "transpose", "reverse", "step", "broadcast"]


def fill(book) -> None:
    dtypes(book)
    reshaping(book)
    axes(book)
    moving(book)
    joining(book)
    splitting(book)
    diagonals(book)
    traces(book)
    views(book)
    padding(book)
    together(book)


def dtypes(book) -> None:
    for dtype in ALL:
        a = book.normal([2, 3], dtype)
        book.case("reshape", a, [3, 2])
        book.case("transpose", a)
        book.case("flip", a, 1)
        book.case("concatenate", [a, a], 1)
        book.case("repeat", a, 2, 0)
        book.case("contiguous", book.normal([2, 3], dtype, "transpose"))
        book.case("roll", a, 1)
        book.case("tile", a, [2, 1])
        book.case("diag", book.normal([2], dtype))


def reshaping(book) -> None:
    for view in VIEWS:
        a = book.normal([2, 6], "float32", view)
        for shape in [[-1], [3, -1], [2, 1, -1]]:
            book.case("reshape", a, shape)
        book.case("flatten", a)
        book.case("flatten", a, 1)
        book.case("contiguous", a)
        book.case("contiguous", a, True)
    a = book.normal([2, 3, 4], "float32")
    for shape in [[6, 4], [24], [4, 3, 2], [2, 0], [5, 5], [-1, -1], [-1, 5], [0, -1], [], [-2, 12]]:
        book.case("reshape", a, shape)
    book.case("reshape", book.array(3, "float32"), [1, 1])
    book.case("reshape", book.array([3], "float32"), [])
    book.case("reshape", book.normal([0, 3], "float32"), [3, 0])
    book.case("reshape", book.normal([0, 3], "float32"), [0, 7])
    book.case("reshape", book.normal([0, 3], "float32"), [-1])
    for args in [(0, 1), (1, 2), (1,), (-2, -1), (2, 1), (0, 5), (5,), (1, 1)]:
        book.case("flatten", a, *args)
    book.case("flatten", a, start_axis=1)
    book.case("flatten", book.array(3, "float32"))
    for args in [(2, [2, 2]), (-1, [2, -1]), (0, [1, 2]), (1, [2, 2]), (5, [1]), (1, []), (1, [3, -1, 1])]:
        book.case("unflatten", a, *args)


def axes(book) -> None:
    a = book.normal([1, 3, 1, 2], "float32")
    for args in [(), (0,), (2,), (-2,), ([0, 2],), (1,), (4,), ([0, 0],), ([],)]:
        book.case("squeeze", a, *args)
    b = book.normal([2, 3], "float32", "transpose")
    for axis in [0, 1, 2, -1, -3, [0, 1], [0, -1], [0, 3], 4, -4, [0, 0], []]:
        book.case("expandDims", b, axis)
    c = book.normal([2, 3, 4], "int32")
    for order in [[2, 0, 1], [0, 2, 1], [-1, 0, 1], [0, 1], [0, 1, 1], [0, 1, 3], []]:
        book.case("transpose", c, order)
    book.case("transpose", book.array(3, "float32"))
    for args in [(0, 2), (-1, 0), (1, 1), (0, 3), (-4, 0)]:
        book.case("swapaxes", c, *args)
        book.case("moveaxis", c, *args)
    book.case("moveaxis", c, 2, 0)
    for shape in [[2, 3, 4], [5, 2, 3, 4], [2, 3, 1], [3, 4], [2, 3, 0], [-1, 3, 4], []]:
        book.case("broadcastTo", c, shape)
    book.case("broadcastTo", book.normal([3, 1], "float32", "reverse"), [2, 3, 4])
    book.case("broadcastTo", book.array(3, "float32"), [2, 2])
    book.case("broadcastTo", book.normal([0, 1], "float32"), [0, 4])
    book.case("broadcastTo", book.normal([1], "float32"), [0])


def moving(book) -> None:
    for view in VIEWS:
        a = book.normal([3, 4], "float32", view)
        for axis in [None, 0, -1, [0, 1]]:
            book.case("flip", a, axis, py=_flip)
        for args in [(1,), (-5,), ([1, 2], [0, 1]), (2, 0), (1, -1), (7, 0), (1, [0, 1]), ([1, 1], 0)]:
            book.case("roll", a, *args)
    for axis in [2, -3]:
        a = book.normal([3, 4], "float32")
        book.case("flip", a, axis, py=_flip)
        book.case("roll", a, 1, axis)
    book.case("roll", book.normal([2, 2], "float32"), [1, 2, 3], [0, 1])
    book.case("roll", book.array([], "float32"), 3)
    book.case("flip", book.normal([0, 2], "float32"), py=_flip)


def _flip(a, axis=None):
    if axis is None:
        axis = list(range(a.ndim))
    for n in [axis] if isinstance(axis, int) else axis:
        if not -a.ndim <= n < a.ndim:
            raise ValueError
        index = [slice(None)] * a.ndim
        index[n] = slice(None, None, -1)
        a = a[tuple(index)]
    return a


def joining(book) -> None:
    a, b = book.normal([2, 3], "float32"), book.normal([2, 3], "float32", "reverse")
    t = book.normal([3, 2], "float32", "transpose")
    for axis in [0, 1, -1, -2, 2, -3]:
        book.case("concatenate", [a, b, t], axis)
        book.case("stack", [a, b, t], axis)
    book.case("concatenate", [a, t])
    book.case("concatenate", [a, b], None)
    book.case("concatenate", [a, book.normal([4, 3], "float32")], 0)
    book.case("concatenate", [a, book.normal([0, 3], "float32")], 0)
    book.case("concatenate", [a, book.normal([4, 3], "float32")], 1)
    book.case("concatenate", [a, book.normal([3], "float32")], 0)
    book.case("concatenate", [a, book.normal([2, 3], "int32"), book.normal([2, 3], "float16")])
    book.case("concatenate", [a])
    book.case("concatenate", [])
    book.case("stack", [a, b])
    book.case("stack", [a, book.normal([2, 2], "float32")])
    book.case("stack", [book.array(1, "int32"), book.array(2, "float16")])
    book.case("stack", [])
    for args in [(2,), (3, 1), (0, 0), (1, -1), (2, 2), (-1, 0)]:
        book.case("repeat", a, *args)
    book.case("repeat", t, 2, 0)
    book.case("repeat", book.array(3, "float32"), 3)
    for reps in [2, [1, 2], [2, 1, 2], [0, 1], [], [-1], [1]]:
        book.case("tile", b, reps)
    book.case("tile", book.array(3, "float32"), [2, 2])


def splitting(book) -> None:
    for view in VIEWS:
        a = book.normal([4, 6], "float32", view)
        for args in [(2,), (3, 1), ([1, 3],), ([2], -1), (1,)]:
            book.case("split", a, *args)
    a = book.normal([4, 6], "int32")
    for args in [(3,), (2, 2), ([0, 4], 1), ([3, 1],), ([-1], 1), ([9],), ([],), (5, 1)]:
        book.case("split", a, *args)


def diagonals(book) -> None:
    for view in VIEWS:
        a = book.normal([3, 4], "float32", view)
        for args in [(), (1,), (-1,), (0, 1, 0), (9,)]:
            book.case("diagonal", a, *args)
    a = book.normal([2, 3, 4], "int32")
    for args in [(0, 1, 2), (0, 0, 2), (1, -1, 0), (0, 0, 0), (0, 3, 0), (-1, 1, 2)]:
        book.case("diagonal", a, *args)
    book.case("diagonal", book.array([1], "float32"))
    for k in [-2, 0, 1, 5]:
        book.case("diag", book.normal([3], "float32"), k)
        book.case("diag", book.normal([3, 4], "float32", "transpose"), k)
    book.case("diag", a)
    book.case("diag", book.array(3, "float32"))
    book.case("diag", book.array([], "float32"))


def traces(book) -> None:
    for dtype in USUAL + ["complex64"]:
        book.case("trace", book.normal([3, 4], dtype))
        book.case("matrixTranspose", book.normal([2, 3], dtype))
        book.case("unstack", book.normal([2, 3], dtype))
    a = book.normal([2, 3, 4], "float32")
    for args in [(1,), (-1,), (0, 1, 2), (0, 2, 0), (9,), (1, -1, 0)]:
        book.case("trace", a, *args)
    for args in [(0, 0, 0), (0, 3, 0), (0, 0, -4)]:
        book.case("trace", a, *args)
    book.case("trace", book.normal([3, 3], "uint8"), dtype="float32")
    book.case("trace", book.normal([3, 3], "float32"), 0, 0, 1, "int32")
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case("trace", book.normal([4, 4], "float32", view), 1)
        book.case("matrixTranspose", book.normal([2, 4], "float32", view))
        book.case("unstack", book.normal([2, 4], "float32", view), axis=1)
    for shape in [[], [3]]:
        book.case("trace", book.normal(shape, "float32"))
        book.case("matrixTranspose", book.normal(shape, "float32"))
    book.case("trace", book.normal([0, 3], "float32"))
    book.case("matrixTranspose", book.normal([0, 3], "float32"))
    book.case("matrixTranspose", a)
    for axis in [0, 2, -1, 3, -4]:
        book.case("unstack", a, axis=axis)
    book.case("unstack", book.normal([0, 3], "float32"))
    book.case("unstack", book.normal([3, 0], "float32"))
    book.case("unstack", book.array(1, "float32"))


def views(book) -> None:
    for dtype in ["int32", "uint32", "float16", "bfloat16", "int8", "uint8", "int16", "int64", "float32"]:
        book.case("view", book.array([[1, 2.5, -3, 100]], "float32"), dtype)
        book.case("view", book.array([[1, 2, 3, 4]], "uint8"), dtype)
    book.case("view", book.normal([2, 3], "float32"), "int64")
    book.case("view", book.normal([2, 4], "complex64"), "float32")
    book.case("view", book.normal([2, 4], "float32"), "complex64")
    book.case("view", book.array([True, False], "bool"), "uint8")
    for view in ["transpose", "reverse", "step", "broadcast"]:
        book.case("view", book.normal([4, 4], "float32", view), "int16")
        book.case("view", book.normal([4, 4], "float32", view), "int64")
        book.case("view", book.normal([4, 4], "int16", view), "uint16")
    book.case("view", book.array(1, "float32"), "int32")
    book.case("view", book.array(1, "float32"), "int8")
    book.case("view", book.array([], "float32"), "int8")
    book.case("view", book.normal([2, 0], "int8"), "int32")
    for view in [None, "transpose", "reverse", "step", "broadcast"]:
        a = book.normal([3, 4], "float32", view)
        # Python's own refuses views with gaps when they are computed.
        book.case("asStrided", a, [2, 2], [2, 1], py=_strided)
        book.case("asStrided", a, [3], [-1], 2, py=_strided)
    a = book.normal([3, 4], "int32")
    for args in [(), ([4, 3],), ([12],), ([3, 4], [1, 3]), ([10, 3], [1, 1]), ([2], [0], 11), ([0], [1], 12), ([],)]:
        book.case("asStrided", a, *args)
    book.case("asStrided", a, strides=[4, 1], offset=0)
    book.case("asStrided", a, [2, 2], [-4, -1], 11)
    book.case("asStrided", a, [-1], [1])
    book.case("asStrided", book.array(3, "float32"), [2, 2], [0, 0])
    book.case("asStrided", book.array([], "float32"), [0, 3])


def padding(book) -> None:
    for dtype in ALL:
        book.case("pad", book.normal([2, 2], dtype), 1)
    for dtype in USUAL:
        for mode in ["edge", "reflect", "symmetric"]:
            book.case("pad", book.normal([3], dtype), [1, 2], mode)
    a = book.normal([2, 3], "float32")
    for width in [0, 2, [1], [1, 2], [[0, 1]], [[1, 0], [0, 2]], [[0, 0], [0, 0]]]:
        book.case("pad", a, width)
        book.case("pad", a, width, "edge")
        book.case("pad", a, width, "symmetric")
    for width in [1, 5, [0, 7], [[3, 0], [0, 4]]]:
        book.case("pad", a, width, "reflect")
        book.case("pad", a, width, "symmetric")
    book.case("pad", book.normal([1, 2], "float32"), 3, "reflect")
    for view in ["transpose", "reverse", "step", "broadcast"]:
        for mode in ["constant", "edge", "reflect"]:
            book.case("pad", book.normal([2, 4], "float32", view), [1, 2], mode)
    book.case("pad", a, 1, "constant", 2.5)
    book.case("pad", a, 1, constant_values=-1)
    book.case("pad", a, 1, "constant", book.array(7, "int32"))
    book.case("pad", book.normal([2], "int32"), 1, constant_values=2.5)
    book.case("pad", book.array(3, "float32"), 1)
    book.case("pad", book.array([], "float32"), [1, 2], "constant", 4)
    # Refused: negative widths, one pair too many, another mode, repeating nothing.
    for width in [-1, [1, -2], [[0, 1], [1, 1], [0, 0]]]:
        book.case("pad", a, width)
    book.case("pad", a, 1, "wrap")
    book.case("pad", book.array([], "float32"), 1, "reflect")


def together(book) -> None:
    a, b, c = book.normal([3, 1], "float32"), book.normal([4], "int32"), book.array(2, "float16")
    for arrays in [[], [a], [a, b], [a, b, c], [a, book.normal([2, 1, 4], "bool")]]:
        book.case("broadcastArrays", *arrays)
    book.case("broadcastArrays", a, book.normal([2, 2], "float32"))
    book.case("broadcastArrays", book.normal([4, 3], "float32", "transpose"), book.normal([3, 1], "float32", "reverse"))
    book.case("broadcastArrays", book.normal([0, 3], "float32"), book.normal([1, 3], "float32"))
    x, y, z = book.normal([2], "float32"), book.normal([3], "int32"), book.normal([2], "float16", "reverse")
    for kw in [{}, {"indexing": "ij"}, {"sparse": True}, {"sparse": True, "indexing": "ij"}]:
        for arrays in [[x], [x, y], [x, y, z], [x, c]]:
            book.case("meshgrid", *arrays, **kw)
    book.case("meshgrid")
    book.case("meshgrid", a, book.normal([2, 2], "float32", "transpose"))
    book.case("meshgrid", book.array([], "float32"), y)
    book.case("meshgrid", x, y, indexing="yx")
    for n in [1, 2, 3]:
        py = getattr(mx, f"atleast_{n}d")
        for shape in [[], [2], [2, 3], [2, 3, 1], [1, 2, 1, 2], [0]]:
            book.case(f"atleast{n}d", book.normal(shape, "float32"), py=py)
        book.case(f"atleast{n}d", book.normal([3, 2], "int32", "transpose"), py=py)
        book.case(f"atleast{n}d", c, x, a, py=py)
        book.case(f"atleast{n}d", py=py)


def _strided(a, *args):
    return mx.as_strided(mx.contiguous(a), *args)
