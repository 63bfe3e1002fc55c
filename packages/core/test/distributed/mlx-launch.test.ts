// The command mlx-launch: what it starts, shows and ends, and which calls it refuses.

import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { checkScript, readOptions, UsageError } from "../../src/launch/options.js";
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
/** A script that needs no engine starts quickly. */
const plain = (body: string) => {
  const file = shop.script("");
  writeFileSync(file, body);
  return file;
};
const rank = 'const rank = Number(process.env.MLX_RANK ?? "-1");';
const lines = (text: string) => text.split("\n").filter(Boolean).sort();

describe("the command line", () => {
  const read = (...argv: string[]) => readOptions(argv);
  const here = { ssh: "127.0.0.1", ip: "127.0.0.1" };

  test("ends at the script, whose arguments are its own", () => {
    expect(read("-n", "2", "train.js", "-n", "5", "--verbose", "--", "x")).toEqual({
      hosts: [here, here],
      port: undefined,
      cwd: undefined,
      env: {},
      verbose: false,
      script: "train.js",
      args: ["-n", "5", "--verbose", "--", "x"],
    });
    expect(read("train.js")).toMatchObject({ hosts: [here], args: [] });
  });

  test("takes options in every form", () => {
    const all = ["-n2", "-v", "--env", "A=1", "--env=B=x=y", "--port=9000", "--cwd", "/a", "s.mjs"];
    expect(read(...all)).toMatchObject({
      hosts: [here, here],
      verbose: true,
      env: { A: "1", B: "x=y" },
      port: 9000,
      cwd: "/a",
    });
    expect([read("-h"), read("--help", "s.js")]).toEqual(["help", "help"]);
  });

  test("names machines by address, or in a file", () => {
    const [a, b] = ["10.0.0.1", "10.0.0.2"].map((ip) => ({ ssh: ip, ip }));
    expect(read("--hosts", "10.0.0.1,10.0.0.2", "-n", "2", "s.js")).toMatchObject({
      hosts: [a, a, b, b],
    });
    const file = join(shop.folder, "hosts.json");
    const hosts = [
      { ssh: "me@one", ips: ["10.0.0.1", "10.0.1.1"] },
      { ssh: "two", ips: ["10.0.0.2"] },
    ];
    for (const text of [hosts, { hosts }]) {
      writeFileSync(file, JSON.stringify(text));
      expect(read("--hostfile", file, "s.js")).toMatchObject({
        hosts: [
          { ssh: "me@one", ip: "10.0.0.1" },
          { ssh: "two", ip: "10.0.0.2" },
        ],
      });
    }
    for (const wrong of ["", "[]", "[1]", '[{"ssh":"a"}]', '[{"ssh":"-oX","ips":["1.1.1.1"]}]']) {
      writeFileSync(file, wrong);
      expect(() => read("--hostfile", file, "s.js")).toThrow(UsageError);
    }
    expect(() => read("--hostfile", join(shop.folder, "absent"), "s.js")).toThrow(UsageError);
  });

  test.each([
    [[], "no script was given"],
    [["-n", "2"], "no script was given"],
    [["-n", "0", "s.js"], "--processes is 0"],
    [["-n", "two", "s.js"], "--processes is two"],
    [["--port", "70000", "s.js"], "--port is 70000"],
    [["--env", "A", "s.js"], "it must be NAME=VALUE"],
    [["--env", "A B=1", "s.js"], "it must be NAME=VALUE"],
    [["--nonsense", "s.js"], "Unknown option '--nonsense'"],
    [["--hosts", "name", "s.js"], "must be IP addresses"],
    [["--hosts", "127.0.0.1,10.0.0.2", "s.js"], "stands beside other machines"],
    [["--hosts", "10.0.0.2", "--hostfile", "f", "s.js"], "one of them is enough"],
  ])("%j is refused", (argv, words) => {
    expect(() => read(...argv)).toThrow(UsageError);
    expect(() => read(...argv)).toThrow(words);
  });

  test("names a script that this Node can run", () => {
    expect(() => checkScript(join(shop.folder, "absent.js"))).toThrow("there is no script");
    expect(() => checkScript(shop.folder)).toThrow("there is no script");
    expect(() => checkScript(plain(""))).not.toThrow();
    const typed = join(shop.folder, "a.ts");
    writeFileSync(typed, "");
    const flags = [process.execArgv, process.env.NODE_OPTIONS] as const;
    process.execArgv = [];
    delete process.env.NODE_OPTIONS;
    try {
      if (process.features.typescript) expect(() => checkScript(typed)).not.toThrow();
      else expect(() => checkScript(typed)).toThrow(/Node .* does not run TypeScript/);
      process.env.NODE_OPTIONS = "--import tsx";
      expect(() => checkScript(typed)).not.toThrow();
    } finally {
      process.execArgv = flags[0];
      process.env.NODE_OPTIONS = flags[1] ?? "";
    }
  });
});

