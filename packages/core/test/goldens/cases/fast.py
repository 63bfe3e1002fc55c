"""Fused layers."""

import mlx.core as mx

from .book import FLOATS

ROPE = {"traditional": False, "base": 10000.0, "scale": 1.0, "offset": 0}


def fill(book) -> None:
    norms(book)
    rope(book)
    attention(book)
    cross_entropy(book)
    gated_delta(book)


def norms(book) -> None:
    for dtype in [*FLOATS, "float64"]:
        x, w, b = book.normal([2, 3, 8], dtype), book.normal([8], dtype), book.normal([8], dtype)
        book.case("fast.rmsNorm", x, w, 1e-5)
        book.case("fast.rmsNorm", x, None, 1e-5)
        for weight in [w, None]:
            for bias in [b, None]:
                book.case("fast.layerNorm", x, weight, bias, 1e-5)
    w = book.normal([6], "float32")
    for x in [
        book.normal([6], "float32"),
        book.normal([6, 2], "float32", "transpose"),
        book.normal([2, 12], "float32", "step"),
        book.normal([2, 6], "float32", "reverse"),
        book.normal([2, 6], "float32", "broadcast"),
        book.normal([2, 6], "float16"),
        book.array(mx.zeros([0, 6]), "float32"),
        book.array([[1e30] * 6], "float32"),
        book.array([[0] * 6], "float32"),
    ]:
        book.case("fast.rmsNorm", x, w, 1e-6)
        book.case("fast.layerNorm", x, w, w, 1e-6)
    x = book.normal([2, 6], "float32")
    for bad in [book.normal([5], "float32"), book.normal([1, 6], "float32"), book.array(1, "float32")]:
        book.case("fast.rmsNorm", x, bad, 1e-6)
        book.case("fast.layerNorm", x, bad, None, 1e-6)
        book.case("fast.layerNorm", x, None, bad, 1e-6)
    for bad in [book.array(1, "float32"), book.normal([2, 6], "int32"), book.normal([2, 6], "complex64")]:
        book.case("fast.rmsNorm", bad, None, 1e-6)
        book.case("fast.layerNorm", bad, None, None, 1e-6)


def rope(book) -> None:
    for dtype in FLOATS:
        a = book.normal([2, 2, 3, 8], dtype)
        for dims in [8, 4]:
            for traditional in [False, True]:
                book.case("fast.rope", a, dims, **(ROPE | {"traditional": traditional}))
    a = book.normal([2, 2, 3, 8], "float32")
    for offset in [5, book.array(5, "int32"), book.array([1, 7], "int32"), book.array([4], "uint32")]:
        book.case("fast.rope", a, 8, **(ROPE | {"offset": offset}))
    book.case("fast.rope", a, 8, **(ROPE | {"offset": book.array([3, 0], "int64"), "traditional": True}))
    book.case("fast.rope", a, 8, **(ROPE | {"scale": 0.5, "base": 100.0}))
    book.case("fast.rope", a, 8, **(ROPE | {"offset": -3}))
    freqs = book.array([1, 2.5, 10, 100], "float32")
    for traditional in [False, True]:
        book.case("fast.rope", a, 8, freqs=freqs, **(ROPE | {"base": None, "traditional": traditional, "offset": 2}))
    for other in [
        book.normal([2, 3, 8], "float32"),
        book.normal([1, 2, 2, 3, 8], "float32"),
        book.normal([8, 3, 2], "float32", "transpose"),
        book.normal([2, 3, 16], "float32", "step"),
        book.array(mx.zeros([2, 0, 8]), "float32"),
    ]:
        book.case("fast.rope", other, 8, **ROPE)
        book.case("fast.rope", other, 4, **(ROPE | {"traditional": True}))
    for dims in [0, -2, 3, 10]:
        book.case("fast.rope", a, dims, **ROPE)
    book.case("fast.rope", book.normal([3, 8], "float32"), 8, **ROPE)
    book.case("fast.rope", book.normal([2, 3, 8], "int32"), 8, **ROPE)
    book.case("fast.rope", a, 8, **(ROPE | {"offset": book.array([1, 2, 3], "int32")}))
    book.case("fast.rope", a, 8, **(ROPE | {"offset": book.array([1.5, 2], "float32")}))
    book.case("fast.rope", a, 8, **(ROPE | {"base": None}))
    book.case("fast.rope", a, 8, freqs=freqs, **ROPE)
    book.case("fast.rope", a, 8, freqs=book.array([1, 2], "float32"), **(ROPE | {"base": None}))


