"""Writes python-names.json: every public name of Python MLX's core, utils, nn and optimizers, from the
installed wheel.

    pip install mlx==0.32.4 && python scripts/features/python_names.py

A row is [module, name, kind] and, for core's functions whose signature is known, the names of the optional
parameters in order, keyword-only ones after a "*". Functions, methods and constructors of nn and
optimizers have all their parameters, with defaults: ["input_dims", "bias=True"]; behind a class' stand
those of calling its instances.
"""

import inspect
import json
import types
from importlib.metadata import version
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
import mlx.nn.layers.distributed
import mlx.nn.layers.upsample
import mlx.optimizers
import mlx.utils

SUBMODULES = ["fast", "linalg", "fft", "random", "distributed", "metal", "cuda"]


def kind_of(value) -> str:
    if isinstance(value, type):
        return "class"
    if isinstance(value, property):
        return "property"
    return "function" if callable(value) else "constant"


def split_parameters(text: str) -> list[str]:
    """The parameters between a signature's outer brackets."""
    parts, depth, part = [], 0, ""
    for letter in text[text.index("(") + 1 :]:
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            if depth == 0:
                break
            depth -= 1
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [p.strip() for p in [*parts, part] if p.strip()]


def optional_parameters(name: str, value) -> list[str] | None:
    """The optional parameters of a function; its extension module keeps them in a signature text."""
    texts = [entry[0] for entry in getattr(value, "__nb_signature__", ()) if entry[0]]
    if not texts:
        try:
            texts = [name + str(inspect.signature(value))]
        except (TypeError, ValueError):
            return None
    out: list[str] = []
    for part in split_parameters(texts[0]):
        if part == "/" or part == "self":
            continue
        if part == "*" or part.startswith("*"):
            out.append("*")
            continue
        if "=" in part or "*" in out:
            out.append(part.split(":")[0].split("=")[0].strip())
    return out if out[-1:] != ["*"] else out[:-1]


def rows_of(path: str, place) -> list[list]:
    rows = []
    names = set(dir(place)) | ({"state"} if path == "mlx.core.random" else set())
    for name in sorted(names):
        if name.startswith("_") and name != "__version__":
            continue
        value = getattr(place, name)
        if isinstance(value, types.ModuleType):
            continue
        kind = kind_of(value)
        optional = optional_parameters(name, value) if kind == "function" else None
        rows.append([path, name, kind] if optional is None else [path, name, kind, optional])
        if kind == "class":
            for member, inner in sorted(vars(value).items()):
                if not member.startswith("_"):
                    rows.append([f"{path}.{name}", member, "property" if not callable(inner) else "method"])
    return rows


def default_of(value) -> str:
    """A default as text: dtypes and functions by their names."""
    if isinstance(value, mx.Dtype):
        return str(value).split(".")[-1]
    return getattr(value, "__name__", None) or repr(value)


def parameters(value) -> list[str]:
    """All parameters of a function in order; keyword-only ones stand behind a "*"."""
    out: list[str] = []
    for name, found in inspect.signature(value).parameters.items():
        if name in ("self", "cls", "_"):
            continue
        if found.kind is found.KEYWORD_ONLY and "*" not in out:
            out.append("*")
        if found.kind in (found.VAR_POSITIONAL, found.VAR_KEYWORD):
            name = ("*" if found.kind is found.VAR_POSITIONAL else "**") + name
        out.append(name if found.default is found.empty else f"{name}={default_of(found.default)}")
    return out


def member_rows(path: str, owner: type) -> list[list]:
    """What a class has itself; inherited members are told with the class that has them."""
    rows = []
    for name, value in vars(owner).items():
        if name.startswith("_"):
            continue
        inner = getattr(value, "__func__", value)
        if isinstance(inner, property):
            rows.append([path, name, "property"])
        else:
            rows.append([path, name, "method", parameters(inner)])
    return sorted(rows)


def library_rows(path: str, place, known: frozenset[str] = frozenset()) -> list[list]:
    """The names that a module written in Python has itself, its imports left out."""
    rows = []
    for name, value in sorted(vars(place).items()):
        home = getattr(value, "__module__", None) or path
        if name.startswith("_") or name in known or isinstance(value, types.ModuleType):
            continue
        # Compiled functions say that they are of mlx.core.
        if not callable(value) or not (home.startswith(path) or "_gc_func" in str(type(value))):
            continue
        if not isinstance(value, type):
            rows.append([path, name, "function", parameters(value)])
            continue
        row = [path, name, "class", parameters(value)]
        rows.append([*row, parameters(value.__call__)] if "__call__" in dir(value) else row)
        rows += member_rows(f"{path}.{name}", value)
    return rows


rows = rows_of("mlx.core", mx)
for module in SUBMODULES:
    rows += rows_of(f"mlx.core.{module}", getattr(mx, module))
rows += [
    ["mlx.utils", name, "function", optional_parameters(name, value)]
    for name, value in sorted(vars(mlx.utils).items())
    if name.startswith("tree_") and callable(value)
]
rows += [
    ["mlx.core.array", name, "operator"]
    for name in sorted(vars(mx.array))
    if name.startswith("__") and name not in ("__doc__", "__module__", "__init__", "__new__", "__hash__")
]
rows += library_rows("mlx.nn", nn)
in_nn = frozenset(vars(nn))
for name in ["losses", "init", "utils", "layers.distributed", "layers.upsample"]:
    place = nn
    for part in name.split("."):
        place = getattr(place, part)
    rows += library_rows(f"mlx.nn.{name}", place, in_nn)
rows += library_rows("mlx.optimizers", mlx.optimizers)
lines = ",\n".join("    " + json.dumps(row) for row in rows)
target = Path(__file__).with_name("python-names.json")
target.write_text(f'{{\n  "mlx": "{version("mlx")}",\n  "names": [\n{lines}\n  ]\n}}\n')
print(f"{len(rows)} names")
