# The same as cnn.mjs in Python.
import json

from training import training_steps

print(json.dumps(training_steps("cnn", "CNN", 10), ensure_ascii=False))
