"""Reading and writing parts of arrays: the ops, and random programs of integers, slices, null, "..." and
index arrays.

Python's MLX is the oracle of what is read. What is written is numpy's, by the shape that reading has: MLX's
own writing orders the axes of a value in another way than its reading where integers stand apart from index
arrays, and takes leading ones of a value only where the index is no tuple. Where the two give different
results for other reasons, the script stops. Ops that Python lacks have numpy as their oracle as well.
"""

import mlx.core as mx
import numpy as np

from .book import ALL, USUAL, Array

SHAPES = [[7], [3, 4], [2, 3, 4], [1, 5], [5, 1, 2], [0, 3], [4, 0]]


def fill(book) -> None:
    taking(book)
    slicing(book)
    for _ in range(160):
        reading(book)
    for _ in range(130):
        writing(book)
    mixing(book)
    gathering(book)
    refusals(book)
    for _ in range(150):
        picking(book)
    for _ in range(150):
        placing(book)
    dtypes(book)
    masks(book)
    dynamic(book)
    for _ in range(14):
        slices_of(book)
    wrong(book)


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
        for op in ["Add", "Prod", "Max", "Min"]:
            other = book.array(0.5, "float32")
            book.case(f"sliceUpdate{op}", a, other, start, stop, step, py=_slice_combine(op))
    for dtype in USUAL:
        for op in ["Add", "Prod", "Max", "Min"]:
            b = book.normal([3, 4], dtype, "transpose" if op == "Max" else None)
            other = book.normal([2, 1], dtype)
            book.case(f"sliceUpdate{op}", b, other, [1, 0], [3, 3], [1, 2], py=_slice_combine(op))
    book.case("sliceUpdate", a, book.normal([2, 1], "float32"), [1, 1], [3, 4], [1, 1], py=_slice_update)
    book.case("sliceUpdate", a, book.normal([2, 2], "float32"), [1, 1], [3, 4], [1, 1], py=_slice_update)
    book.case("sliceUpdate", book.normal([4, 5], "int32", "reverse"), book.array(2.5, "float32"), [0, 0], [2, 5], [1, 1], py=_slice_update)


def _slice_update(a, update, start, stop, step):
    out = mx.array(a)
    out[tuple(map(slice, start, stop, step))] = update
    return out


def _slice_combine(op):
    name = {"Add": "add", "Prod": "multiply", "Max": "maximum", "Min": "minimum"}[op]
    return lambda a, update, *bounds: getattr(a.at[tuple(map(slice, *bounds))], name)(update)


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
    full = tuple(Ellipsis if isinstance(item, str) else item for item in items)
    return full[0] if len(full) == 1 else full


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
        if isinstance(value, mx.array) and not is_mask(items):
            # MLX takes leading ones too many where the index is no tuple.
            while value.ndim > a[key(items)].ndim and value.shape[0] == 1:
                value = value[0]
        if op in ("set", "assign"):
            out = mx.array(a)
            out[key(items)] = value
            # MLX forgets to convert where the whole array is replaced.
            return out.astype(a.dtype)
        return getattr(a.at[key(items)], op)(value)

    return run


def is_mask(items):
    first = items[0]
    while isinstance(first, list):
        first = first[0]
    return first is True or first is False or isinstance(first, mx.array) and first.dtype == mx.bool_


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


def numpy_of(array):
    """Any array as numpy has it; bfloat16 as float32."""
    return np.array(array.astype(mx.float32) if array.dtype == mx.bfloat16 else array)


def numpy_key(items):
    full = (np.array(item, copy=True) if isinstance(item, (mx.array, list)) else item for item in items)
    return tuple(Ellipsis if isinstance(item, str) else item for item in full)


