# The same as transformer.mjs in Python.
import json

from training import training_steps

print(json.dumps(training_steps("transformer", "transformer", 10), ensure_ascii=False))
