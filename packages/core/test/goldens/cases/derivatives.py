"""Derivatives of the ops that transforms.py does not have: convolutions over more axes and transposed ones,
contractions, padding, views, statistics. The form of a case is told in transforms.py."""

import mlx.core as mx

from .transforms import gradient, uniform


def fill(book) -> None:
    elements(book)
    folds(book)
    views(book)
    contractions(book)
    convolutions(book)


def single(book, shape, view=None):
    """Some ops of the engine take no doubles."""
    return uniform(book, shape, view=view, dtype="float32")


def elements(book) -> None:
    gradient(book, "nanToNum", single(book, [2, 3]), 1.0)
    for n in [1, 2, 12]:
        gradient(book, "hadamardTransform", single(book, [2, n]))
    gradient(book, "hadamardTransform", single(book, [4]), 0.5)
    for op in ["real", "conj"]:
        gradient(book, op, uniform(book, [2, 3]))


def folds(book) -> None:
    for axis in [None, 0, 1, [0, 1]]:
        gradient(book, "median", uniform(book, [3, 4]), axis)
        gradient(book, "minmax", uniform(book, [3, 2]), axis)
    gradient(book, "median", uniform(book, [2, 3], view="transpose"), 0, True)
    gradient(book, "trace", uniform(book, [3, 4]), 1)
    gradient(book, "trace", uniform(book, [2, 3, 3]), 0, 1, 2)
    for args in [(), (2,), (1, 0)]:
        gradient(book, "diff", uniform(book, [3, 4]), *args)
    for op in ["cumulativeSum", "cumulativeProd"]:
        gradient(book, op, uniform(book, [2, 4]), 1)


def views(book) -> None:
    a = uniform(book, [2, 3])
    for mode in ["constant", "edge", "reflect", "symmetric"]:
        gradient(book, "pad", a, [1, 2], mode)
        gradient(book, "pad", a, [[0, 3], [2, 0]], mode)
    gradient(book, "asStrided", uniform(book, [5]), [3, 3], [1, 1])
    gradient(book, "asStrided", uniform(book, [2, 3]), [2, 2], [2, 1], 1)
    gradient(book, "asStrided", uniform(book, [4]), [3], [-1], 2)
    gradient(book, "matrixTranspose", uniform(book, [2, 3, 2]))
    gradient(book, "unstack", uniform(book, [2, 3]), axis=1)
    gradient(book, "broadcastArrays", uniform(book, [2, 1]), uniform(book, [3]))
    gradient(book, "meshgrid", uniform(book, [2]), uniform(book, [3]))
    for n in [1, 2, 3]:
        gradient(book, f"atleast{n}d", uniform(book, [3]), py=getattr(mx, f"atleast_{n}d"))
    gradient(book, "view", uniform(book, [3]), "float64")


def contractions(book) -> None:
    gradient(book, "kron", uniform(book, [2, 2]), uniform(book, [1, 3]), wrt=(0, 1))
    for axes in [0, 1, [[1], [0]]]:
        gradient(book, "tensordot", uniform(book, [2, 3]), uniform(book, [3, 2]), axes, wrt=(0, 1))
    for subscripts, *shapes in [
        ("ij->ji", [2, 3]),
        ("ij->", [2, 3]),
        ("ii->i", [3, 3]),
        ("iij->j", [2, 2, 3]),
        ("ij,jk->ik", [2, 3], [3, 2]),
        ("bij,bjk->bik", [2, 2, 3], [2, 3, 2]),
        ("i,j->ij", [2], [3]),
        ("ij,ij->i", [2, 3], [1, 3]),
        ("...i,i->...", [2, 3], [3]),
        ("ij,jk,kl->il", [2, 3], [3, 2], [2, 2]),
        ("ai,bi,ci->abc", [2, 2], [2, 2], [2, 2]),
    ]:
        operands = [uniform(book, shape) for shape in shapes]
        gradient(book, "einsum", subscripts, *operands, wrt=tuple(range(1, len(shapes) + 1)))


def convolutions(book) -> None:
    for mode in ["full", "valid", "same"]:
        gradient(book, "convolve", single(book, [5]), single(book, [2]), mode, wrt=(0, 1))
    gradient(book, "convolve", single(book, [2]), single(book, [4]), wrt=(0, 1))
    for hyper in [(1, 0), (2, 1)]:
        gradient(book, "conv3d", single(book, [1, 3, 3, 3, 1]), single(book, [2, 2, 2, 2, 1]), *hyper, wrt=(0, 1))
        gradient(book, "convTranspose1d", single(book, [2, 4, 2]), single(book, [3, 2, 2]), *hyper, wrt=(0, 1))
        gradient(book, "convTranspose2d", single(book, [1, 3, 2, 2]), single(book, [2, 2, 2, 2]), *hyper, wrt=(0, 1))
    gradient(book, "convTranspose1d", single(book, [1, 3, 4]), single(book, [4, 2, 2]), groups=2, wrt=(0, 1))
    gradient(book, "convTranspose3d", single(book, [1, 2, 2, 2, 1]), single(book, [1, 2, 2, 2, 1]), 2, wrt=(0, 1))
    x, w = single(book, [1, 6, 2]), single(book, [3, 2, 2])
    for kw in [
        {"input_dilation": 2},
        {"kernel_dilation": 2, "flip": True},
    ]:
        gradient(book, "convGeneral", x, w, wrt=(0, 1), **kw)
