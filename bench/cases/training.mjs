// Training steps as users write them: no scope of their own, Adam, batches of 64.
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import * as optim from "@mlx-ts/optimizers";

const models = {
  mlp: () =>
    new nn.Sequential(
      new nn.Linear(784, 32),
      new nn.ReLU(),
      new nn.Linear(32, 32),
      new nn.ReLU(),
      new nn.Linear(32, 10),
    ),
  cnn: () => new Cnn(),
};
const inputs = { mlp: [64, 784], cnn: [64, 28, 28, 1] };

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

/** A model, its optimizer, a batch, and the step over them. */
export function training(kind, isCompiled) {
  const model = models[kind]();
  const optimizer = new optim.Adam(1e-3);
  optimizer.init(model.trainableParameters());
  const x = mx.random.normal(inputs[kind]);
  const y = mx.random.randint(0, 10, [64]);
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
  return () => mx.eval(run(x, y), model, optimizer);
}

/** Microseconds a step. */
export function trainingSteps(kind, count = 400) {
  const time = (isCompiled) => {
    const step = training(kind, isCompiled);
    // V8 compiles while it runs: what is measured is the speed after that.
    for (let i = 0; i < count; i++) step();
    const start = performance.now();
    for (let i = 0; i < count; i++) step();
    return ((performance.now() - start) * 1e3) / count;
  };
  return { eager: time(false), compiled: time(true) };
}
