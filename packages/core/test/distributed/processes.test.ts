// Communication between real processes on this machine: what every rank gets, against sums made here.

import { readdirSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { needs } from "../needs.js";
import { Workshop } from "./launch.js";

beforeEach(() => needs("processes"));

const shop = new Workshop();
afterAll(() => {
  const left = readdirSync(shop.temporary).filter((name) => name.startsWith("mlx-launch"));
  expect(left, "files that launches left behind").toEqual([]);
  shop.dispose();
});

const minute = 60_000;
const dtypes = [
  "bool",
  "uint8",
  "int16",
  "int32",
  "int64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
] as const;

/** Rank r has (r + 1) * (i + 1); so r + 1 of n ranks is found by its factor. */
const own = (rank: number, size: number) =>
  Array.from({ length: size }, (_, i) => (rank + 1) * (i + 1));

describe.each([2, 4])("%d processes", (n) => {
  const ranks = Array.from({ length: n }, (_, rank) => rank);
  const total = (n * (n + 1)) / 2;

  test(
    "reduce and gather arrays of every dtype",
    async () => {
      const body = `
      const { distributed } = mx;
      const group = distributed.init({ strict: true, backend: "ring" });
      const factor = group.rank() + 1;
      const got = {};
      for (const dtype of ${JSON.stringify(dtypes)}) {
        const x = mx.array([1, 2, 3, 4, 5].map((i) => i * factor)).astype(dtype);
        got[dtype] = ["allSum", "allMax", "allMin", "allGather"].map((name) => {
          const y = distributed[name](x, { group });
          if (y.dtype !== dtype) throw new Error(name + " gave " + y.dtype);
          return y.tolist();
        });
      }
      const z = mx.array([1, 2]).astype("complex64");
      got.complex64 = distributed.allSum(mx.multiply(z, factor)).astype("float32").tolist();
      console.log(JSON.stringify(got));`;
      const all = await shop.results<Record<string, number[][]>>(n, body);
      const times = (factor: number) => own(factor - 1, 5);
      for (const got of all) {
        for (const dtype of dtypes.filter((dtype) => dtype !== "bool")) {
          expect(got[dtype], dtype).toEqual([
            times(total),
            times(n),
            times(1),
            ranks.flatMap((rank) => own(rank, 5)),
          ]);
        }
        const yes = Array(5).fill(true);
        expect(got.bool).toEqual([yes, yes, yes, Array(5 * n).fill(true)]);
        expect(got.complex64).toEqual([total, 2 * total]);
      }
    },
    minute,
  );

  test(
    "take arrays of every shape, however they lie in memory",
    async () => {
      const body = `
      const { allSum, allGather, init } = mx.distributed;
      const factor = init().rank() + 1;
      const base = mx.multiply(mx.arange(12).reshape([3, 4]), factor);
      const views = [
        base, base.T, base.index(1), base.index(mx.slice(null, null, -1)), base.index(0, 0),
        mx.broadcastTo(mx.array(factor), [2, 2]), mx.zeros([0, 3]),
      ];
      const big = mx.full([700, 1000], factor);
      console.log(JSON.stringify([
        views.map((x) => [allSum(x).tolist(), allGather(x).shape]),
        mx.all(mx.equal(allSum(big), ${total})).item(), mx.sum(allGather(big)).item(),
      ]));`;
      const all = await shop.results<[[unknown, number[]][], boolean, number]>(n, body);
      const base = [0, 1, 2].map((i) => [0, 1, 2, 3].map((j) => (4 * i + j) * total));
      const turned = [0, 1, 2, 3].map((j) => [0, 1, 2].map((i) => (4 * i + j) * total));
      const wanted = [
        [base, [3 * n, 4]],
        [turned, [4 * n, 3]],
        [base[1], [4 * n]],
        [[...base].reverse(), [3 * n, 4]],
        [0, [n]],
        [
          [
            [total, total],
            [total, total],
          ],
          [2 * n, 2],
        ],
        [[], [0, 3]],
      ];
      for (const [views, summed, gathered] of all) {
        expect(views).toEqual(wanted);
        expect([summed, gathered]).toEqual([true, 700_000 * total]);
      }
    },
    minute,
  );

  test(
    "send round the ring, both ways, small and large",
    async () => {
      const body = `
      const { send, recv, recvLike, init } = mx.distributed;
      const group = init();
      const [rank, size] = [group.rank(), group.size()];
      const right = (rank + 1) % size, left = (rank + size - 1) % size;
      const got = [];
      // In a circle somebody must receive first: the odd ones do.
      const pass = (x, to, from) => {
        const steps = [() => mx.eval(send(x, to, { group })), () => {
          const y = recvLike(x, from, { group });
          mx.eval(y);
          got.push([mx.min(y).item(), mx.max(y).item(), y.dtype, y.shape]);
        }];
        for (const step of rank % 2 ? steps.reverse() : steps) step();
      };
      for (const dtype of ["int8", "float32", "bfloat16"]) {
        pass(mx.full([2, 3], rank).astype(dtype), right, left);
        pass(mx.full([500000], rank).astype(dtype), left, right);
      }
      const sent = send(mx.array([rank]), right);
      const back = recv(1, "float32", left);
      const pair = rank % 2 ? [back, sent] : [sent, back];
      for (const one of pair) await mx.evalAsync(one);
      console.log(JSON.stringify([got, sent.tolist(), back.tolist()]));`;
      const all = await shop.results<unknown[]>(n, body);
      for (const rank of ranks) {
        const left = (rank + n - 1) % n;
        const right = (rank + 1) % n;
        const got = ["int8", "float32", "bfloat16"].flatMap((dtype) => [
          [left, left, dtype, [2, 3]],
          [right, right, dtype, [500_000]],
        ]);
        expect(all[rank]).toEqual([got, [rank], [left]]);
      }
    },
    minute,
  );

  test(
    "differentiate, compile and await what they exchange",
    async () => {
      const body = `
      const { allSum, allGather, init } = mx.distributed;
      const [rank, size] = [init().rank(), init().size()];
      const x = mx.array([1, 2]);
      const weights = mx.arange(2 * size);
      const slopes = mx.grad((a) => mx.sum(mx.multiply(allSum(a), mx.array([3, 4]))))(x).tolist();
      const parts = mx.grad((a) => mx.sum(mx.multiply(allGather(a), weights)))(x).tolist();
      const scalar = mx.grad((a) => mx.sum(mx.multiply(allGather(a), mx.arange(size))))(mx.array(1)).item();
      const [, [tangent]] = mx.jvp((a) => allSum(a), [x], [mx.array([rank, 1])]);
      const step = mx.compile((a) => mx.multiply(allSum(mx.add(a, rank)), 2));
      const own = mx.newStream(mx.cpu);
      const waits = [1, 2, 3].map((i) => allSum(mx.full([2], i), { stream: own }).data());
      console.log(JSON.stringify([slopes, parts, scalar, tangent.tolist(), step(x).tolist(), step(x).tolist(),
        (await Promise.all(waits)).map((data) => [...data])]));`;
      const all = await shop.results<unknown[]>(n, body);
      const sum = (n * (n - 1)) / 2;
      const compiled = [2 * (n + sum), 2 * (2 * n + sum)];
      for (const rank of ranks) {
        expect(all[rank]).toEqual([
          [3, 4],
          [2 * rank, 2 * rank + 1],
          rank,
          [sum, n],
          compiled,
          compiled,
          [1, 2, 3].map((i) => [i * n, i * n]),
        ]);
      }
    },
    minute,
  );
});

test(
  "training steps with averaged gradients are those of one process",
  async () => {
    const body = `
    const { allSum, init } = mx.distributed;
    const [rank, size] = [init().rank(), init().size()];
    mx.random.seed(3);
    const [x, y, w1, w2] = [[8, 5], [8, 2], [5, 6], [6, 2]].map((shape) => mx.random.normal(shape));
    const loss = (p, x, y) => mx.mean(mx.square(mx.subtract(mx.matmul(mx.tanh(mx.matmul(x, p.w1)), p.w2), y)));
    const slopes = mx.grad(loss);
    const train = async (p, x, y, combine) => {
      for (let i = 0; i < 4; i++) {
        const g = mx.mapArrays(slopes(p, x, y), combine);
        p = { w1: mx.subtract(p.w1, mx.multiply(g.w1, 0.1)), w2: mx.subtract(p.w2, mx.multiply(g.w2, 0.1)) };
        await mx.evalAsync(p);
      }
      return [...await p.w1.data(), ...await p.w2.data()];
    };
    const rows = mx.slice((8 / size) * rank, (8 / size) * (rank + 1));
    const average = (g) => mx.divide(allSum(g), size);
    console.log(JSON.stringify([
      await train({ w1, w2 }, x.index(rows), y.index(rows), average),
      await train({ w1, w2 }, x, y, (g) => g),
    ]));`;
    const all = await shop.results<[number[], number[]]>(4, body);
    for (const [parts, whole] of all) {
      expect(parts).toHaveLength(5 * 6 + 6 * 2);
      parts.forEach((value, i) => {
        expect(value).toBeCloseTo(whole[i] ?? Number.NaN, 5);
      });
      expect(parts).toEqual(all[0]?.[0]);
    }
  },
  minute,
);

/** What a call threw, as JSON. */
const attempt = `
  const attempt = (call) => {
    try { call(); return "nothing"; } catch (e) { return [e.name, e.code, e.message.trim()]; }
  };
`;

test(
  "what a ring cannot do is refused before anybody waits for it",
  async () => {
    const body = `${attempt}
    const { init, send, recv, recvLike, sumScatter, allSum, allGather } = mx.distributed;
    const { Worker } = await import("node:worker_threads");
    const group = init();
    const rank = group.rank();
    const x = mx.ones([4]);
    const got = [
      () => send(x, rank), () => recv([4], "float32", rank), () => recvLike(x, rank),
      () => send(x, (rank + 2) % 4), () => recv([4], "float32", (rank + 2) % 4),
      () => send(x, 4), () => recv([4], "float32", -1),
      () => sumScatter(x), () => group.split(rank % 2),
      () => allGather(mx.broadcastTo(mx.array(true), [2 ** 30])),
      () => init({ strict: true, backend: "mpi" }),
    ].map(attempt);
    console.log(JSON.stringify([...got, allSum(x).tolist()]));`;
    const all = await shop.results<unknown[]>(4, body);
    const range = (text: unknown) => ["RangeError", "VALUE", text];
    all.forEach((got, rank) => {
      const itself = `the rank ${rank} is this process itself, which cannot take part twice`;
      const far = `the rank ${(rank + 2) % 4} is no neighbour of ${rank} in the ring, which can reach only those; pass it on from member to member`;
      expect(got).toEqual([
        range(`[send] ${itself}`),
        range(`[recv] ${itself}`),
        range(`[recv] ${itself}`),
        range(`[send] ${far}`),
        range(`[recv] ${far}`),
        range("[send] the rank 4 was given, the group has the ranks 0 to 3"),
        range("[recv] the rank -1 was given, the group has the ranks 0 to 3"),
        ["MLXError", "UNSUPPORTED", expect.stringContaining("[sumScatter] the ring backend")],
        ["MLXError", "ENGINE", "[ring] Group split not supported."],
        ["RangeError", "SHAPE", expect.stringContaining("[allGather] the result would have")],
        ["MLXError", "ENGINE", expect.stringContaining("Cannot initialize")],
        [4, 4, 4, 4],
      ]);
    });
  },
  minute,
);

describe("a process that is gone", () => {
  test(
    "fails all that the others compute with it, and nothing that they read at once",
    async () => {
      const body = `${attempt}
      const { allSum, init } = mx.distributed;
      const rank = init().rank();
      const before = allSum(mx.ones([2]));
      mx.eval(before);
      if (rank === 1) { console.log("[]"); process.exit(0); }
      const many = [1, 2, 3, 4, 5].map((i) => allSum(mx.ones([i])));
      const got = [attempt(() => mx.eval(many)), attempt(() => many[4].tolist()),
        attempt(() => allSum(mx.ones([1]))), attempt(() => init().size())];
      console.log(JSON.stringify([...got, before.tolist(), mx.ones([2]).add(1).tolist(),
        mx.add(before, 1).tolist()]));`;
      const [first] = await shop.results<unknown[]>(2, body);
      expect(first).toEqual([
        ["MLXError", "ENGINE", "[ring] connection to a peer was lost"],
        ["MLXError", "POISONED", expect.stringContaining("failed earlier")],
        [
          "MLXError",
          "ENGINE",
          expect.stringContaining("[allSum] the connection to another process"),
        ],
        "nothing",
        [2, 2],
        [2, 2],
        [3, 3],
      ]);
    },
    minute,
  );

  test(
    "rejects what waits for it in the background, so that the others can end",
    async () => {
      const body = `
      const { allSum, init } = mx.distributed;
      if (init().rank() === 1) { console.log("[]"); process.exit(0); }
      // Built first: once the loss is known, nothing more can be.
      const [last, ...sums] = [9, 1, 2, 3].map((i) => allSum(mx.ones([i])));
      const settled = await Promise.allSettled([...sums.map((sum) => sum.data()), mx.evalAsync(last)]);
      console.log(JSON.stringify([settled.map(({ status, reason }) => [status, reason?.code]),
        mx.ones([2]).add(1).tolist()]));`;
      const [first] = await shop.results<[string[][], number[]]>(2, body);
      expect(first?.[0].map(([status]) => status)).toEqual(Array(4).fill("rejected"));
      expect(first?.[1]).toEqual([2, 2]);
    },
    minute,
  );

  test(
    "is waited for only as long as a signal says, and never by process.exit",
    async () => {
      const body = `
      const { allSum, init } = mx.distributed;
      const rank = init().rank();
      if (rank === 1) {
        console.log("[]");
        // It takes no part, and lives until its parent ends it.
        setInterval(() => undefined, 1000);
      } else {
        const signal = AbortSignal.timeout(50);
        const name = await mx.evalAsync(allSum(mx.ones([4])), { signal }).catch((e) => e.name);
        console.log(JSON.stringify([name]));
        process.exit(5);
      }`;
      const { code, out } = await shop.launch(["-n", "2", shop.script(body)]);
      expect({ code, out: out.split("\n").sort() }).toEqual({
        code: 5,
        out: ["", '[0] ["TimeoutError"]', "[1] []"],
      });
    },
    minute,
  );
});

test(
  "a group belongs to one thread; when that ends, another may have it",
  async () => {
    const loader = ["tsx/cjs/api", "tsx/esm/api"].map((name) => import.meta.resolve(name));
    const body = `${attempt}
    const { Worker } = await import("node:worker_threads");
    const inWorker = (body) => new Promise((resolve, reject) => {
      const text = 'const { parentPort } = require("node:worker_threads");'
        + "(async () => { for (const api of ${JSON.stringify(loader).replaceAll('"', "'")}) (await import(api)).register();"
        + " const mx = await import('" + ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)} + "');"
        + body + "})();";
      const worker = new Worker(text, { eval: true, execArgv: ["--conditions=@mlx-ts/source"] });
      let message;
      worker.on("message", (value) => { message = value; });
      worker.on("error", reject);
      worker.on("exit", () => resolve(message));
    });
    const use = "parentPort.postMessage(mx.distributed.allSum(mx.ones([2])).tolist());";
    const first = await inWorker(use);
    const second = mx.distributed.allSum(mx.ones([3])).tolist();
    const third = await inWorker(
      "try { mx.distributed.init(); } catch (e) { parentPort.postMessage([e.name, e.code, e.message]); }");
    console.log(JSON.stringify([first, second, third, mx.distributed.allSum(mx.ones([1])).tolist()]));`;
    const all = await shop.results<unknown[]>(2, body);
    for (const got of all) {
      const refused = [
        "RangeError",
        "VALUE",
        expect.stringContaining("another thread of this process"),
      ];
      expect(got).toEqual([[2, 2], [2, 2, 2], refused, [2]]);
    }
  },
  minute,
);
