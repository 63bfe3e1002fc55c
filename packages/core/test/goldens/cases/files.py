"""Files that Python wrote, as base64, and what Python reads from them.

"npy" are single files; those with "same" hold what `mx.save` of that very array writes, byte for byte.
"npz" and "gguf" are whole files with all of their arrays. golden.safetensors lies beside this file's JSON,
"order" is the order in which its arrays were given.
"""

import base64
import io
import struct
import tempfile
from pathlib import Path

import mlx.core as mx
import numpy as np

from .book import ALL, described


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sample(book, dtype: str, shape=(2, 3)) -> mx.array:
    return book.normal(list(shape), dtype).value


def fill(book) -> None:
    safetensors(book)
    with tempfile.TemporaryDirectory() as folder:
        npy(book, Path(folder) / "a.npy")
        npz(book, Path(folder) / "a.npz")
        gguf(book, Path(folder) / "a.gguf")
    book.inputs.clear()


def safetensors(book) -> None:
    arrays = {}
    for dtype in ALL:
        if dtype != "float64":  # safetensors of MLX have none
            arrays[f"plain.{dtype}"] = sample(book, dtype)
    arrays["scalar"] = mx.array(2.5)
    arrays["empty"] = mx.zeros([0, 3])
    arrays["transposed"] = mx.transpose(mx.arange(6).reshape(2, 3))
    arrays["name with \"quotes\" and é"] = mx.array([1, 2])
    path = str(book.folder / "golden.safetensors")
    mx.save_safetensors(path, arrays, {"format": "mlx", "note": "é"})
    loaded, metadata = mx.load(path, return_metadata=True)
    book.extra["metadata"] = metadata
    book.extra["order"] = list(arrays)
    book.extra["arrays"] = {name: described(array) for name, array in sorted(loaded.items())}


def npy(book, path: Path) -> None:
    out = book.extra["npy"] = {}

    def saved(name: str, array: mx.array) -> None:
        mx.save(str(path), array)
        read = mx.load(str(path))
        out[name] = {"file": text(path.read_bytes()), "array": described(read), "same": True}

    for dtype in ALL:
        saved(dtype, sample(book, dtype))
    saved("a scalar", mx.array(7, mx.int32))
    saved("one axis", mx.array([1.5, -2.5]))
    saved("no elements", mx.zeros([0, 3]))
    saved("many axes", mx.arange(8).reshape(1, 2, 1, 2, 1, 2, 1))

    def numpy(name: str, array: np.ndarray, version=None) -> None:
        stream = io.BytesIO()
        np.lib.format.write_array(stream, array, version=version)
        plain = mx.array(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("="))).tolist())
        plain = plain.astype({"f": mx.float32, "c": mx.complex64, "i": mx.int32, "b": mx.bool_}[array.dtype.kind])
        if array.dtype.kind == "f" and array.dtype.itemsize == 8:
            plain = mx.array(array.tolist(), mx.float64)
        out[name] = {"file": text(stream.getvalue()), "array": described(plain.reshape(array.shape))}

    grid = np.arange(6, dtype=np.float32).reshape(2, 3) - 2.5
    numpy("by numpy, transposed", np.asfortranarray(grid))
    numpy("by numpy, version 2", grid, (2, 0))
    numpy("by numpy, version 3", grid, (3, 0))
    numpy("by numpy, a scalar", np.array(2.5, dtype=np.float32))
    numpy("by numpy, bool", np.array([True, False]))
    numpy("by numpy, bytes swapped, float32", grid.astype(">f4"))
    numpy("by numpy, bytes swapped, float64", grid.astype(">f8"))
    numpy("by numpy, bytes swapped, int32", np.array([1, -2, 70000], dtype=">i4"))
    numpy("by numpy, bytes swapped and transposed", np.asfortranarray(grid.astype(">f4")))
    numpy("by numpy, bytes swapped, complex64", np.array([1 + 2j, -3.5j]).astype(">c8"))


def npz(book, path: Path) -> None:
    out = book.extra["npz"] = {}

    def add(name: str, loaded: dict) -> None:
        out[name] = {"file": text(path.read_bytes()), "arrays": {key: described(a) for key, a in sorted(loaded.items())}}

    arrays = {f"a.{dtype}": sample(book, dtype) for dtype in ALL}
    arrays["é/日"] = mx.array([1, 2])
    arrays["empty"] = mx.zeros([0, 3])
    mx.savez(str(path), sample(book, "float32"), **arrays)
    add("savez", mx.load(str(path)))
    mx.savez_compressed(str(path), mx.array(1), sample(book, "float32", (16, 16)))
    add("savez_compressed", mx.load(str(path)))
    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.asfortranarray(np.arange(6.0, dtype=np.float32).reshape(2, 3)), y=np.array(3, np.int16))
    path.write_bytes(stream.getvalue())
    add("by numpy, compressed", mx.load(str(path)))


def gguf_text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def gguf(book, path: Path) -> None:
    out = book.extra["gguf"] = {}

    def add(name: str) -> None:
        arrays, metadata = mx.load(str(path), return_metadata=True)
        told = {key: described(value) if isinstance(value, mx.array) else value for key, value in sorted(metadata.items())}
        out[name] = {
            "file": text(path.read_bytes()),
            "arrays": {key: described(a) for key, a in sorted(arrays.items())},
            "metadata": told,
        }

    arrays = {dtype: sample(book, dtype) for dtype in ["float32", "float16", "int8", "int16", "int32"]}
    arrays |= {"scalar": mx.array(2.5), "empty": mx.zeros([0, 3])}
    whole = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "bool"]
    values = {f"list.{dtype}": sample(book, dtype, (3,)) for dtype in whole}
    values |= {f"one.{dtype}": mx.array(1).astype(values[f"list.{dtype}"].dtype) for dtype in whole}
    mx.save_gguf(str(path), arrays, values | {"text": "é", "texts": ["a", "", "日本"]})
    add("save_gguf")

    # One tensor of each type that MLX reads: the type's number, bytes and elements of a block.
    types = {"q4_0": (2, 18, 32), "q4_1": (3, 20, 32), "q8_0": (8, 34, 32), "q2_k": (10, 84, 256)}
    types |= {"q4_k": (12, 144, 256), "q6_k": (14, 210, 256), "bf16": (30, 2, 1)}
    half = {"q4_0": [0], "q4_1": [0, 2], "q8_0": [0], "q2_k": [80, 82], "q4_k": [0, 2], "q6_k": [208], "bf16": []}
    infos, data = b"", b""
    for name, (number, size, items) in types.items():
        blocks = 4 if items < 256 else 1
        body = bytearray(book.rng.integers(0, 256, size * blocks, dtype=np.uint8).tobytes())
        for block in range(blocks):
            for at in half[name]:
                # Scales of reasonable size.
                body[block * size + at : block * size + at + 2] = np.float16(0.25 * (block + 1)).tobytes()
        if name == "bf16":
            body = bytearray(np.array([1.5, -2, 0.25, 64], np.float32).view(np.uint16)[1::2].tobytes())
        shape = [32, 4] if items == 32 else [items * blocks]
        infos += gguf_text(f"{name}.weight".encode()) + struct.pack("<I", len(shape))
        infos += b"".join(struct.pack("<Q", n) for n in shape) + struct.pack("<IQ", number, len(data))
        data += bytes(body) + bytes(-len(body) % 64)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(types), 1)
    head += gguf_text(b"general.alignment") + struct.pack("<II", 4, 64) + infos
    path.write_bytes(head + bytes(-len(head) % 64) + data)
    add("quantized")
