"""Linear algebra. Matrices without elements are left to the test: most of them end Python's process."""

from .book import FLOATS, INTS
from .transforms import gradient, uniform

INF = float("inf")
REAL = ["float32", "float64"]
VIEWS = {"transpose": [3, 3], "reverse": [3, 3], "step": [3, 6], "broadcast": [3, 3]}
BATCHES = [[1, 1], [2, 2], [4, 4], [2, 3, 3], [2, 1, 2, 2], [0, 3, 3]]
TALL_AND_WIDE = [[3, 2], [2, 4], [2, 3, 2], [1, 5], [5, 1]]


def fill(book) -> None:
    norms(book)
    cross(book)
    for op in ["inv", "det", "slogdet", "pinv", "lu", "luFactor", "eigvals", "eig", "qr"]:
        squares(book, op)
    for op in ["eigvalsh", "eigh"]:
        for arguments in [[], ["L"], ["U"]]:
            # Only one triangle counts, so that the other may hold anything.
            squares(book, op, *arguments)
    triangles(book)
    singular_values(book)
    definite(book)
    solutions(book)
    for op in ["qr", "lu", "luFactor", "pinv"]:
        for shape in TALL_AND_WIDE:
            book.case(f"linalg.{op}", matrix(book, shape))
        for dtype in ["float64"]:
            book.case(f"linalg.{op}", matrix(book, [3, 2], dtype))
    complex_spectra(book)
    refused(book)
    derivatives(book)


def derivatives(book) -> None:
    """What is made of ops with derivatives; MLX has none of factorizations and inverses."""
    own = len(book.cases)
    vector, wide, deep = [uniform(book, shape) for shape in [[4], [2, 3], [2, 3, 2]]]
    for order in [None, 1, 2, 3, INF, -INF]:
        gradient(book, "linalg.norm", vector, order)
        gradient(book, "linalg.norm", deep, order, axis=1, keepdims=True)
    for order in [None, 1, -1, INF, -INF, "fro"]:
        gradient(book, "linalg.norm", wide, order)
        gradient(book, "linalg.norm", deep, order, axis=[0, 2])
    gradient(book, "linalg.norm", uniform(book, [3, 2], view="transpose"), 1)
    for a, b, axis in [([3], [2, 3], -1), ([2], [3], -1), ([2, 2], [2, 2], -1), ([3, 2], [3, 2], 0)]:
        gradient(book, "linalg.cross", uniform(book, a), uniform(book, b), wrt=(0, 1), axis=axis)
    for shape in [[1, 1], [2, 2], [3, 3], [2, 3, 3]]:
        gradient(book, "linalg.det", uniform(book, shape))
    book.extra["derivatives"] = book.cases[own:]
    del book.cases[own:]


def matrix(book, shape, dtype="float32", view=None):
    """Matrices whose inverse is of the same size as they are."""
    rows, columns = shape[-2:]
    n = min(rows, columns)
    values = book.rng.normal(0, 1, shape).round(2)
    if dtype == "complex64":
        values = values + 1j * book.rng.normal(0, 1, shape).round(2)
    for i in range(n):
        values[..., i, i] += 3 + i
    return book.array(values, dtype, view)


def squares(book, op, *arguments) -> None:
    for shape in BATCHES:
        book.case(f"linalg.{op}", matrix(book, shape), *arguments)
    for dtype in REAL:
        book.case(f"linalg.{op}", matrix(book, [3, 3], dtype), *arguments)
    for view, shape in VIEWS.items():
        book.case(f"linalg.{op}", matrix(book, shape, "float32", view), *arguments)


