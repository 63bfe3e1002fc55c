"""Functions that Python exports to .mlxfn files (goldens/functions/), with what they give for some arguments.

A case's `op` is the file's name; `args` and `kw` are the arguments; `meta` is in `extra`.
"""

import mlx.core as mx

from .book import described, to_json


def fill(book) -> None:
    folder = book.folder / "functions"
    folder.mkdir(exist_ok=True)
    book.extra["metadata"] = {}
    x = book.normal([3, 4], "float32")
    y = book.normal([4, 2], "float32")
    i = book.array([2, 0, 1], "int32")
    w = mx.array([[0.5, -1.0, 2.0, 0.25], [1.0, 0.0, -0.5, 3.0]])

    def layers(a, b):
        h = mx.maximum(a @ b, 0.1)
        return [mx.softmax(h, axis=-1), mx.logsumexp(h, axis=0), h[:, ::-1], mx.concatenate([h, h], axis=1)]

    def shapes(a):
        return [
            mx.transpose(a)[None, :, 1:],
            mx.reshape(a, (2, 6)).astype(mx.float16),
            mx.pad(a, 1),
            mx.stack(mx.split(a, 2, axis=1)),
            mx.where(a > 0, a, mx.cumsum(a, axis=1)),
        ]

    def folds(a):
        return [a.sum(), a.mean(axis=1), mx.argmax(a, axis=0), mx.sort(a, axis=1), mx.topk(a, 2), a.any()]

    def indexed(a, *, index):
        return [a[index], mx.take_along_axis(a, mx.argsort(a, axis=1), axis=1), a.at[index].add(w[0])]

    def named(*, weight, bias):
        return mx.tanh(weight @ mx.swapaxes(w, 0, 1) + bias)

    def convolved(a):
        return mx.conv1d(a[None], mx.ones((2, 2, 4)), padding=1)

    export(book, "layers", layers, x, y, metadata="three layers")
    export(book, "shapes", shapes, x)
    export(book, "folds", folds, x)
    export(book, "indexed", indexed, x, index=i)
    export(book, "named", named, weight=x, bias=book.normal([2], "float32"))
    export(book, "convolved", convolved, x)
    # Free shapes: traced with others than it is called with.
    path = str(folder / "free.mlxfn")
    mx.export_function(path, lambda a, b: mx.exp(a) @ b, mx.ones((1, 5)), mx.ones((5, 1)), shapeless=True)
    record(book, "free", path, x, y)
    path = str(folder / "several.mlxfn")
    with mx.exporter(path, lambda a, b=None: a * 2 if b is None else a + b) as several:
        several(x.value)
        several(y.value)
        several(x.value, b=x.value)
    record(book, "several", path, y)
    record(book, "several", path, x, b=x)


def export(book, name, function, *args, metadata=None, **kw) -> None:
    path = str(book.folder / "functions" / f"{name}.mlxfn")
    values = {key: value.value for key, value in kw.items()}
    mx.export_function(path, function, *[arg.value for arg in args], metadata=metadata, **values)
    if metadata:
        book.extra["metadata"][name] = metadata
    record(book, name, path, *args, **kw)


def record(book, name, path, *args, **kw) -> None:
    out = mx.import_function(path)(
        *[arg.value for arg in args], **{key: value.value for key, value in kw.items()}
    )
    case = {"op": name, "args": [to_json(arg) for arg in args], "out": [described(item) for item in out]}
    if kw:
        case["kw"] = {key: to_json(value) for key, value in kw.items()}
    book.cases.append(case)
