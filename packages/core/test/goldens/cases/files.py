"""A safetensors file that Python wrote, and what is in it."""

import mlx.core as mx

from .book import ALL, described


def fill(book) -> None:
    arrays = {}
    for dtype in ALL:
        if dtype != "float64":  # safetensors of MLX have none
            arrays[f"plain.{dtype}"] = book.normal([2, 3], dtype).value
    arrays["scalar"] = mx.array(2.5)
    arrays["empty"] = mx.zeros([0, 3])
    arrays["transposed"] = mx.transpose(mx.arange(6).reshape(2, 3))
    arrays["name with \"quotes\" and é"] = mx.array([1, 2])
    mx.save_safetensors(str(book.folder / "golden.safetensors"), arrays, {"format": "mlx", "note": "é"})
    loaded, metadata = mx.load(str(book.folder / "golden.safetensors"), return_metadata=True)
    book.extra["metadata"] = metadata
    book.extra["arrays"] = {name: described(array) for name, array in sorted(loaded.items())}
    book.inputs.clear()
