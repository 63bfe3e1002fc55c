// From nothing to the first computed value, without the start of the runtime itself.
const start = performance.now();
const mx = await import("@mlx-ts/core");
mx.add(mx.array([1, 2]), 3)
  .sum()
  .item();
console.log(JSON.stringify({ "import and first op, ms": performance.now() - start }));