def advanced(book, shape):
    """A random index with at least one index array, beside integers, slices, new axes and an ellipsis."""
    rng = book.rng
    ndim = len(shape)
    count = int(rng.integers(1, ndim + 1))
    dots = count < ndim and rng.random() < 0.4
    place = int(rng.integers(0, count + 1)) if dots else count
    axes = list(range(place)) + list(range(ndim - (count - place), ndim))
    base = [[3], [2], [2, 2], [1], [], [4], [1, 3], [0]][int(rng.choice(8, p=[0.3, 0.15, 0.2, 0.08, 0.1, 0.07, 0.06, 0.04]))]
    sure = int(rng.integers(0, count))
    items = []
    for at, axis in enumerate(axes):
        if at == place and dots:
            items.append("...")
        size = shape[axis]
        draw = rng.random()
        if at == sure or draw < 0.35:
            items.append(picks(book, base, size))
        elif draw < 0.55:
            items.append(int(rng.integers(-size, size)))
        else:
            items.append(slice(edge(book, size), edge(book, size), step(book)))
        if rng.random() < 0.12:
            items.append(None)
    if dots and place == count:
        items.append("...")
    return items


def picks(book, base, size):
    """Indices of a shape that broadcasts to the base: as an array of some integer dtype, or as a list."""
    rng = book.rng
    shape = [1 if rng.random() < 0.15 else n for n in base]
    if len(shape) > 1 and rng.random() < 0.3:
        shape = shape[1:]
    kind = ["int32", "int64", "uint32", "uint8", "list"][int(rng.choice(5, p=[0.4, 0.12, 0.12, 0.1, 0.26]))]
    values = rng.integers(0 if kind.startswith("u") else -size, size, shape)
    if kind == "list" and values.size > 0 and values.ndim > 0:
        return values.tolist()
    return book.array(values, "int32" if kind == "list" else kind)


BLOCKS = [[5], [3, 4], [2, 3, 4], [4, 1, 3], [2, 3, 2, 2]]


def block(book, dtype):
    """A counted array, seen in one of several ways."""
    shape = BLOCKS[int(book.rng.integers(0, len(BLOCKS)))]
    view = [None, None, "transpose", "reverse"][int(book.rng.integers(0, 4))]
    return book.array(mx.arange(_count(shape)).reshape(shape), dtype, view)


def picking(book) -> None:
    a = block(book, "int32")
    items = advanced(book, list(a.value.shape))
    book.case("a.index", a, *items, py=_read)


def _read(a, *items):
    out = a[key(items)]
    expected = numpy_of(a)[numpy_key(items)]
    # An ellipsis without axes separates index arrays for numpy, but not for MLX.
    if out.shape == expected.shape and not np.array_equal(numpy_of(out), expected):
        raise SystemExit(f"numpy reads other elements at {items}")
    return out


UPDATES = {
    "set": None,
    "assign": None,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.multiply,
    "maximum": np.maximum,
    "minimum": np.minimum,
}


def placing(book) -> None:
    a = block(book, "float32")
    items = advanced(book, list(a.value.shape))
    python_items = [item.value if isinstance(item, Array) else item for item in items]
    shape = list(a.value[key(python_items)].shape)
    rng = book.rng
    op = list(UPDATES)[int(rng.integers(0, len(UPDATES)))]
    choice = int(rng.integers(0, 5))
    if choice == 0:
        value = 2
    else:
        # Some axes of the value broadcast, leading ones are missing or too many.
        if choice > 1:
            shape = [1 if rng.random() < 0.25 else n for n in shape]
        if choice > 3:
            shape = shape[1:]
        elif choice > 2:
            shape = [1, *shape]
        values = (np.arange(int(np.prod(shape))) + 1).reshape(shape)
        value = book.array(values if op != "divide" else 2.0 ** (values % 4), "float32")
    book.case(f"a.at.{op}", a, value, *items, py=_write(op))


def _write(op):
    def run(a, value, *items):
        where = numpy_key(items)
        out = numpy_of(a).copy()
        values = np.float32(value) if isinstance(value, (int, float)) else numpy_of(value)
        part = out[where]
        while values.ndim > part.ndim and values.shape[0] == 1:
            values = values[0]
        if UPDATES[op] is None:
            out[where] = values
        else:
            # Spread here: ufunc.at reads beyond a value that it has to broadcast.
            values = np.broadcast_to(values, part.shape).copy()
            UPDATES[op].at(out, where, 1 / values if op == "divide" else values)
        if part.size > 0:  # MLX divides by the size of what it writes
            compare(op, a, value, items, out)
        return mx.array(out)

    return run