def norms(book) -> None:
    vector, wide = book.normal([5], "float32"), book.normal([2, 3], "float32")
    deep = book.normal([2, 3, 4], "float32")
    for order in [None, 0, 1, 2, 3, 0.5, -1, -2, INF, -INF]:
        book.case("linalg.norm", vector, order)
        book.case("linalg.norm", wide, order)
        for axis in [0, -1, [1], [0, 1], [1, 0], [-1, 0], [2, 1]]:
            book.case("linalg.norm", deep, order, axis)
    for order in [None, 1, 2, "fro", "nuc", "f"]:
        book.case("linalg.norm", wide, order, keepdims=True)
        for axis in [[0, 1], [2, 0], [-2, -1]]:
            book.case("linalg.norm", deep, order, axis, True)
            book.case("linalg.norm", deep, order, axis=axis)
    for dtype in FLOATS + INTS + ["float64", "bool", "complex64"]:
        a = book.normal([3, 2], dtype)
        for order in [None, 0, 1, 2, -1, "fro"]:
            book.case("linalg.norm", a, order)
        for order in [None, 1, 2, 3]:
            book.case("linalg.norm", a, order, 0)
    for view in ["transpose", "reverse", "step", "broadcast"]:
        a = book.normal([3, 4], "float32", view)
        book.case("linalg.norm", a)
        if view != "broadcast":
            book.case("linalg.norm", a, 2)
            book.case("linalg.norm", a, "nuc")
        book.case("linalg.norm", a, 1, -1)
    for shape in [[], [0], [0, 3], [3, 0]]:
        a = book.normal(shape, "float32")
        book.case("linalg.norm", a)
        book.case("linalg.norm", a, keepdims=True)
        for order in [1, 2, INF, "nuc"]:
            book.case("linalg.norm", a, order)
    special = book.array([[float("nan"), 1], [INF, -2]], "float32")
    for order in [None, 1, INF]:
        book.case("linalg.norm", special, order)
    for case in [(deep, 2), (deep, "fro"), (wide, 3), (wide, "fro", 0), (deep, None, [0, 1, 2]), (wide, None, 2), (wide, 1, [0, 4])]:
        book.case("linalg.norm", *case)
    book.case("matrixNorm", wide, 1)


def cross(book) -> None:
    for a, b in [([3], [3]), ([2, 3], [3]), ([2, 3], [2, 3]), ([2, 1, 3], [4, 3]), ([2], [2]), ([3], [2]), ([2], [3]), ([2, 2], [3]), ([0, 3], [3])]:
        book.case("linalg.cross", book.normal(a, "float32"), book.normal(b, "float32"))
    for axis in [0, 1, -2, -1]:
        book.case("linalg.cross", book.normal([3, 3], "float32"), book.normal([3, 3], "float32"), axis)
        book.case("linalg.cross", book.normal([3, 2], "float32"), book.normal([3, 2], "float32"), axis=axis)
    for dtype in FLOATS + INTS + ["float64", "complex64", "bool"]:
        book.case("linalg.cross", book.normal([3], dtype), book.normal([3], dtype))
    book.case("linalg.cross", book.normal([3], "int32"), book.normal([3], "float16"))
    for view in ["transpose", "reverse"]:
        book.case("linalg.cross", book.normal([3, 3], "float32", view), book.normal([3], "float32"))
    for a, b, axis in [([4], [4], -1), ([3], [3], 1), ([3], [3], -2), ([], [3], -1), ([2, 3], [4, 3], -1), ([1], [3], -1)]:
        book.case("linalg.cross", book.normal(a, "float32"), book.normal(b, "float32"), axis)


def triangles(book) -> None:
    for op in ["triInv", "choleskyInv"]:
        for upper in [False, True]:
            for shape in [[1, 1], [3, 3], [2, 2, 2]]:
                book.case(f"linalg.{op}", matrix(book, shape), upper)
            book.case(f"linalg.{op}", matrix(book, [3, 3], "float64"), upper=upper)
            book.case(f"linalg.{op}", matrix(book, [3, 3], "float32", "transpose"), upper)
        book.case(f"linalg.{op}", matrix(book, [2, 2]))


def singular_values(book) -> None:
    for shape in BATCHES + TALL_AND_WIDE:
        a = matrix(book, shape)
        book.case("linalg.svd", a)
        book.case("linalg.svd", a, False)
        book.case("linalg.svd", a, compute_uv=False)
    for dtype in ["float64", "complex64"]:
        for shape in [[3, 3], [3, 2]]:
            book.case("linalg.svd", matrix(book, shape, dtype))
            book.case("linalg.svd", matrix(book, shape, dtype), False)
    for view, shape in VIEWS.items():
        a = matrix(book, shape, "float32", view)
        book.case("linalg.svd", a)
        book.case("linalg.svd", a, False)
    for shape in [[3, 0], [0, 2], [0, 0]]:
        book.case("linalg.svd", book.normal(shape, "float32"))
        book.case("linalg.svd", book.normal(shape, "float32"), False)
        book.case("linalg.pinv", book.normal(shape, "float32"))
        book.case("linalg.qr", book.normal(shape, "float32"))


def definite(book) -> None:
    for shape, dtype, view in [
        ([1, 1], "float32", None),
        ([4, 4], "float32", None),
        ([3, 3], "float64", None),
        ([2, 3, 3], "float32", None),
        ([3, 3], "float32", "transpose"),
        ([3, 3], "float32", "reverse"),
    ]:
        factor = book.rng.normal(0, 1, shape).round(1)
        values = factor @ factor.swapaxes(-1, -2)
        for i in range(shape[-1]):
            values[..., i, i] += 2
        if view == "reverse":
            values = values[::-1]
        a = book.array(values, dtype, view)
        book.case("linalg.cholesky", a)
        book.case("linalg.cholesky", a, True)
        book.case("linalg.cholesky", a, upper=True)
    book.case("linalg.cholesky", book.normal([0, 0], "float32"))
    book.case("linalg.cholesky", book.normal([0, 2, 2], "float32"))


