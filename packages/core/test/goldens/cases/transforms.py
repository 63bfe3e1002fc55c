"""Vector-Jacobian and Jacobian-vector products of every differentiable op, in float64 where it can.

A case has besides `args` and `kw`: `wrt`, the places of the arguments to differentiate; `cotangent` and
`tangents`, inputs; `out` and `tangent`, the products.
"""

import mlx.core as mx

from .book import camel, described, name_of, python_function, to_json, to_python

#: Inputs inside each op's domain and away from its kinks.
UNARY = {
    (-2.1, 2.3): "abs negative positive square exp sin cos sinh cosh tanh arctan arcsinh sigmoid erf degrees radians expm1 tan sign floor ceil trunc round stopGradient",
    (0.3, 2.5): "sqrt rsqrt reciprocal log log2 log10 log1p",
    (-0.9, 0.9): "arcsin arccos arctanh erfinv",
    (1.2, 3.0): "arccosh",
}


def fill(book) -> None:
    for (low, high), ops in UNARY.items():
        for op in ops.split():
            gradient(book, op, uniform(book, [2, 3], low, high))
    binary(book)
    folding(book)
    moving(book)
    products(book)
    indexing(book)


def uniform(book, shape, low=-2.0, high=2.0, view=None, dtype="float64"):
    values = book.rng.uniform(low, high, shape).round(3)
    # Kinks sit at multiples of a half.
    values += (abs(values * 2 - (values * 2).round()) < 0.05) * 0.06
    return book.array(values, dtype, view)


def gradient(book, op, *args, wrt=(0,), py=None, **kw) -> None:
    function = py or python_function(op)
    given = [to_python(arg) for arg in args]
    named = {name: to_python(value, name) for name, value in kw.items()}

    def run(*primals):
        full = list(given)
        for place, primal in zip(wrt, primals):
            full[place] = primal
        out = function(*full, **named)
        return list(out) if isinstance(out, (list, tuple)) else [out]

    primals = [given[place] for place in wrt]
    shape = run(*primals)[0].shape
    dtype = name_of(primals[0].dtype)
    cotangent = uniform(book, list(shape), dtype=dtype)
    tangents = [uniform(book, list(primal.shape), dtype=dtype) for primal in primals]
    case = {"op": op, "args": [to_json(arg) for arg in args]}
    if kw:
        case["kw"] = {camel(name): to_json(value) for name, value in kw.items()}
    _, products = mx.vjp(lambda *p: run(*p)[:1], primals, [cotangent.value])
    case |= {"wrt": list(wrt), "cotangent": to_json(cotangent), "tangents": to_json(tangents)}
    case["out"] = [described(product) for product in products]
    try:
        _, pushed = mx.jvp(lambda *p: run(*p)[:1], primals, [tangent.value for tangent in tangents])
        case["tangent"] = described(pushed[0])
    except (ValueError, RuntimeError):
        pass  # the engine has no jvp of this op
    book.cases.append(case)


def binary(book) -> None:
    for op in "add subtract multiply divide maximum minimum arctan2 logaddexp power remainder".split():
        low = 0.4 if op == "power" else -2.0
        gradient(book, op, uniform(book, [2, 3], low), uniform(book, [2, 3]), wrt=(0, 1))
        gradient(book, op, uniform(book, [2, 1], low), uniform(book, [3]), wrt=(0, 1))
        gradient(book, op, uniform(book, [3, 2], low, 2.0, "transpose"), 1.7)
    condition = book.array([True, False, True], "bool")
    gradient(book, "where", condition, uniform(book, [3]), uniform(book, [2, 3]), wrt=(1, 2))
    gradient(book, "clip", uniform(book, [5]), -0.77, 0.77)


def folding(book) -> None:
    for op in "sum prod max min mean variance std logsumexp softmax".split():
        for axis in [None, 0, 1, [0, 1]]:
            gradient(book, op, uniform(book, [3, 2]), axis)
        gradient(book, op, uniform(book, [2, 3], view="reverse"), 1)
        if op != "softmax":
            gradient(book, op, uniform(book, [2, 3], view="transpose"), 0, True)
    gradient(book, "variance", uniform(book, [4]), ddof=1)
    for op in "cumsum cumprod logcumsumexp cummax cummin".split():
        for reverse in [False, True]:
            for inclusive in [False, True]:
                if inclusive or op in ("cumsum", "cumprod"):
                    gradient(book, op, uniform(book, [2, 4]), 1, reverse=reverse, inclusive=inclusive)
    gradient(book, "sort", uniform(book, [2, 4]), 1)
    gradient(book, "sort", uniform(book, [2, 4]), None)


