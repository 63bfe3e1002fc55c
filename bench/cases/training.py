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


MODELS = {"mlp": mlp, "cnn": Cnn}
INPUTS = {"mlp": (64, 784), "cnn": (64, 28, 28, 1)}


def training(kind, compiled):
    model = MODELS[kind]()
    optimizer = optim.Adam(1e-3)
    optimizer.init(model.trainable_parameters())
    x = mx.random.normal(INPUTS[kind])
    y = mx.random.randint(0, 10, (64,))
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
    return lambda: mx.eval(run(x, y), state)


def training_steps(kind, count=400):
    def timed(compiled):
        step = training(kind, compiled)
        for _ in range(count):
            step()
        start = time.perf_counter()
        for _ in range(count):
            step()
        return (time.perf_counter() - start) * 1e6 / count

    return timed(False), timed(True)
