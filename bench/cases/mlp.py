# The same as mlp.mjs in Python.
import json

from training import training_steps

print(json.dumps(training_steps("mlp", "MLP", 100), ensure_ascii=False))