def compare(op, a, value, items, expected) -> None:
    """Stops where MLX writes something else for an index that the two read alike."""
    apart = sum(item is None or isinstance(item, slice) for item in items) > 0
    integers = any(isinstance(item, int) for item in items)
    if apart and (integers or None in [item if item is None else 0 for item in items]):
        return
    try:
        out = _update(op)(a, value, *items)
        mx.eval(out)
    except ValueError:
        return
    if not np.allclose(numpy_of(out), expected):
        raise SystemExit(f"MLX writes something else by {op} {value} at {items} of {a}: {out} is not {expected}")


def dtypes(book) -> None:
    rows = book.array([1, 0, 1], "int32")
    columns = book.array([[2], [0]], "int64")
    for dtype in ALL:
        a = book.normal([2, 3], dtype, "reverse" if dtype == "int8" else None)
        v = book.normal([3], dtype)
        book.case("a.index", a, rows, py=_read_only)
        book.case("a.index", a, "...", columns, py=_read_only)
        book.case("a.at.set", a, v, [0], py=_update("set"))
        book.case("a.at.assign", a, v, slice(None), [1, 2, 0], py=_update("assign"))
        book.case("a.at.add", a, v, rows, py=_update("add"))
        book.case("a.at.maximum", a, v, rows, py=_update("maximum"))
        book.case("a.at.add", a, v, 1, py=_update("add"))
        book.case("a.at.multiply", a, v, "...", slice(0, 2), None, py=_update("multiply"))
        book.case("scatterAdd", a, [rows], _rows_of(book, dtype), [0], py=_scatter(np.add))
        book.case("gather", a, [rows], [0], [1, 3], py=_gather)
        book.case("maskedScatter", a, book.array([[1, 0, 1], [0, 1, 0]], "bool"), v, py=_masked)


def _rows_of(book, dtype):
    return book.normal([3, 1, 3], dtype)


def _read_only(a, *items):
    return a[key(items)]


def _masked(a, mask, value):
    out = mx.array(a)
    out[mask] = value
    return out


def masks(book) -> None:
    a = book.normal([2, 3], "float32")
    b = book.normal([4, 2], "float32", "transpose")
    all_of = book.array([[1, 0, 1], [0, 1, 0]], "bool")
    rows = book.array([1, 0], "bool")
    three = book.array([7, 8, 9], "float32")
    for op in ["a.at.assign", "a.at.set"]:
        for mask, value in [
            (all_of, 5),
            (all_of, three),
            (all_of, book.array([7, 8, 9, 10], "float32")),
            (all_of, book.array([1.5, 2.5, 3.5], "float16")),
            (all_of, book.array(2.5, "float32")),
            (rows, 5),
            (rows, three),
            (rows, book.array([[7, 8, 9]], "float32")),
            (rows, book.array([[[7, 8, 9]]], "float32")),
            (rows, book.array([7, 8], "float32")),
            (True, 3),
            (False, 3),
            (True, three),
            (book.array(True, "bool"), 3),
            ([True, False], 5),
            ([[True, False, True], [False, False, False]], 5),
            (book.array([1, 0, 1], "bool"), 5),
            (book.array([[[1]]], "bool"), 5),
        ]:
            book.case(op, a, value, mask, py=_update("assign"))
        book.case(op, b, 5, book.array([[1, 0, 1, 0], [0, 1, 0, 1]], "bool"), py=_update("assign"))
        book.case(op, b, 5, book.array([0, 1], "bool", "reverse"), py=_update("assign"))
    zero = book.array(4, "float32")
    book.case("a.at.assign", zero, 3, True, py=_update("assign"))
    book.case("a.at.assign", zero, 3, book.array(False, "bool"), py=_update("assign"))
    book.case("a.at.assign", book.array([], "float32"), 3, book.array([], "bool"), py=_update("assign"))
    book.case("a.at.assign", book.array([1, 2, 3], "int32"), 2.5, [True, False, True], py=_update("assign"))


