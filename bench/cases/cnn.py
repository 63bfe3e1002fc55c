# The same as cnn.mjs in Python.
import json

from training import training_steps

print(json.dumps(training_steps("cnn", "CNN", 60), ensure_ascii=False))