def moving(book) -> None:
    a = uniform(book, [2, 3, 4])
    gradient(book, "reshape", a, [4, -1])
    gradient(book, "transpose", a, [2, 0, 1])
    gradient(book, "swapaxes", a, 0, 2)
    gradient(book, "moveaxis", a, 0, -1)
    gradient(book, "flatten", a, 1)
    gradient(book, "unflatten", a, 2, [2, 2])
    gradient(book, "expandDims", a, 1)
    gradient(book, "squeeze", uniform(book, [2, 1, 3]), 1)
    gradient(book, "broadcastTo", uniform(book, [3, 1]), [2, 3, 4])
    gradient(book, "roll", a, 1, 2)
    gradient(book, "repeat", a, 2, 1)
    gradient(book, "tile", uniform(book, [2, 3]), [2, 2])
    gradient(book, "tril", uniform(book, [3, 4]), 1)
    gradient(book, "triu", uniform(book, [3, 4]), -1)
    gradient(book, "diag", uniform(book, [3]), 1)
    gradient(book, "diag", uniform(book, [3, 4]))
    gradient(book, "diagonal", a, 1, 1, 2)
    gradient(book, "contiguous", uniform(book, [2, 3], view="transpose"))
    gradient(book, "astype", uniform(book, [2, 3]), "float64", py=lambda a, dtype: a.astype(dtype))
    gradient(book, "split", a, 2, 2)
    picks = book.array([1, 0, 1], "int32")
    gradient(book, "take", a, picks, 1)
    gradient(book, "takeAlongAxis", uniform(book, [3, 2]), book.array([[1], [0], [1]], "int32"), 1)
    where = book.array([[1], [0], [1]], "int32")
    gradient(book, "putAlongAxis", uniform(book, [3, 2]), where, uniform(book, [3, 1]), 1, wrt=(0, 2))
    for items in [[1], [slice(None), slice(2, None, -1)], ["...", slice(0, 4, 2)], [slice(0, 1), picks]]:
        gradient(book, "a.index", a, *items, py=_read)
    gradient(book, "a.at.set", a, uniform(book, [3, 4]), 1, wrt=(0, 1), py=_write)
    for op in ["add", "multiply", "divide", "subtract"]:
        part = uniform(book, [4], 0.5)
        gradient(book, f"a.at.{op}", a, part, 0, slice(None, None, 2), wrt=(0, 1), py=_update(op))


def _key(items):
    return tuple(Ellipsis if item == "..." else item for item in items)


def _read(a, *items):
    return a[_key(items)]


def _write(a, value, *items):
    return mx.slice_update(a, value[None], mx.array([items[0]]), axes=[0])


def _update(op):
    return lambda a, value, *items: getattr(a.at[_key(items)], op)(value)


def products(book) -> None:
    for a, b in [([2, 3], [3, 4]), ([3], [3]), ([5, 2, 3], [3, 2]), ([2, 2, 3], [2, 3, 1])]:
        gradient(book, "matmul", uniform(book, a), uniform(book, b), wrt=(0, 1))
    gradient(book, "matmul", uniform(book, [3, 2], view="transpose"), uniform(book, [4, 3], view="transpose"), wrt=(0, 1))
    gradient(book, "addmm", uniform(book, [4]), uniform(book, [2, 3]), uniform(book, [3, 4]), 0.5, 2.0, wrt=(0, 1, 2))
    gradient(book, "inner", uniform(book, [3]), uniform(book, [3]), wrt=(0, 1))
    gradient(book, "outer", uniform(book, [3]), uniform(book, [2]), wrt=(0, 1))
    gradient(book, "vecdot", uniform(book, [2, 3]), uniform(book, [2, 3]), wrt=(0, 1))
    # The engine convolves no float64.
    def single(shape):
        return uniform(book, shape, dtype="float32")

    for hyper in [(1, 0, 1), (2, 1, 1), (1, 2, 2)]:
        gradient(book, "conv1d", single([2, 6, 2]), single([3, 2, 2]), *hyper, wrt=(0, 1))
        gradient(book, "conv2d", single([1, 5, 5, 2]), single([2, 2, 2, 2]), *hyper, wrt=(0, 1))
    gradient(book, "conv1d", single([1, 5, 4]), single([4, 2, 2]), groups=2, wrt=(0, 1))


def indexing(book) -> None:
    from .indexing import _update, key

    def read(a, *items):
        return a[key(items)]

    a = uniform(book, [3, 4])
    rows, columns = book.array([2, 0, 2], "int32"), book.array([[1], [3]], "int32")
    for items in [
        [1],
        ["...", slice(None, None, -2)],
        [slice(0, 2), None, 1],
        [rows],
        [slice(None), columns],
        [rows, slice(1, 3)],
        [book.array([[1], [0]], "int32"), columns],
        [None, rows, 1],
    ]:
        gradient(book, "a.index", a, *items, py=read)
    for view in ["transpose", "reverse"]:
        gradient(book, "a.index", uniform(book, [4, 3], view=view), slice(1, None), rows, py=read)
    apart = book.array([2, 0], "int32")
    for op in ["set", "add", "subtract", "divide", "maximum", "minimum"]:
        value = uniform(book, [2, 4], 0.4)
        gradient(book, f"a.at.{op}", a, value, slice(0, 2), wrt=(0, 1), py=_update(op))
        if op in ("set", "add", "subtract"):
            gradient(book, f"a.at.{op}", a, uniform(book, [4]), apart, wrt=(0, 1), py=_update(op))
            gradient(book, f"a.at.{op}", a, uniform(book, [2]), apart, 1, wrt=(0, 1), py=_update(op))
    gradient(book, "a.at.multiply", a, uniform(book, [4]), 2, wrt=(0, 1), py=_update("multiply"))
    gradient(book, "a.at.add", a, uniform(book, [3, 4]), rows, wrt=(0, 1), py=_update("add"))
    start = book.array([1], "int32")
    gradient(book, "slice", a, start, [0], [2, 4])
    gradient(book, "sliceUpdate", a, uniform(book, [2, 4]), start, [0], wrt=(0, 1))
    mask = book.array([[1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]], "bool")
    set_at = _update("set")
    gradient(book, "a.at.set", a, uniform(book, [4]), mask, wrt=(0,), py=set_at)
    gradient(book, "a.at.set", a, uniform(book, []), mask, wrt=(0, 1), py=set_at)