describe("processes", () => {
  test(
    "get their rank, variables, arguments and folder, and their lines are shown by rank",
    async () => {
      const script = plain(`${rank}
      console.log([rank, process.env.A, process.cwd() === ${JSON.stringify(shop.folder)}, ...process.argv.slice(2)].join());
      console.error("error line\\r");
      process.stdout.write("no end of line");`);
      const args = ["-n", "3", "--env", "A=a b", "--cwd", shop.folder, script, "--x", "y z"];
      const { code, out, err } = await shop.launch(args);
      expect(code).toBe(0);
      const each = [0, 1, 2].flatMap((r) => [
        `[${r}] ${r},a b,true,--x,y z`,
        `[${r}] no end of line`,
      ]);
      expect(lines(out)).toEqual(each.sort());
      expect(lines(err)).toEqual([0, 1, 2].map((r) => `[${r}] error line`));
    },
    minute,
  );

  test(
    "of one are no ring",
    async () => {
      const script = shop.script(
        "console.log(mx.distributed.init().size(), process.env.MLX_HOSTFILE, process.env.MLX_RANK);",
      );
      const inherited = { MLX_HOSTFILE: "/nowhere", MLX_RANK: "7" };
      const { code, out } = await shop.launch([script], inherited);
      expect({ code, out }).toEqual({ code: 0, out: "[0] 1 undefined undefined\n" });
    },
    minute,
  );

  test(
    "are all ended when one fails, and its exit code is passed on",
    async () => {
      const script = plain(`${rank} if (rank === 1) process.exit(7); setInterval(() => {}, 1000);`);
      const { code, err } = await shop.launch(["-n", "3", "-v", script]);
      expect(code).toBe(7);
      expect(err).toContain("the process of rank 1 ended with code 7; ending the others");
      expect(err).toContain("[mlx-launch] 0 ended with code 143");
      expect(err).toContain("[mlx-launch] 2 ended with code 143");
    },
    minute,
  );

  test(
    "that wait for one that threw are ended too",
    async () => {
      const script = shop.script(`
      const group = mx.distributed.init();
      if (group.rank() === 1) throw new Error("mine");
      mx.eval([1, 2, 3].map((i) => mx.distributed.allSum(mx.ones([i]))));`);
      const { code, err } = await shop.launch(["-n", "2", script]);
      expect(code).toBe(1);
      expect(err).toContain("[1] Error: mine");
    },
    minute,
  );

  test(
    "that die by a signal count as failed",
    async () => {
      const script = plain(
        `${rank} if (rank === 0) process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`,
      );
      const { code } = await shop.launch(["-n", "2", script]);
      expect(code).toBe(128 + 9);
    },
    minute,
  );

  test(
    "that will not end are killed",
    async () => {
      const script = plain(`${rank}
      process.on("SIGTERM", () => console.log("no"));
      console.log("ready");
      setInterval(() => {}, 1000);
      if (rank === 1) setTimeout(() => process.exit(4), 500);`);
      const { code, out } = await shop.launch(["-n", "2", script]);
      expect(code).toBe(4);
      expect(lines(out)).toContain("[0] no");
    },
    minute,
  );

  test(
    "get the signals that the launcher gets",
    async () => {
      const script = plain(`
      process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });
      console.log("ready");
      setInterval(() => {}, 1000);`);
      let ready = 0;
      const { code, out } = await shop.launch(["-n", "2", script], {}, (line, kill) => {
        if (line.endsWith("ready") && ++ready === 2) kill("SIGTERM");
      });
      expect(code).toBe(128 + 15);
      expect(lines(out)).toEqual(["[0] bye", "[0] ready", "[1] bye", "[1] ready"]);
    },
    minute,
  );

  test(
    "in TypeScript run where Node can run it",
    async () => {
      const file = join(shop.folder, "typed.ts");
      writeFileSync(file, "const n: number = 1;\nconsole.log(n);\n");
      const { code, out } = await shop.launch(["-n", "2", file]);
      expect({ code, out: lines(out) }).toEqual({ code: 0, out: ["[0] 1", "[1] 1"] });
    },
    minute,
  );
});

describe("other machines", () => {
  test(
    "run it through ssh, each with the ring's addresses",
    async () => {
      // An ssh that runs the command here: the addresses are this machine's too.
      const ssh = join(shop.folder, "ssh");
      writeFileSync(ssh, '#!/bin/sh\necho "$4" >&2\nfor last; do :; done\nexec sh -c "$last"\n');
      chmodSync(ssh, 0o755);
      const script = shop.script(`
      const group = mx.distributed.init({ strict: true });
      const sum = mx.distributed.allSum(mx.array([group.rank() + 1])).tolist();
      console.log(group.rank(), sum, process.env.A, ...process.argv.slice(2));`);
      const hosts = join(shop.folder, "machines.json");
      const list = ["127.0.0.2", "127.0.0.3"].map((ip, i) => ({ ssh: `machine${i}`, ips: [ip] }));
      writeFileSync(hosts, JSON.stringify(list));
      const port = String(40_000 + (process.pid % 20_000));
      const args = ["--hostfile", hosts, "--port", port, "--env", "A=it's", script, "b c", "$HOME"];
      const path = `${shop.folder}:${process.env.PATH}`;
      const { code, out, err } = await shop.launch(args, { PATH: path });
      expect({ code, err: lines(err) }).toEqual({ code: 0, err: ["[0] machine0", "[1] machine1"] });
      expect(lines(out)).toEqual([0, 1].map((r) => `[${r}] ${r} [ 3 ] it's b c $HOME`));
    },
    minute,
  );

  test(
    "without ssh fail with a message",
    async () => {
      const args = ["--hosts", "127.0.0.2,127.0.0.3", plain("")];
      const { code, err } = await shop.launch(args, { PATH: "/nowhere" });
      expect(code).toBe(127);
      expect(err).toContain("[mlx-launch] ssh could not be started");
    },
    minute,
  );
});