def solutions(book) -> None:
    pairs = [([1, 1], [1]), ([3, 3], [3]), ([3, 3], [3, 2]), ([2, 3, 3], [2, 3, 1]), ([2, 2, 2], [2, 2, 3])]
    pairs += [([3, 3], [3, 0]), ([0, 2, 2], [0, 2, 1])]
    wrong = [([3, 3], [2]), ([3, 3], []), ([3], [3]), ([3, 2], [3]), ([3, 3], [2, 3, 2]), ([2, 3, 3], [3, 1])]
    for op in ["solve", "solveTriangular"]:
        options = [{}] if op == "solve" else [{}, {"upper": True}]
        for kw in options:
            for a, b in pairs + wrong:
                square = matrix(book, a) if len(a) > 1 else book.normal(a, "float32")
                book.case(f"linalg.{op}", square, book.normal(b, "float32"), **kw)
            for dtypes in [("float64", "float64"), ("float32", "float64"), ("float32", "int32"), ("float32", "float16")]:
                a, b = matrix(book, [3, 3], dtypes[0]), book.normal([3], dtypes[1])
                book.case(f"linalg.{op}", a, b, **kw)
            for view, shape in VIEWS.items():
                if view != "broadcast":
                    book.case(f"linalg.{op}", matrix(book, shape, "float32", view), book.normal([3, 2], "float32", "reverse"), **kw)


def complex_spectra(book) -> None:
    for shape in [[1, 1], [3, 3], [2, 2, 2]]:
        re, im = book.rng.normal(0, 1, (2, *shape)).round(2)
        a = book.array(re + 1j * im, "complex64")
        for op in ["eig", "eigvals"]:
            book.case(f"linalg.{op}", a)
        for op in ["eigh", "eigvalsh"]:
            book.case(f"linalg.{op}", a)
            book.case(f"linalg.{op}", a, uplo="U", py=lapack_named(op))
    # Rotations have eigenvalues off the real line, and those of real numbers come in pairs.
    for dtype in REAL:
        turn = book.array([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 2]], dtype)
        book.case("linalg.eig", turn)
        book.case("linalg.eigvals", turn)
    for op in ["eig", "eigvals", "eigh", "eigvalsh"]:
        for shape in [[0, 0], [2, 0, 0]]:
            book.case(f"linalg.{op}", book.normal(shape, "float32"))


def lapack_named(op):
    """The function with its option's name in lower case, as here."""
    from .book import python_function

    return lambda a, uplo: python_function(f"linalg.{op}")(a, UPLO=uplo)


def refused(book) -> None:
    ops = "qr svd inv triInv cholesky choleskyInv pinv eigvals eig eigvalsh eigh lu luFactor det slogdet".split()
    for op in ops:
        for shape in [[], [3]]:
            book.case(f"linalg.{op}", book.normal(shape, "float32"))
        for dtype in ["float16", "int32", "complex64"]:
            if dtype != "complex64" or op not in ["svd", "eig", "eigh", "eigvals", "eigvalsh"]:
                book.case(f"linalg.{op}", matrix(book, [4, 4], dtype))
        if op not in ["qr", "svd", "pinv", "lu", "luFactor"]:
            book.case(f"linalg.{op}", book.normal([2, 3], "float32"))
    for dtype in ["int32", "bool", "float16"]:
        for op in ["det", "slogdet"]:
            book.case(f"linalg.{op}", book.normal([2, 2], dtype))
    singular = book.array([[1, 2], [2, 4]], "float32")
    zero = book.array([[0, 0], [0, 0]], "float32")
    for op in ["inv", "triInv", "choleskyInv"]:
        book.case(f"linalg.{op}", zero)
    book.case("linalg.inv", singular)
    book.case("linalg.solve", singular, book.array([1, 2], "float32"))
    book.case("linalg.solveTriangular", zero, book.array([1, 2], "float32"))
    for op in ["det", "slogdet", "lu"]:
        book.case(f"linalg.{op}", zero)
        book.case(f"linalg.{op}", singular)
    book.case("linalg.slogdet", book.array([[0] * 4] * 4, "float32"))
    book.case("linalg.det", book.array([[0] * 4] * 4, "float32"))
    # Of NaN and infinity in the others Python makes what LAPACK makes: NaN, an error, or the process's end.
    for op in ["svd", "pinv"]:
        book.case(f"linalg.{op}", book.array([[float("nan"), 1], [1, 2]], "float32"))
