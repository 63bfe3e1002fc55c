# The same as cnn.mjs in Python.
import json

from training import training_steps

eager, compiled = training_steps("cnn", 60)
print(json.dumps({"CNN step eager, µs": eager, "CNN step compiled, µs": compiled}, ensure_ascii=False))
