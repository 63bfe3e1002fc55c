"""Products of matrices and vectors."""

import mlx.core as mx

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
    kronecker(book)
    tensors(book)
    einstein(book)


def kronecker(book) -> None:
    for dtype in USUAL + ["complex64"]:
        book.case("kron", book.normal([2, 2], dtype), book.normal([1, 3], dtype))
    for a, b in [([], []), ([2], []), ([], [2, 2]), ([2], [3]), ([2], [2, 2]), ([2, 1, 2], [3])]:
        book.case("kron", book.normal(a, "float32"), book.normal(b, "float32"))
    book.case("kron", book.normal([2, 2], "float32", "transpose"), book.normal([2, 2], "float32", "reverse"))
    book.case("kron", book.normal([2], "int32"), book.normal([2], "float16"))
    book.case("kron", book.normal([0], "float32"), book.normal([2], "float32"))


def tensors(book) -> None:
    for dtype in ["float32", "float16", "bfloat16", "complex64", "int32"]:
        book.case("tensordot", book.normal([2, 3], dtype), book.normal([3, 2], dtype), 1)
    a, b = book.normal([2, 3, 4], "float32"), book.normal([3, 4, 2], "float32")
    for axes in [2, 0, 1, 3, 4, -1, [[1, 2], [0, 1]], [[0], [2]], [[-1, 0], [1, -1]], [[], []], [[2, 1], [1, 0]]]:
        book.case("tensordot", a, b, axes)
    # Refused: other sizes, out of bounds, twice the same, other counts, one list.
    for axes in [[[0], [0]], [[3], [0]], [[0, 0], [2, 2]], [[0, 1], [2]], [[0], [2], [1]]]:
        book.case("tensordot", a, b, axes)
    book.case("tensordot", a, b)
    book.case("tensordot", a, b, axes=[[0], [2]])
    for view in ["transpose", "reverse", "step"]:
        book.case("tensordot", book.normal([4, 4], "float32", view), book.normal([4, 4], "float32", view), 1)
    book.case("tensordot", book.array(2, "float32"), book.array(3, "float32"), 0)
    book.case("tensordot", book.normal([2, 0], "float32"), book.normal([0, 3], "float32"), 1)
    book.case("tensordot", book.normal([0, 2], "float32"), book.normal([2, 3], "float32"), 1)


#: Subscripts and the shapes of the operands.
SUMS = [
    ("i", [3]),
    ("i->", [3]),
    ("ij->ji", [2, 3]),
    ("ij->j", [2, 3]),
    ("ij", [2, 3]),
    ("ji", [2, 3]),
    ("ii", [3, 3]),
    ("ii->i", [3, 3]),
    ("ijij->ij", [2, 3, 2, 3]),
    ("iij->j", [2, 2, 3]),
    ("->", []),
    ("...", [2, 3]),
    ("i...->...", [2, 3]),
    ("...ij->...ji", [2, 2, 3]),
    ("i,i", [3], [3]),
    ("i,j->ij", [2], [3]),
    ("i,j->ji", [2], [3]),
    ("ij,jk", [2, 3], [3, 4]),
    ("ij,jk->ik", [2, 3], [3, 4]),
    ("ij,kj->ki", [2, 3], [4, 3]),
    (" i j , j k -> i k ", [2, 3], [3, 4]),
    ("bij,bjk->bik", [2, 2, 3], [2, 3, 2]),
    ("...ij,...jk->...ik", [2, 2, 3], [3, 2]),
    ("...i,...i->...", [2, 3], [3]),
    ("ij,ij->ij", [2, 3], [2, 3]),
    ("ij,ij->ij", [2, 3], [1, 3]),
    ("ij,jk->k", [2, 3], [3, 4]),
    ("ii,ij->j", [3, 3], [3, 2]),
    (",i->i", [], [3]),
    ("ij,jk,kl->il", [2, 3], [3, 4], [4, 2]),
    ("ij,jk,ki->", [2, 3], [3, 2], [2, 2]),
    ("a,b,c->abc", [2], [2], [3]),
    ("ai,bi,ci->abc", [2, 3], [2, 3], [2, 3]),
    ("ab,bc,cd,de->ae", [2, 3], [3, 2], [2, 3], [3, 2]),
    ("Zz,za->Za", [2, 3], [3, 2]),
    ("ij,jk->ik", [0, 3], [3, 2]),
    ("ij,jk->ik", [2, 0], [0, 3]),
    ("ij->i", [2, 0]),
    ("ii->i", [0, 0]),
]
#: Subscripts that are refused.
WRONG = [
    ("ij", [3]),
    ("i,j", [3]),
    ("ij->k", [2, 3]),
    ("ij->ii", [2, 3]),
    ("ij,jk->ik", [2, 3], [4, 5]),
    ("ii", [2, 3]),
    ("i1", [2, 3]),
    ("i.->i", [2, 3]),
    ("i......->i", [2, 3]),
    ("...ijk", [2, 3]),
    ("i->->", [3]),
    ("", []),
    ("i,", [3], []),
]


def einstein(book) -> None:
    for subscripts, *shapes in SUMS + WRONG:
        book.case("einsum", subscripts, *[book.normal(shape, "float32") for shape in shapes])
    for dtype in USUAL + ["complex64"]:
        book.case("einsum", "i,j->ij", book.normal([2], dtype), book.normal([3], dtype))
        book.case("einsum", "ij->j", book.normal([2, 3], dtype))
    for dtype in ["float16", "bfloat16", "complex64", "int32"]:
        book.case("einsum", "ij,jk->ik", book.normal([2, 3], dtype), book.normal([3, 2], dtype))
    for view in ["transpose", "reverse", "step"]:
        a = book.normal([4, 4], "float32", view)
        book.case("einsum", "ij,jk->ki", a, book.normal(list(a.value.shape)[::-1], "float32"))
    book.case("einsum", "ij,jk->ik", book.normal([2, 3], "float16"), book.normal([3, 2], "float32"))
    paths = []
    for subscripts, *shapes in SUMS + WRONG + LONG:
        try:
            steps, report = mx.einsum_path(subscripts, *[mx.zeros(shape) for shape in shapes])
            paths.append([subscripts, shapes, [list(step) for step in steps], report])
        except ValueError:
            paths.append([subscripts, shapes])
    book.extra["paths"] = paths


#: Sums whose order matters.
LONG = [
    ("ij,jk,kl,lm->im", [2, 30], [30, 4], [4, 50], [50, 6]),
    ("abc,cd,de,ea->b", [3, 4, 5], [5, 2], [2, 7], [7, 3]),
    ("a,b,c,d->abcd", [2], [3], [4], [5]),
    ("ai,bi,ci->abc", [2, 50], [2, 50], [2, 50]),
    ("...ij,jk,...kl->...il", [5, 2, 3], [3, 4], [5, 4, 2]),
]