def attention(book) -> None:
    op = "fast.scaledDotProductAttention"

    def heads(h, t, d=4, dtype="float32", view=None):
        return book.normal([2, h, t, d], dtype, view)

    for dtype in [*FLOATS, "float64"]:
        q, k, v = heads(2, 3, dtype=dtype), heads(2, 5, dtype=dtype), heads(2, 5, dtype=dtype)
        book.case(op, q, k, v, scale=0.5)
        book.case(op, q, k, v, scale=0.5, mask="causal")
        book.case(op, q, k, v, scale=0.5, mask=book.normal([3, 5], "bool"))
        book.case(op, q, k, v, scale=0.5, mask=book.normal([3, 5], dtype))
    q, k, v = heads(4, 3), heads(4, 5), heads(4, 5)
    for shape in [[], [5], [3, 1], [4, 3, 5], [2, 1, 3, 5], [2, 4, 3, 5]]:
        book.case(op, q, k, v, scale=0.5, mask=book.normal(shape, "bool"))
        book.case(op, q, k, v, scale=0.5, mask=book.normal(shape, "float32"))
    # Several heads share keys, one serves all, values are wider, queries outnumber keys.
    for g in [2, 1]:
        k, v = heads(g, 5), heads(g, 5)
        sinks = book.normal([4], "float32")
        book.case(op, q, k, v, scale=1.0)
        book.case(op, q, k, v, scale=1.0, mask="causal")
        book.case(op, q, k, v, scale=1.0, mask=book.normal([2, 4, 3, 5], "bool"))
        book.case(op, q, k, v, scale=1.0, sinks=sinks)
        book.case(op, q, k, v, scale=1.0, mask="causal", sinks=sinks)
    book.case(op, heads(1, 5), heads(1, 3), heads(1, 3, 6), scale=1.0, mask="causal")
    book.case(op, book.normal([4, 3, 2, 2], "float32", "transpose"), heads(2, 5), heads(2, 5), scale=1.0)
    book.case(op, heads(2, 3), heads(2, 5, 8, view="step"), heads(2, 5, view="reverse"), scale=1.0)
    book.case(op, heads(2, 3, dtype="float16"), heads(2, 5), heads(2, 5), scale=1.0)
    none = book.array(mx.zeros([2, 2, 0, 4]), "float32")
    book.case(op, none, heads(2, 5), heads(2, 5), scale=1.0)
    book.case(op, heads(2, 3), none, none, scale=1.0)
    # Refused.
    k, v = heads(4, 5), heads(4, 5)
    for mask in [book.normal([3, 4], "bool"), book.normal([1, 1, 1, 3, 5], "bool"), book.normal([3, 5], "float64"), "full"]:
        book.case(op, q, k, v, scale=1.0, mask=mask)
    book.case(op, q, heads(3, 5), heads(3, 5), scale=1.0)
    book.case(op, q, k, heads(2, 5), scale=1.0)
    book.case(op, q, k, heads(4, 6), scale=1.0)
    book.case(op, q, heads(4, 5, 6), v, scale=1.0)
    book.case(op, q, k, v, scale=1.0, sinks=book.normal([2], "float32"))
    book.case(op, q, k, v, scale=1.0, force_fused=True)
    book.case(op, *[book.normal([2, 3, 4], "float32")] * 3, scale=1.0)
    book.case(op, *[book.normal([1, 2, 3, 4], "int32")] * 3, scale=1.0)


def cross_entropy(book) -> None:
    for dtype in [*FLOATS, "float64"]:
        book.case("fast.crossEntropy", book.normal([3, 5], dtype), book.array([0, 4, 2], "int32"))
    x = book.normal([3, 5], "float32")
    for dtype in ["uint8", "uint32", "int64"]:
        book.case("fast.crossEntropy", x, book.array([1, 4, 3], dtype))
    for logits, targets in [
        (book.normal([5], "float32"), book.array(3, "int32")),
        (book.normal([2, 3, 4], "float32"), book.array([[0, 1, 2], [3, 0, 1]], "int32")),
        (book.normal([5, 3], "float32", "transpose"), book.array([0, 1, 2], "int32")),
        (book.normal([3, 10], "float32", "step"), book.array([4, 1, 2], "int32", "reverse")),
        (book.array([[1e4, -1e4], [float("-inf"), 0]], "float32"), book.array([0, 1], "int32")),
    ]:
        book.case("fast.crossEntropy", logits, targets)
    for targets in [book.array([0, 1], "int32"), book.array([0.0, 1, 2], "float32"), book.array([True] * 3, "bool")]:
        book.case("fast.crossEntropy", x, targets)
    book.case("fast.crossEntropy", book.array(1, "float32"), book.array(0, "int32"))
    book.case("fast.crossEntropy", book.normal([3, 5], "int32"), book.array([0, 1, 2], "int32"))


def gated_delta(book) -> None:
    op = "fast.gatedDeltaUpdate"

    def inputs(steps, h, g, d, e, dtype="float32"):
        decay = book.array(book.rng.uniform(0.5, 1, [2, steps, g]).round(2), dtype)
        beta = book.array(book.rng.uniform(0, 1, [2, steps, g]).round(2), dtype)
        q, k = book.normal([2, steps, h, d], dtype, scale=0.5), book.normal([2, steps, h, d], dtype, scale=0.5)
        return [q, k, book.normal([2, steps, g, e], dtype), decay, beta]

    for dtype in FLOATS:
        book.case(op, *inputs(3, 1, 1, 4, 4, dtype))
    for sizes in [(1, 1, 1, 2, 3), (4, 2, 2, 3, 2), (4, 1, 2, 3, 2), (2, 2, 4, 2, 2), (70, 1, 1, 2, 2)]:
        book.case(op, *inputs(*sizes))
    given = inputs(4, 1, 2, 3, 2)
    state = book.normal([2, 2, 2, 3], "float32")
    book.case(op, *given, state)
    mask = book.array([[True, True, False, True], [False, True, True, False]], "bool")
    book.case(op, *given, None, mask)
    book.case(op, *given, initial_state=state, mask=mask)
    book.case(op, given[0], given[1], given[2], given[3], book.normal([2, 4, 3], "float32"))
    book.case(op, given[0], book.normal([2, 4, 1, 5], "float32"), *given[2:])
    book.case(op, *given, book.normal([2, 2, 3, 2], "float32"))
