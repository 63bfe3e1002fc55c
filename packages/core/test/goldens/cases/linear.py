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
    gathered(book)
    masked(book)
    segmented(book)


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


def gathered(book) -> None:
    a, b = book.normal([3, 2, 4], "float32"), book.normal([3, 4, 2], "float32")
    first, second = book.array([2, 0, 1], "int32"), book.array([[0], [1]], "uint32")
    book.case("gatherMm", a, b)
    book.case("gatherMm", a, b, first)
    book.case("gatherMm", a, b, None, first)
    book.case("gatherMm", a, b, second, first)
    book.case("gatherMm", a, b, rhs_indices=book.array([0, 0, 2], "int64"), sorted_indices=True)
    book.case("gatherMm", book.normal([4], "float32"), b, None, first)
    book.case("gatherMm", a, book.normal([4], "float32"), first)
    for x, y in [
        (book.normal([4, 2, 3], "float32", "transpose"), b),
        (book.normal([3, 2, 8], "float32", "step"), book.normal([3, 4, 2], "float32", "reverse")),
        (book.normal([2, 4], "float32", "broadcast"), b),
        (book.normal([2, 2, 1, 4], "float32"), b),
    ]:
        book.case("gatherMm", x, y, book.array([1, 0], "int32"), book.array([0, 2], "int32"))
    for shapes in [([3, 2, 0], [3, 0, 2]), ([3, 0, 4], [3, 4, 2])]:
        book.case("gatherMm", *[book.array(mx.zeros(shape), "float32") for shape in shapes], None, first)
    for dtype in ["float16", "int32"]:
        book.case("gatherMm", book.normal([3, 2, 4], dtype), book.normal([3, 4, 2], dtype), None, first)
    book.case("gatherMm", a, book.normal([3, 3, 2], "float32"), None, first)
    book.case("gatherMm", a, b, None, book.array([0.5], "float32"))


def masked(book) -> None:
    """Ones and small integers: results are exact and short."""

    def matrix(*shape):
        return book.array(book.rng.integers(-2, 3, shape), "float32")

    mask = book.array([[True, False], [False, True]], "bool")
    scaled = book.array([[1, 2], [0, -1]], "float32")
    a, b = matrix(33, 34), matrix(34, 33)
    book.case("blockMaskedMm", matrix(2, 3), matrix(3, 2))
    book.case("blockMaskedMm", a, b, 32, mask)
    book.case("blockMaskedMm", a, b, 32, None, mask)
    book.case("blockMaskedMm", a, b, 32, None, None, mask)
    book.case("blockMaskedMm", a, b, 32, mask_lhs=scaled, mask_rhs=mask)
    book.case("blockMaskedMm", a, b, 32, scaled, mask, mask)
    book.case("blockMaskedMm", matrix(3, 2), matrix(2, 3), mask_out=book.array([[False]], "bool"))
    book.case("blockMaskedMm", matrix(2, 2, 3), matrix(3, 2), 64, book.array([[[True]], [[False]]], "bool"))
    book.case("blockMaskedMm", matrix(2, 2, 3), matrix(2, 3, 2), 64, None, book.array([[[True]], [[False]]], "bool"))
    book.case("blockMaskedMm", matrix(3), matrix(3, 2), 64, None, book.array([True], "bool"))
    book.case("blockMaskedMm", matrix(2, 0), matrix(0, 2), 64, book.array([[True]], "bool"))
    book.case("blockMaskedMm", a, b, 16, mask)
    book.case("blockMaskedMm", a, b, 32, book.array([[True] * 3] * 2, "bool"))
    book.case("blockMaskedMm", a, b, 32, book.array([[[True] * 2] * 2] * 2, "bool"))
    for dtype in ["float16", "int32"]:
        one = book.array([[1]], dtype)
        book.case("blockMaskedMm", one, one, 32, book.array([[True]], "bool"))


def segmented(book) -> None:
    segments = book.array([[0, 2], [2, 6], [3, 3], [5, 1]], "int32")
    # MLX's CPU multiplies halves wrongly here.
    for dtype in ["float32", "float64"]:
        book.case("segmentedMm", book.normal([2, 6], dtype), book.normal([6, 3], dtype), segments)
    a, b = book.normal([2, 6], "float32"), book.normal([6, 3], "float32")
    book.case("segmentedMm", a, b, book.array([1, 4], "uint8"))
    book.case("segmentedMm", a, b, book.array([[[0, 1], [1, 2]], [[2, 3], [3, 6]]], "int64"))
    book.case("segmentedMm", a, b, book.array(mx.zeros([0, 2]), "int32"))
    book.case("segmentedMm", book.normal([6, 2], "float32", "transpose"), book.normal([3, 6], "float32", "transpose"), segments)
    book.case("segmentedMm", book.normal([2, 12], "float32", "step"), book.normal([6, 3], "float32", "reverse"), segments)
    book.case("segmentedMm", book.normal([1, 2, 6], "float32"), b, segments)
    book.case("segmentedMm", a, b, book.array([0, 1, 2], "int32"))
    book.case("segmentedMm", a, b, book.array([0.0, 1], "float32"))
    book.case("segmentedMm", book.normal([2, 6], "int32"), book.normal([6, 3], "int32"), segments)
