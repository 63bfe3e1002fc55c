import time, mlx.core as mx
a = mx.zeros((8, 8, 8)); picks = mx.array([1, 0, 3]); value = mx.ones((8, 8)); up = mx.ones((3,1,8,8)); mx.eval(a,picks,value,up)
bodies = {"a[3]": lambda: a[3], "a[1:5]": lambda: a[1:5], "a[..., 0]": lambda: a[..., 0], "a[1, 0:2, None]": lambda: a[1, 0:2, None], "a[idx]": lambda: a[picks], "a[0:2, idx, 3]": lambda: a[0:2, picks, 3], "a.at[3].add(1)": lambda: a.at[3].add(1), "a.at[idx].add(v)": lambda: a.at[picks].add(value),
"mul": lambda: mx.multiply(a,value),"reshape": lambda: mx.reshape(value,(1,1,8,8)),"bcast": lambda: mx.broadcast_to(value,(3,8,8)),"take": lambda: mx.take(a,picks,0),"squeeze": lambda: mx.squeeze(up,1)}
def s3():
    b = mx.array(a); b[3] = value
bodies["a.at[3].set(v)"] = s3
for n, f in bodies.items():
    best = 1e9
    for _ in range(8):
        s = time.process_time()
        for _ in range(15000): f()
        best = min(best, (time.process_time() - s) * 1e9 / 15000)
    print(n.ljust(20), round(best))
