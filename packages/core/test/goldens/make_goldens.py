"""Writes what Python's MLX computes, for the tests of @mlx-ts/core to agree with.

Run it after adding cases (any Python >= 3.10; the files are stamped with the version of mlx):

    pip install mlx==0.32.4 numpy
    python make_goldens.py            # all families
    python make_goldens.py unary conv # some

Each family is a module of cases/ and becomes <family>.json next to this file. The inputs are seeded, so
a second run writes the same bytes on the same machine. The format is told in cases/book.py; the reader is
../golden.ts.
"""

import importlib
import sys
from pathlib import Path

import mlx.core as mx

from cases.book import Book

PINNED = "0.32.4"
HERE = Path(__file__).parent
FAMILIES = sorted(path.stem for path in (HERE / "cases").glob("*.py") if path.stem not in ("__init__", "book"))


def main() -> None:
    if mx.__version__ != PINNED:
        sys.exit(f"mlx {mx.__version__} is installed, the goldens are of {PINNED}")
    mx.set_default_device(mx.cpu)
    for family in sys.argv[1:] or FAMILIES:
        module = importlib.import_module(f"cases.{family}")
        book = Book(family, HERE)
        module.fill(book)
        book.write()


if __name__ == "__main__":
    main()
