"""Derivatives of fused layers, products with packed matrices, and products that pick matrices.

Cases are those of transforms.py. The engine packs and fuses no float64, and packed words have no derivative.
"""

from .quantization import packed
from .transforms import gradient, uniform


def fill(book) -> None:
    products(book)
    packed_products(book)
    layers(book)
    attention(book)


def single(book, shape, low=-2.0, high=2.0):
    return uniform(book, shape, low, high, dtype="float32")


def products(book) -> None:
    first = book.array([2, 0, 1], "int32")
    a, b = single(book, [3, 2, 4]), single(book, [3, 4, 2])
    gradient(book, "gatherMm", a, b, None, first, wrt=(0, 1))
    gradient(book, "gatherMm", a, b, first, book.array([1, 1, 1], "int32"), wrt=(0, 1))
    mask = book.array([[True]], "bool")
    gradient(book, "blockMaskedMm", single(book, [2, 3]), single(book, [3, 2]), 32, mask, wrt=(0, 1))
    scaled = single(book, [1, 1])
    gradient(book, "blockMaskedMm", single(book, [2, 3]), single(book, [3, 2]), 32, None, scaled, mask, wrt=(0, 1))


def packed_products(book) -> None:
    x = single(book, [2, 64])
    for how in [{}, {"bits": 8, "group_size": 32}]:
        parts = packed(book, [3, 64], **how)
        gradient(book, "quantizedMatmul", x, *parts, wrt=(0,), **how)
    parts = packed(book, [2, 32], group_size=32)
    short = single(book, [2, 32])
    gradient(book, "quantizedMatmul", short, *parts, group_size=32, wrt=(0, 2, 3))
    gradient(book, "quantizedMatmul", single(book, [2, 2]), *parts, transpose=False, group_size=32)
    gradient(book, "dequantize", *parts, group_size=32, wrt=(1, 2))
    for mode in ["mxfp4", "mxfp8", "nvfp4"]:
        gradient(book, "quantizedMatmul", short, *packed(book, [2, 32], mode=mode), mode=mode)
    parts = packed(book, [2, 2, 32], group_size=32)
    picks = book.array([1, 0, 1], "int32")
    gradient(book, "gatherQmm", single(book, [3, 1, 32]), *parts, None, picks, group_size=32, wrt=(0, 2, 3))


def layers(book) -> None:
    x, w, b = single(book, [2, 6]), single(book, [6]), single(book, [6])
    gradient(book, "fast.rmsNorm", x, w, 1e-5, wrt=(0, 1))
    gradient(book, "fast.rmsNorm", x, None, 1e-5)
    gradient(book, "fast.layerNorm", x, w, b, 1e-5, wrt=(0, 1, 2))
    gradient(book, "fast.layerNorm", x, None, None, 1e-5)
    a = single(book, [1, 2, 3, 4])
    for traditional in [False, True]:
        kw = {"traditional": traditional, "scale": 1.0, "offset": 2}
        gradient(book, "fast.rope", a, 4, base=100.0, **kw)
        gradient(book, "fast.rope", a, 2, base=None, freqs=book.array([3], "float32"), **kw)
    gradient(book, "fast.crossEntropy", single(book, [3, 4]), book.array([0, 3, 1], "int32"))
    sizes = [[1, 3, 1, 2], [1, 3, 1, 2], [1, 3, 2, 2], [1, 3, 2], [1, 3, 2]]
    given = [single(book, shape, 0.2, 0.9) for shape in sizes]
    gradient(book, "fast.gatedDeltaUpdate", *given, wrt=(0, 1, 2, 3, 4))
    state = single(book, [1, 2, 2, 2])
    gradient(book, "fast.gatedDeltaUpdate", *given, state, wrt=(0, 5))


def attention(book) -> None:
    op = "fast.scaledDotProductAttention"
    q, k, v = single(book, [1, 2, 3, 4]), single(book, [1, 2, 4, 4]), single(book, [1, 2, 4, 4])
    gradient(book, op, q, k, v, scale=0.5, wrt=(0, 1, 2))
    gradient(book, op, q, k, v, scale=0.5, mask="causal", wrt=(0, 1, 2))
    mask = book.array([[True, True, False, True]] * 3, "bool")
    gradient(book, op, q, k, v, scale=0.5, mask=mask, wrt=(0, 1, 2))
    gradient(book, op, q, k, v, scale=0.5, mask=single(book, [3, 4]), wrt=(0, 1, 2))
    k, v = single(book, [1, 1, 4, 4]), single(book, [1, 1, 4, 4])
    gradient(book, op, q, k, v, scale=0.5, sinks=single(book, [2]), wrt=(0, 1, 2))
