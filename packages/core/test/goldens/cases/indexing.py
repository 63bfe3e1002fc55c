"""Reading and writing parts of arrays: the ops, and random programs of integers, slices, null and "..."."""

import mlx.core as mx

from .book import USUAL

SHAPES = [[7], [3, 4], [2, 3, 4], [1, 5], [5, 1, 2], [0, 3], [4, 0]]


def fill(book) -> None:
    taking(book)
    slicing(book)
    for _ in range(320):
        reading(book)
    for _ in range(220):
        writing(book)
    mixing(book)
    gathering(book)
    refusals(book)


def taking(book) -> None:
    for dtype in USUAL:
        a = book.normal([3, 4], dtype)
        book.case("take", a, book.array([2, 0, -1], "int32"), 0)
        book.case("takeAlongAxis", a, book.array([[1], [0], [-1]], "int32"), 1)
        book.case("putAlongAxis", a, book.array([[1], [0], [3]], "int32"), book.array([[1], [0], [1]], dtype), 1)
    for view in [None, "transpose", "reverse", "step", "broadcast"]:
        a = book.normal([4, 4], "float32", view)
        for axis in [None, 0, -1]:
            for index in ["uint8", "int64", "uint32"]:
                book.case("take", a, book.array([1, 0, 1], index), axis)
            book.case("take", a, book.array([[1, 0], [-1, -2]], "int32"), axis)
        book.case("take", a, book.array(1, "int32"), 0)
    for view in [None, "transpose", "reverse"]:
        a = book.normal([3, 3], "float32", view)
        where = book.array([[0, 2], [1, 1], [2, -3]], "int32")
        book.case("takeAlongAxis", a, where, 1)
        book.case("takeAlongAxis", a, where)
        book.case("takeAlongAxis", a, book.array([4, 0, -1], "int32"), None)
        book.case("putAlongAxis", a, book.array([[0], [2], [1]], "int32"), book.array(9, "float32"), 1)
        book.case("putAlongAxis", a, book.array([4, 0, -1], "int32"), book.array([7, 8, 9], "float32"), None)
        for axis in [0, 1, -1]:
            rows = book.array([[0, 2, 1]] if axis == 0 else [[0], [2], [1]], "int32")
            book.case("scatterAddAxis", a, rows, book.array(2, "float32"), axis, py=_scatter_add)
    for axis in [2, -3]:
        a = book.normal([3, 4], "float32")
        book.case("take", a, book.array([0], "int32"), axis)
        book.case("takeAlongAxis", a, book.array([[0]], "int32"), axis)
    book.case("takeAlongAxis", a, book.array([0], "int32"), 1)
    book.case("take", book.normal([3], "float32"), book.array([], "int32"), 0)


def _scatter_add(a, indices, values, axis):
    shape = [1 if n == axis % a.ndim else size for n, size in enumerate(a.shape)]
    shape[axis] = indices.shape[axis]
    where = mx.broadcast_to(indices, shape)
    grid = [where if n == axis % a.ndim else mx.arange(shape[n]).reshape([-1 if m == n else 1 for m in range(a.ndim)]) for n in range(a.ndim)]
    return a.at[tuple(grid)].add(values)


def slicing(book) -> None:
    a = book.normal([4, 5], "float32")
    for start, stop, step in [
        ([0, 0], [4, 5], [1, 1]),
        ([1, 2], [3, 5], [1, 2]),
        ([-3, -2], [4, 5], [2, 1]),
        ([2, 0], [2, 5], [1, 1]),
        ([3, 4], [0, 1], [-1, -2]),
        ([0, 0], [9, 9], [1, 1]),
    ]:
        args = [a, start, stop, step]
        book.case("slice", *args, py=lambda a, b, e, s: a[tuple(map(slice, b, e, s))])
        update = book.array(7, "float32")
        book.case("sliceUpdate", a, update, start, stop, step, py=_slice_update)
    book.case("sliceUpdate", a, book.normal([2, 1], "float32"), [1, 1], [3, 4], [1, 1], py=_slice_update)
    book.case("sliceUpdate", a, book.normal([2, 2], "float32"), [1, 1], [3, 4], [1, 1], py=_slice_update)
    book.case("sliceUpdate", book.normal([4, 5], "int32", "reverse"), book.array(2.5, "float32"), [0, 0], [2, 5], [1, 1], py=_slice_update)


def _slice_update(a, update, start, stop, step):
    out = mx.array(a)
    out[tuple(map(slice, start, stop, step))] = update
    return out


