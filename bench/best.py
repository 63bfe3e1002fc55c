# The same as best.mjs in Python.
import time


def best(body, batches=30, milliseconds=8):
    started = time.perf_counter()
    warm = 0
    while time.perf_counter() - started < 0.06 or warm < 300:
        body()
        warm += 1
    once = (time.perf_counter() - started) / warm
    calls = max(1, round(milliseconds / 1e3 / once))
    least = float("inf")
    for _ in range(batches):
        start = time.perf_counter()
        for _ in range(calls):
            body()
        least = min(least, (time.perf_counter() - start) / calls)
    return least * 1e9
