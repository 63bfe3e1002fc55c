# The same as lstm.mjs in Python.
import json

from training import training_steps

print(json.dumps(training_steps("lstm", "LSTM", 20), ensure_ascii=False))