def program(book, shape):
    """A random index whose integers are inside their axes."""
    rng = book.rng
    ndim = len(shape)
    items = []
    count = int(rng.integers(0, ndim + 1))
    dots = rng.random() < 0.4
    place = int(rng.integers(0, count + 1)) if dots else count
    axes = list(range(place)) + list(range(ndim - (count - place), ndim))
    for at, axis in enumerate(axes):
        if at == place and dots:
            items.append("...")
        size = shape[axis]
        if size > 0 and rng.random() < 0.3:
            items.append(int(rng.integers(-size, size)))
        else:
            items.append(slice(edge(book, size), edge(book, size), step(book)))
        if rng.random() < 0.15:
            items.append(None)
    if dots and place == count:
        items.append("...")
    return items or [slice(None)]


def edge(book, size):
    return None if book.rng.random() < 0.3 else int(book.rng.integers(-size - 3, size + 4))


def step(book):
    if book.rng.random() < 0.35:
        return None
    value = int(book.rng.integers(-4, 5))
    return value or 1


def key(items):
    return tuple(Ellipsis if item == "..." else item for item in items)


def reading(book) -> None:
    shape = SHAPES[int(book.rng.integers(0, len(SHAPES)))]
    view = [None, None, "transpose", "reverse"][int(book.rng.integers(0, 4))]
    a = book.array(mx.arange(max(1, _count(shape)))[: _count(shape)].reshape(shape), "int32", view)
    items = program(book, list(a.value.shape))
    book.case("a.index", a, *items, py=lambda a, *items: a[key(items)])


def _count(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def writing(book) -> None:
    shape = SHAPES[int(book.rng.integers(0, len(SHAPES)))]
    view = [None, None, "transpose", "reverse"][int(book.rng.integers(0, 4))]
    a = book.array(mx.arange(max(1, _count(shape)))[: _count(shape)].reshape(shape), "float32", view)
    items = program(book, list(a.value.shape))
    part = a.value[key(items)]
    choice = int(book.rng.integers(0, 4))
    if choice == 0:
        value = 5
    elif choice == 1:
        value = book.array(-(mx.arange(part.size) + 1).reshape(part.shape) if part.size else mx.zeros(part.shape), "float32")
    elif choice == 2:
        value = book.array([-2], "int32")
    else:
        value = book.array(-2.5, "float16")
    op = ["set", "add", "subtract", "multiply", "divide", "maximum", "minimum", "assign"][int(book.rng.integers(0, 8))]
    if op == "divide":
        value = 4  # Python multiplies by the reciprocal, which rounds otherwise
    book.case(f"a.at.{op}", a, value, *items, py=_update(op))


def mixing(book) -> None:
    """Values of other dtypes: an update never changes the array's dtype."""
    for dtype in ["int32", "uint8", "float16", "bool"]:
        a = book.array([[1, 0, 3], [4, 5, 6]], dtype)
        for value in [2, 2.5, True, book.array([3], "int32"), book.array([2.5], "float32"), book.array([1], "bool")]:
            for op in ["set", "assign", "add", "multiply", "maximum"]:
                book.case(f"a.at.{op}", a, value, 1, slice(0, 2), py=_update(op))


def _update(op):
    def run(a, value, *items):
        if op in ("set", "assign"):
            out = mx.array(a)
            out[key(items)] = value
            return out
        return getattr(a.at[key(items)], op)(value)

    return run


def gathering(book) -> None:
    for view in [None, "transpose", "reverse"]:
        a = book.array(mx.arange(24).reshape(2, 3, 4), "int32", view)
        picks = book.array([1, 0, -1, 1], "int32")
        for items in [
            [picks],
            [slice(None), picks],
            ["...", picks],
            [slice(0, 1), slice(None), picks],
            [slice(None, None, -1), picks, slice(1, None)],
            [book.array([[0, 1], [1, 0]], "int32")],
            [slice(None), book.array([[0, 1], [1, 0]], "uint32"), slice(0, 2)],
        ]:
            book.case("a.index", a, *items, py=lambda a, *items: a[key(items)])


def refusals(book) -> None:
    a = book.array(mx.arange(6).reshape(2, 3), "int32")
    b = book.array(mx.arange(6).reshape(2, 3), "float32")

    def refused(*_):
        raise ValueError("MLX reads beyond the array here, or refuses")

    for items in [[2], [-3], [0, 3], [0, -4], ["...", 3], ["...", "..."], [0, 0, 0], [slice(0, 1), 0, slice(0, 1)]]:
        book.case("a.index", a, *items, py=refused)
        book.case("a.at.set", b, 1, *items, py=refused)
    book.case("a.at.set", b, book.array([1, 2], "float32"), 0, py=_update("set"))
    book.case("a.at.assign", b, book.array([[[1, 2, 3]]], "float32"), 0, py=_update("assign"))
    book.case("a.at.set", b, book.array([[[1, 2, 3]], [[1, 2, 3]]], "float32"), py=refused)
