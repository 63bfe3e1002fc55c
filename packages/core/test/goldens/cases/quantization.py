"""Packed matrices: packing, unpacking and products with them, in every mode."""

import mlx.core as mx

from .book import DTYPES, FLOATS

GROUPS = [32, 64, 128]
BITS = [1, 2, 3, 4, 5, 6, 8]
FLOAT_MODES = {"mxfp4": 32, "mxfp8": 32, "nvfp4": 16}


def packed(book, shape, dtype="float32", **how):
    """The parts of a packed matrix, as inputs."""
    parts = mx.quantize(mx.array(book.rng.normal(size=shape), DTYPES[dtype]), **how)
    names = ["uint32", dtype, dtype] if len(parts) == 3 else ["uint32", "uint8"]
    return [book.array(part, name) for part, name in zip(parts, names)]


def fill(book) -> None:
    packing(book)
    unpacking(book)
    products(book)
    gathered(book)
    both_packed(book)
    refused(book)


def packing(book) -> None:
    w = book.normal([1, 128], "float32")
    for group in GROUPS:
        for bits in BITS:
            book.case("quantize", w, group, bits)
    for dtype in FLOATS[1:]:
        for group, bits in [(32, 2), (64, 3), (64, 4), (128, 8)]:
            book.case("quantize", book.normal([1, 128], dtype), group, bits)
    for mode in FLOAT_MODES:
        for dtype in FLOATS:
            book.case("quantize", book.normal([2, 64], dtype), mode=mode)
        book.case("quantize", book.normal([2, 3, 32], "float32"), None, None, mode)
    scale = book.array(2.5, "float32")
    book.case("quantize", book.normal([2, 64], "float32"), mode="nvfp4", global_scale=scale)
    # Views, batches, rows of one value, and nothing at all.
    book.case("quantize", book.normal([64, 2], "float32", "transpose"))
    book.case("quantize", book.normal([2, 128], "float32", "step"))
    book.case("quantize", book.normal([2, 64], "float32", "reverse"), mode="mxfp8")
    book.case("quantize", book.normal([2, 2, 64], "float32"))
    for value in [0, 3, -2]:
        same = book.array([[value] * 64], "float32")
        book.case("quantize", same)
        book.case("quantize", same, mode="mxfp4")
        book.case("quantize", same, mode="nvfp4")
    for shape in [[0, 64], [2, 0]]:
        book.case("quantize", book.array(mx.zeros(shape), "float32"))


def unpacking(book) -> None:
    for group in GROUPS:
        for bits in BITS:
            if bits == 4 or group == 32:
                how = {"group_size": group, "bits": bits}
                book.case("dequantize", *packed(book, [1, max(group, 32)], **how), **how)
    for dtype in FLOATS[1:]:
        book.case("dequantize", *packed(book, [2, 64], dtype))
    for mode in FLOAT_MODES:
        parts = packed(book, [2, 32], mode=mode)
        book.case("dequantize", *parts, mode=mode)
        for dtype in FLOATS:
            book.case("dequantize", *parts, mode=mode, dtype=dtype)
    parts = packed(book, [2, 32], mode="nvfp4", global_scale=mx.array(2.5))
    book.case("dequantize", *parts, mode="nvfp4", global_scale=book.array(2.5, "float32"), dtype="float32")
    parts = packed(book, [2, 64])
    book.case("dequantize", *parts, 64, 4, "affine", None, "float16")
    book.case("dequantize", *packed(book, [2, 2, 32], group_size=32), group_size=32)
    book.case("dequantize", book.array(mx.zeros([2, 0]), "uint32"), *[book.array(mx.zeros([2, 0]), "float32")] * 2)


def products(book) -> None:
    x = book.normal([2, 128], "float32")
    for group in GROUPS:
        for bits in BITS:
            how = {"group_size": group, "bits": bits}
            book.case("quantizedMatmul", x, *packed(book, [1, 128], **how), **how)
    x = book.normal([2, 3], "float32")
    for bits in [2, 3, 4, 8]:
        how = {"group_size": 32, "bits": bits}
        book.case("quantizedMatmul", x, *packed(book, [3, 32], **how), transpose=False, **how)
    for mode in FLOAT_MODES:
        parts = packed(book, [3, 64], mode=mode)
        book.case("quantizedMatmul", x, *packed(book, [3, 32], mode=mode), transpose=False, mode=mode)
        for dtype in FLOATS:
            book.case("quantizedMatmul", book.normal([2, 64], dtype), *parts, mode=mode)
    for dtype in FLOATS[1:]:
        parts = packed(book, [3, 64], dtype)
        book.case("quantizedMatmul", book.normal([2, 64], dtype), *parts)
        book.case("quantizedMatmul", book.normal([2, 64], "float32"), *parts)
    # Rows beyond the vector kernels, vectors, batches and views.
    parts = packed(book, [5, 64])
    for x in [
        book.normal([17, 64], "float32"),
        book.normal([64], "float32"),
        book.normal([2, 3, 64], "float32"),
        book.normal([64, 2], "float32", "transpose"),
        book.normal([2, 128], "float32", "step"),
        book.normal([2, 64], "float32", "reverse"),
        book.normal([1, 64], "float32", "broadcast"),
    ]:
        book.case("quantizedMatmul", x, *parts)
    batch = packed(book, [3, 2, 64])
    book.case("quantizedMatmul", book.normal([3, 2, 64], "float32"), *batch)
    book.case("quantizedMatmul", book.normal([2, 1, 2, 64], "float32"), *batch)
    book.case("quantizedMatmul", book.normal([64], "float32"), *parts, True, 64, 4, "affine")


