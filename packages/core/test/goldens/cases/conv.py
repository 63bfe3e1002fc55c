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
