# The same as training.mjs in Python.
import time

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.pool = nn.MaxPool2d(2, stride=2)
        self.fc1 = nn.Linear(16 * 7 * 7, 64)
        self.fc2 = nn.Linear(64, 10)

    def __call__(self, x):
        h = self.pool(nn.relu(self.conv1(x)))
        h = self.pool(nn.relu(self.conv2(h)))
        return self.fc2(nn.relu(self.fc1(mx.flatten(h, 1))))


def mlp():
    return nn.Sequential(
        nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 10)
    )


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 32)
        self.head = nn.Linear(32, 10)

    def __call__(self, x):
        hidden, _ = self.lstm(x)
        return self.head(hidden[:, -1])


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(96, 32)
        self.encoder = nn.TransformerEncoder(2, 32, 4)
        self.head = nn.Linear(32, 96)

    def __call__(self, tokens):
        x = self.embedding(tokens)
        mask = nn.MultiHeadAttention.create_additive_causal_mask(tokens.shape[1])
        return self.head(self.encoder(x, mask))


def normal(*shape):
    return lambda: mx.random.normal(shape)


def classes(count, *shape):
    return lambda: mx.random.randint(0, count, shape)


KINDS = {
    "mlp": (mlp, normal(64, 784), classes(10, 64)),
    "cnn": (Cnn, normal(64, 28, 28, 1), classes(10, 64)),
    "lstm": (Recurrent, normal(16, 20, 16), classes(10, 16)),
    "transformer": (Language, classes(96, 8, 32), classes(96, 8, 32)),
}


def training(kind, compiled):
    mx.random.seed(0)
    make, inputs, targets = KINDS[kind]
    model = make()
    optimizer = optim.Adam(1e-3)
    optimizer.init(model.trainable_parameters())
    x, y = inputs(), targets()
    state = [model.state, optimizer.state]
    mx.eval(state, x, y)

    def loss_fn(x, y):
        return nn.losses.cross_entropy(model(x), y, reduction="mean")

    loss_and_grad = nn.value_and_grad(model, loss_fn)

    def step(x, y):
        loss, grads = loss_and_grad(x, y)
        optimizer.update(model, grads)
        return loss

    run = mx.compile(step, inputs=state, outputs=state) if compiled else step

    def once():
        loss = run(x, y)
        mx.eval(loss, state)
        return loss

    return once


def training_steps(kind, title, count):
    def timed(compiled):
        step = training(kind, compiled)

        def batch():
            start = time.perf_counter()
            for _ in range(count):
                step()
            return (time.perf_counter() - start) * 1e6 / count

        for _ in range(5):
            batch()
        return min(batch() for _ in range(10))

    return {
        f"{title} step eager, µs": timed(False),
        f"{title} step compiled, µs": timed(True),
        f"{title} first loss": training(kind, False)().item(),
    }
