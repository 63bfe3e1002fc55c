# The same as mlp.mjs in Python.
import json

from training import training_steps

eager, compiled = training_steps("mlp")
print(json.dumps({"MLP step eager, µs": eager, "MLP step compiled, µs": compiled}, ensure_ascii=False))
