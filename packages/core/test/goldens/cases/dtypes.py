"""What dtypes are to each other and their limits, over every dtype; and Python's constants."""

import mlx.core as mx

from .book import ALL, DTYPES, name_of

CATEGORIES = ["generic", "number", "integer", "signedinteger", "unsignedinteger", "inexact", "floating", "complexfloating"]
KINDS = ["bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric"]


def bits(values) -> str:
    """A row of a table of truth values."""
    return "".join("1" if value else "0" for value in values)


def limits(function, fields, dtype):
    try:
        info = function(dtype)
    except ValueError:
        return None
    return {name: str(getattr(info, name)) for name in fields} | {"dtype": name_of(info.dtype)}


def fill(book) -> None:
    dtypes = [DTYPES[name] for name in ALL]
    nodes = dtypes + [getattr(mx, name) for name in CATEGORIES]
    book.extra["dtypes"] = ALL
    book.extra["categories"] = CATEGORIES
    book.extra["kinds"] = KINDS
    book.extra["itemsize"] = [dtype.size for dtype in dtypes]
    book.extra["issubdtype"] = [bits(mx.issubdtype(a, b) for b in nodes) for a in nodes]
    book.extra["resultType"] = [[name_of(mx.result_type(a, b)) for b in dtypes] for a in dtypes]
    book.extra["canCast"] = [bits(mx.can_cast(a, b) for b in dtypes) for a in dtypes]
    book.extra["isdtype"] = [bits(mx.isdtype(a, kind) for kind in KINDS + dtypes) for a in dtypes]
    several = [[ALL[i] for i in book.rng.integers(0, len(ALL), n)] for n in [1, 3, 3, 3, 4, 4, 5, 6] * 4]
    book.extra["several"] = [[names, name_of(mx.result_type(*(DTYPES[name] for name in names)))] for names in several]
    floats = ["min", "max", "eps", "smallest_normal", "bits"]
    book.extra["finfo"] = [limits(mx.finfo, floats, dtype) for dtype in dtypes]
    book.extra["iinfo"] = [limits(mx.iinfo, ["min", "max"], dtype) for dtype in dtypes]
    book.extra["constants"] = {"e": mx.e, "eulerGamma": mx.euler_gamma, "pi": mx.pi, "newaxis": mx.newaxis}
    book.extra["members"] = sorted(name for name in dir(mx.array) if not name.startswith("_"))
    book.extra["dunders"] = sorted(
        name for name in dir(mx.array) if name.startswith("__") and name not in dir(object)
    )
