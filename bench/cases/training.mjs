// Training steps as users write them: no scope of their own, Adam, batches of 64.
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import * as optim from "@mlx-ts/optimizers";

/** For each kind its model, and a batch: what the model takes, and classes. */
const kinds = {
  mlp: {
    model: () =>
      new nn.Sequential(
        new nn.Linear(784, 32),
        new nn.ReLU(),
        new nn.Linear(32, 32),
        new nn.ReLU(),
        new nn.Linear(32, 10),
      ),
    batch: () => [mx.random.normal([64, 784]), classes(10, [64])],
  },
  cnn: {
    model: () => new Cnn(),
    batch: () => [mx.random.normal([64, 28, 28, 1]), classes(10, [64])],
  },
  lstm: {
    model: () => new Recurrent(),
    batch: () => [mx.random.normal([16, 20, 16]), classes(10, [16])],
  },
  transformer: {
    model: () => new Language(),
    batch: () => [classes(96, [8, 32]), classes(96, [8, 32])],
  },
};
const classes = (count, shape) => mx.random.randint(0, count, shape);

class Cnn extends nn.Module {
  conv1 = new nn.Conv2d(1, 8, 3, { padding: 1 });
  conv2 = new nn.Conv2d(8, 16, 3, { padding: 1 });
  pool = new nn.MaxPool2d(2, { stride: 2 });
  fc1 = new nn.Linear(16 * 7 * 7, 64);
  fc2 = new nn.Linear(64, 10);

  forward(x) {
    let h = this.pool.forward(nn.relu(this.conv1.forward(x)));
    h = this.pool.forward(nn.relu(this.conv2.forward(h)));
    return this.fc2.forward(nn.relu(this.fc1.forward(mx.flatten(h, 1))));
  }
}

/** Sequences of 20 steps, each of one class. */
class Recurrent extends nn.Module {
  lstm = new nn.LSTM(16, 32);
  head = new nn.Linear(32, 10);

  forward(x) {
    const [hidden] = this.lstm.forward(x);
    return this.head.forward(hidden.index(":, -1"));
  }
}

/** A causal language model of two layers over 96 letters. */
class Language extends nn.Module {
  embedding = new nn.Embedding(96, 32);
  encoder = new nn.TransformerEncoder(2, 32, 4);
  head = new nn.Linear(32, 96);

  forward(tokens) {
    const x = this.embedding.forward(tokens);
    const mask = nn.MultiHeadAttention.createAdditiveCausalMask(tokens.shape[1]);
    return this.head.forward(this.encoder.forward(x, mask));
  }
}

/** A model, its optimizer, a batch, and the step over them. */
export function training(kind, isCompiled) {
  mx.random.seed(0);
  const model = kinds[kind].model();
  const optimizer = new optim.Adam(1e-3);
  optimizer.init(model.trainableParameters());
  const [x, y] = kinds[kind].batch();
  mx.eval(model, optimizer, x, y);
  const lossAndGrad = nn.valueAndGrad(model, (x, y) =>
    nn.losses.crossEntropy(model.forward(x), y, { reduction: "mean" }),
  );
  const step = (x, y) => {
    const [loss, grads] = lossAndGrad(x, y);
    optimizer.update(model, grads);
    return loss;
  };
  const run = isCompiled ? mx.compile(step, { state: [model, optimizer] }) : step;
  return () => {
    const loss = run(x, y);
    mx.eval(loss, model, optimizer);
    return loss;
  };
}

/**
 * Microseconds a step, and the first loss, which tells whether both languages do the same.
 *
 * @param count - steps of a batch; five warm up, and the best of ten counts
 */
export function trainingSteps(kind, title, count) {
  const time = (isCompiled) => {
    const step = training(kind, isCompiled);
    const batch = () => {
      const start = performance.now();
      for (let i = 0; i < count; i++) step();
      return ((performance.now() - start) * 1e3) / count;
    };
    // V8 compiles while it runs: what is measured is the speed after that.
    for (let i = 0; i < 5; i++) batch();
    return Math.min(...Array.from({ length: 10 }, batch));
  };
  return {
    [`${title} step eager, µs`]: time(false),
    [`${title} step compiled, µs`]: time(true),
    [`${title} first loss`]: training(kind, false)().item(),
  };
}