def dynamic(book) -> None:
    """Slices that start where an array says."""
    for dtype in ["float32", "bool", "complex64"]:
        for view in [None, "transpose", "reverse"]:
            a = book.normal([3, 4] if view != "transpose" else [4, 3], dtype, view)
            for start, axes, size in [
                ([1], [0], [2, 4]),
                ([1, 2], [0, 1], [2, 2]),
                ([2, 1], [1, 0], [1, 2]),
                (1, [1], [3, 2]),
                ([0], [-1], [3, 4]),
                ([1], [1], [0, 2]),
            ]:
                starts = book.array(start, "int32")
                book.case("slice", a, starts, axes, size)
                book.case("sliceUpdate", a, book.normal(size, dtype), starts, axes)
    a = book.normal([3, 4], "float32")
    for kind in ["uint8", "int8", "int16", "int64", "uint64"]:
        book.case("slice", a, book.array([1], kind), [0], [1, 4])
    whole = mx.array(a.value)
    # Starts from the end, and beyond it: MLX reads foreign memory there.
    for start, inside in [(-2, 1), (-9, 0), (3, 1), (100, 1), (2**31 - 1, 1), (-(2**31), 0)]:
        starts = book.array([start], "int32")
        book.case("slice", a, starts, [0], [2, 4], py=lambda *_, i=inside: whole[i : i + 2])
        update = book.normal([2, 4], "float32")
        book.case("sliceUpdate", a, update, starts, [0], py=lambda a, u, *_, i=inside: _slice_update(a, u, [i, 0], [i + 2, 4], [1, 1]))
    book.case("sliceUpdate", a, book.normal([4], "float32"), book.array([2], "int32"), [0])
    book.case("sliceUpdate", a, book.array(3, "float32"), book.array([2, 1], "int32"), [0, 1])
    book.case("sliceUpdate", a, book.array([2], "float16"), book.array([1], "int32"), [1])
    for args in [
        ([1], [0], [4, 4]),
        ([1], [0, 1], [1, 1]),
        ([1, 1], [0, 0], [1, 1]),
        ([[1]], [0], [1, 1]),
        ([1], [2], [1, 1]),
        ([1], [0], [1]),
    ]:
        book.case("slice", a, book.array(args[0], "int32"), *args[1:])
    book.case("slice", a, book.array([1], "float32"), [0], [1, 4])
    book.case("sliceUpdate", a, book.normal([4, 4], "float32"), book.array([0], "int32"), [0])


def _starts(indices, axes, shape, sizes):
    """Starts as plain lists, each moved to where its slice lies inside."""
    wide = np.broadcast_arrays(*[np.array(index) for index in indices])
    out = []
    for index, axis in zip(wide, axes):
        n = shape[axis]
        start = np.where(index.astype(np.int64) < 0, index.astype(np.int64) + n, index.astype(np.int64))
        out.append(np.clip(start, 0, n - sizes[axis]))
    return out


def _gather(a, indices, axes, sizes):
    source = numpy_of(a)
    starts = _starts(indices, axes, source.shape, sizes)
    shape = starts[0].shape
    out = np.zeros((*shape, *sizes), source.dtype)
    for at in np.ndindex(*shape):
        corner = [0] * source.ndim
        for axis, start in zip(axes, starts):
            corner[axis] = int(start[at])
        out[at] = source[tuple(slice(c, c + n) for c, n in zip(corner, sizes))]
    return like(a, out)


def like(a, values):
    """Numpy's elements in MLX's dtype; doubles would pass through float32."""
    return mx.array(values.tolist(), a.dtype) if a.dtype == mx.float64 else mx.array(values).astype(a.dtype)


def _scatter(ufunc):
    def run(a, indices, updates, axes):
        out = numpy_of(a).copy()
        values = numpy_of(updates.astype(a.dtype))
        sizes = values.shape[values.ndim - out.ndim :]
        starts = _starts(indices, axes, out.shape, sizes)
        for at in np.ndindex(*starts[0].shape):
            corner = [0] * out.ndim
            for axis, start in zip(axes, starts):
                corner[axis] = int(start[at])
            part = tuple(slice(c, c + n) for c, n in zip(corner, sizes))
            out[part] = values[at] if ufunc is None else ufunc(out[part], values[at])
            if a.dtype == mx.bfloat16 or a.dtype == mx.float16:
                out = numpy_of(mx.array(out).astype(a.dtype)).copy()
        return like(a, out)

    return run


