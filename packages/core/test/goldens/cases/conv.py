"""Convolutions, channels last."""

from .book import USUAL


def fill(book) -> None:
    for dtype in USUAL:
        book.case("conv1d", book.normal([1, 5, 2], dtype), book.normal([3, 2, 2], dtype))
        book.case("conv2d", book.normal([1, 4, 4, 2], dtype), book.normal([3, 2, 2, 2], dtype))
    x, w = book.normal([2, 7, 4], "float32"), book.normal([6, 3, 4], "float32")
    for stride in [1, 2, 3]:
        for padding in [0, 1, 2]:
            for dilation in [1, 2]:
                book.case("conv1d", x, w, stride, padding, dilation)
    for groups in [2, 4, 3]:
        book.case("conv1d", x, book.normal([groups * 2, 3, 4 // groups or 1], "float32"), groups=groups)
    book.case("conv1d", x, w, padding=1)
    image, kernel = book.normal([2, 5, 6, 4], "float32"), book.normal([3, 3, 2, 4], "float32")
    for stride in [1, 2, [2, 1]]:
        for padding in [0, 1, [0, 2]]:
            for dilation in [1, [1, 2]]:
                book.case("conv2d", image, kernel, stride, padding, dilation)
    book.case("conv2d", image, book.normal([4, 3, 3, 2], "float32"), groups=2)
    book.case("conv2d", image, book.normal([8, 3, 3, 1], "float32"), 1, 1, groups=4)
    for view, shape in [("transpose", [4, 6, 5, 2]), ("reverse", [2, 5, 6, 4]), ("step", [2, 5, 6, 8])]:
        book.case("conv2d", book.normal(shape, "float32", view), kernel, padding=1)
    book.case("conv2d", image, book.normal([4, 2, 3, 3], "float32", "transpose"))
    # Refused: channels, axes, a kernel beyond the image, groups that do not divide.
    book.case("conv2d", image, book.normal([3, 3, 2, 3], "float32"))
    book.case("conv2d", image, book.normal([3, 3, 4], "float32"))
    book.case("conv2d", book.normal([5, 6, 4], "float32"), kernel)
    book.case("conv2d", image, kernel, groups=3)
    book.case("conv1d", x, book.normal([6, 9, 4], "float32"))
    book.case("conv1d", x, w, groups=2)
    volumes(book)
    transposes(book)
    general(book)
    vectors(book)


def volumes(book) -> None:
    x, w = book.normal([1, 3, 4, 3, 2], "float32"), book.normal([2, 2, 2, 2, 2], "float32")
    for args in [(), (2,), (1, 1), (1, 0, 2), ([1, 2, 1], [0, 1, 0], [1, 1, 2]), (0,), (1, -1)]:
        book.case("conv3d", x, w, *args)
    for dtype in USUAL:
        book.case("conv3d", book.normal([1, 2, 2, 2, 1], dtype), book.normal([1, 2, 1, 2, 1], dtype))
    book.case("conv3d", x, book.normal([2, 2, 2, 2, 1], "float32"), groups=2)
    book.case("conv3d", x, book.normal([2, 2, 2, 2], "float32"))
    # A negative padding cuts off.
    book.case("conv1d", book.normal([1, 6, 1], "float32"), book.normal([1, 2, 1], "float32"), padding=-1)
    book.case("conv2d", book.normal([1, 5, 4, 1], "float32"), book.normal([1, 2, 2, 1], "float32"), 1, [-1, 1])


def transposes(book) -> None:
    x, w = book.normal([2, 4, 2], "float32"), book.normal([3, 3, 2], "float32")
    for args in [(), (2,), (2, 1), (3, 0, 1, 2), (1, 1, 2), (2, 2, 2, 1), (1, 4), (0,), (1, 0, 0)]:
        book.case("convTranspose1d", x, w, *args)
    book.case("convTranspose1d", x, book.normal([4, 2, 1], "float32"), 2, groups=2)
    book.case("convTranspose1d", x, w, stride=2, output_padding=1)
    for dtype in USUAL:
        book.case("convTranspose1d", book.normal([1, 3, 1], dtype), book.normal([1, 2, 1], dtype), 2)
    image, kernel = book.normal([1, 3, 2, 2], "float32"), book.normal([2, 2, 3, 2], "float32")
    for args in [(), (2,), ([2, 1], 1), (1, 0, [1, 2]), (2, [0, 1], 1, [1, 0]), (2, 1, 2, 1)]:
        book.case("convTranspose2d", image, kernel, *args)
    book.case("convTranspose2d", book.normal([2, 2, 3, 1], "float32", "transpose"), kernel)
    book.case("convTranspose2d", image, book.normal([2, 2, 3, 1], "float32"), groups=2)
    cube, block = book.normal([1, 2, 2, 2, 1], "float32"), book.normal([1, 2, 2, 2, 1], "float32")
    for args in [(), (2,), ([1, 2, 1], 1), (2, 0, 1, 1)]:
        book.case("convTranspose3d", cube, block, *args)
    book.case("convTranspose1d", image, w)
    book.case("convTranspose2d", image, w)


def general(book) -> None:
    x, w = book.normal([1, 6, 2], "float32"), book.normal([3, 2, 2], "float32")
    for kw in [
        {},
        {"stride": 2},
        {"stride": [2]},
        {"padding": 1},
        {"padding": [2]},
        {"padding": [[1], [0]]},
        {"padding": [[-1], [2]]},
        {"padding": -1},
        {"kernel_dilation": 2},
        {"input_dilation": 2},
        {"input_dilation": [3], "padding": 1, "flip": True},
        {"flip": True},
        {"flip": True, "stride": 2, "kernel_dilation": 2},
        {"stride": 0},
        {"input_dilation": 0},
        {"padding": [1, 2]},
        {"stride": [1, 1]},
    ]:
        book.case("convGeneral", x, w, **kw)
    book.case("convGeneral", x, book.normal([2, 2, 1], "float32"), groups=2, flip=True)
    book.case("convGeneral", x, w, 2, 1, 1, 1, 1, True)
    image, kernel = book.normal([1, 4, 3, 1], "float32"), book.normal([1, 2, 2, 1], "float32")
    for kw in [
        {"stride": [2, 1], "padding": [[0, 1], [1, 0]]},
        {"input_dilation": [1, 2], "kernel_dilation": [2, 1]},
        {"padding": [1]},
        {"padding": [[1, 1], [1]]},
    ]:
        book.case("convGeneral", image, kernel, **kw)
    cube = book.normal([1, 2, 3, 2, 1], "float32")
    book.case("convGeneral", cube, book.normal([1, 1, 2, 1, 1], "float32"), [1, 2, 1], flip=True)
    book.case("convGeneral", book.normal([1, 1, 1, 1, 1, 1], "float32"), book.normal([1, 1, 1, 1, 1, 1], "float32"))


def vectors(book) -> None:
    for mode in ["full", "valid", "same"]:
        for m, n in [(5, 3), (5, 2), (3, 5), (4, 4), (3, 1), (1, 1)]:
            book.case("convolve", book.normal([m], "float32"), book.normal([n], "float32"), mode)
        book.case("convolve", book.normal([6], "float32", "step"), book.normal([2], "float32", "reverse"), mode)
    for dtype in USUAL + ["complex64"]:
        book.case("convolve", book.normal([4], dtype), book.normal([2], dtype))
    book.case("convolve", book.normal([4], "float16"), book.normal([2], "float32"), mode="valid")
    # Refused: no vectors, no elements, another mode.
    book.case("convolve", book.normal([4, 1], "float32"), book.normal([2], "float32"))
    book.case("convolve", book.array(1, "float32"), book.normal([2], "float32"))
    book.case("convolve", book.array([], "float32"), book.normal([2], "float32"))
    book.case("convolve", book.normal([4], "float32"), book.normal([2], "float32"), "mirror")