def gathered(book) -> None:
    x = book.normal([3, 2, 64], "float32")
    first, second = book.array([2, 0, 1], "int32"), book.array([[0], [1]], "uint32")
    for how in [{}, {"mode": "mxfp4"}, {"mode": "mxfp8"}, {"mode": "nvfp4"}, {"group_size": 32, "bits": 3}]:
        parts = packed(book, [3, 2, 64], **how)
        biases = parts[2] if len(parts) == 3 else None
        book.case("gatherQmm", x, *parts, **how)
        book.case("gatherQmm", x, parts[0], parts[1], biases, None, first, **how)
        book.case("gatherQmm", x, parts[0], parts[1], biases, second, first, **how)
    parts = packed(book, [3, 2, 64])
    book.case("gatherQmm", x, *parts, lhs_indices=second)
    book.case("gatherQmm", x, *parts, rhs_indices=book.array([0, 1, 1], "int64"), sorted_indices=True)
    book.case("gatherQmm", book.normal([1, 2], "float32"), *parts, None, first, False)
    book.case("gatherQmm", book.normal([64, 2, 3], "float32", "transpose"), *parts, rhs_indices=first)
    book.case("gatherQmm", x, *parts, book.array(mx.zeros([0]), "int32"), book.array(mx.zeros([0]), "int32"))
    for dtype in FLOATS[1:]:
        book.case("gatherQmm", book.normal([3, 1, 64], dtype), *packed(book, [3, 2, 64], dtype), rhs_indices=first)


def both_packed(book) -> None:
    for mode in FLOAT_MODES:
        parts = packed(book, [3, 64], mode=mode)
        for dtype in FLOATS:
            book.case("qqmm", book.normal([1, 64], dtype), *parts, mode=mode)
        book.case("qqmm", book.normal([64], "float32"), *parts, None, None, mode)
        book.case("qqmm", book.normal([1, 1, 64], "float32"), *parts, mode=mode)
        book.case("qqmm", book.normal([2, 64], "float32"), *parts, mode=mode)
    book.case("qqmm", book.normal([1, 64], "float32"), book.normal([3, 64], "float32"))
    parts = packed(book, [3, 64], mode="nvfp4")
    one = book.array(1.5, "float32")
    book.case("qqmm", book.normal([1, 64], "float32"), *parts, global_scale_x=one)
    book.case("gatherQqmm", book.normal([3, 1, 64], "float32"), *packed(book, [3, 2, 64], mode="nvfp4"))


def refused(book) -> None:
    w = book.normal([2, 64], "float32")
    book.case("quantize", w, 16)
    book.case("quantize", w, 64, 7)
    book.case("quantize", w, 128)
    book.case("quantize", w, 64, None, "mxfp4")
    book.case("quantize", w, None, 8, "nvfp4")
    book.case("quantize", book.normal([64], "float32"))
    book.case("quantize", book.normal([2, 64], "int32"))
    book.case("quantize", w, global_scale=book.array(2.5, "float32"))
    parts = packed(book, [2, 64])
    book.case("dequantize", parts[0], parts[1])
    book.case("dequantize", *parts, 32)
    book.case("dequantize", *parts, dtype="int32")
    book.case("dequantize", *parts, mode="mxfp4")
    book.case("quantizedMatmul", book.normal([2, 32], "float32"), *parts)
    book.case("quantizedMatmul", w, parts[0], parts[1])
    book.case("quantizedMatmul", w, *parts, bits=8)
    book.case("quantizedMatmul", book.normal([2, 64], "complex64"), *parts)
    book.case("quantizedMatmul", book.normal([2, 2, 64], "float32"), *packed(book, [3, 2, 64]))
    indices = book.array([0.0], "float32")
    book.case("gatherQmm", book.normal([1, 2, 64], "float32"), *parts, None, indices)