SCATTERS = {"scatter": None, "scatterAdd": np.add, "scatterProd": np.multiply, "scatterMax": np.maximum, "scatterMin": np.minimum}


def slices_of(book) -> None:
    """Gathers and scatters of slices of any size, some starts out of bounds."""
    rng = book.rng
    a = block(book, "float32")
    shape = a.value.shape
    axes = sorted(rng.choice(len(shape), int(rng.integers(1, len(shape) + 1)), replace=False).tolist())
    if rng.random() < 0.3:
        axes = axes[::-1]
    base = [[3], [2, 2], []][int(rng.integers(0, 3))]
    indices = [book.array(rng.integers(-shape[axis] - 2, shape[axis] + 3, base), "int32") for axis in axes]
    sizes = [int(rng.integers(1, n + 1)) for n in shape]
    book.case("gather", a, indices, axes, sizes, py=_gather)
    updates = book.array((np.arange(int(np.prod([*base, *sizes]))) % 7 - 2).reshape([*base, *sizes]), "float32")
    for op, ufunc in SCATTERS.items():
        book.case(op, a, indices, updates, axes, py=_scatter(ufunc))


def wrong(book) -> None:
    """What is refused: by Python, or because MLX would read beyond the array."""
    a = book.array(mx.arange(24).reshape(2, 3, 4), "float32")
    two, three = book.array([0, 1], "int32"), book.array([0, 1, 1], "int32")

    def refused(*_):
        raise ValueError("there is no Python name, or it ends the process")

    for items in [
        [two, three],
        [two, slice(None), three],
        [two, two, two, two],
        [two, "...", "..."],
        [book.array([0.5], "float32")],
        [slice(None), book.array([1.0], "float32")],
        [[0.5]],
        [[[0, 1], [2]]],
        [True],
        [0, True],
        [[True, False]],
        [book.array([1, 0], "bool")],
        [0, book.array([1, 0, 1], "bool")],
    ]:
        book.case("a.index", a, *items, py=_read_only)
        if not any(item is True for item in items) and items[0] != [True, False] and not (len(items) == 1 and isinstance(items[0], Array) and items[0].value.dtype == mx.bool_):
            book.case("a.at.add", a, 1, *items, py=refused)
    for items in [[two, 3], [two, -4], [two, slice(None), 4]]:
        book.case("a.index", a, *items, py=refused)
        book.case("a.at.set", a, 1, *items, py=refused)
    book.case("a.at.add", a, 1, book.array([1, 0], "bool"), py=refused)
    book.case("a.at.add", a, 1, True, py=refused)
    for value in [book.normal([4], "float32"), book.normal([2, 3, 4], "float32"), book.normal([2, 2, 1, 4], "float32")]:
        book.case("a.at.set", a, value, slice(0, 2), three, 1, py=refused)
    row = [three]
    for op in ["gather", *SCATTERS]:
        last = [[1, 3, 4]] if op == "gather" else []
        first = [] if op == "gather" else [book.normal([3, 1, 3, 4], "float32")]
        for indices, axes in [(row, [3]), (row, [-4]), (row, [0, 1]), ([three, three], [0, 0]), ([two, three], [0, 1]), ([book.array([1.0], "float32")], [0]), ([book.array([1, 0, 1], "bool")], [0])]:
            book.case(op, a, indices, *first, axes, *last, py=refused)
    for sizes in [[3, 3, 4], [1, 3], [-1, 3, 4], [1, 3, 4, 1]]:
        book.case("gather", a, row, [0], sizes, py=refused)
    for shape in [[3, 3, 4], [3, 1, 4, 4], [2, 1, 3, 4], [3, 1, 3, 4, 1], [4]]:
        book.case("scatter", a, row, book.normal(shape, "float32"), [0], py=refused)
