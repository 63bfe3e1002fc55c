// vmap gives what a loop over examples gives, and compile what running gives: for one golden of each op, on
// backends with the extensions.

import type { Handle, HostTensor } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import type { OpName } from "../../ops/index.js";
import { Compile, Transforms } from "../../transforms.js";
import { type Case, type Context, check } from "../case.js";
import { compare, type Golden, makeInputs, runSteps, stepInputs } from "../golden-case.js";
import { decode, tensor } from "../values.js";

/** One golden of each op whose inputs are real floats in order, and that has one result. */
function oneOfEach(goldens: readonly Golden[]): Golden[] {
  const chosen = new Map<OpName, Golden>();
  for (const golden of goldens) {
    const used = stepInputs(golden.program).map((i) => golden.inputs[i]);
    const [first] = used;
    const fits =
      golden.program.out?.length === 1 &&
      golden.program.steps.length === 1 &&
      used.every((input) => input && !input.view && input.data.length > 0) &&
      first?.dtype === "float32" &&
      first.shape.length > 0 &&
      first.data.every((value) => typeof value === "number");
    if (fits && !chosen.has(golden.op)) chosen.set(golden.op, golden);
  }
  return [...chosen.values()];
}

const isFloat = ({ dtype }: HostTensor): boolean => dtypeKind(dtype) === "float";

/** The elements in the opposite order. */
const reversed = (host: HostTensor): HostTensor =>
  tensor(host.shape, host.dtype, decode(host).reverse());

/** Runs a golden's program on other inputs. */
const runOn = (
  context: Context,
  { program }: Golden,
  inputs: ReadonlyMap<number, Handle>,
): Handle => runSteps(context, program, inputs)[0] as Handle;

async function vmapped(context: Context, golden: Golden): Promise<void> {
  const part = context.backend.extension(Transforms);
  check(part !== undefined, "it has no transforms");
  const { handles, before } = await makeInputs(context, golden);
  const places = [...before].filter(([, host]) => isFloat(host)).map(([place]) => place);
  const others = new Map(handles);
  const stacked = places.map((place) => {
    const host = before.get(place) as HostTensor;
    const other = reversed(host);
    others.set(place, context.array(other));
    const data = [...decode(host), ...decode(other)];
    return context.array(tensor([2, ...host.shape], host.dtype, data));
  });
  const results = part.vmap(
    (examples) => {
      const inputs = new Map(handles);
      places.forEach((place, i) => {
        inputs.set(place, context.own(examples[i] as Handle));
      });
      return { outputs: [context.backend.retain(runOn(context, golden, inputs))], axes: [0] };
    },
    stacked,
    places.map(() => 0),
  );
  for (const handle of results) context.own(handle);
  const loop = [
    await context.read(runOn(context, golden, handles)),
    await context.read(runOn(context, golden, others)),
  ];
  const [one] = loop;
  const wanted = {
    shape: [2, ...(one?.shape ?? [])],
    dtype: one?.dtype ?? "float32",
    data: loop.flatMap(decode),
  };
  await context.expect(results[0] as Handle, wanted, {
    op: golden.op,
    terms: wanted.data.length,
    scale: 1,
  });
}

async function compiled(context: Context, golden: Golden): Promise<void> {
  const part = context.backend.extension(Compile);
  check(part !== undefined, "it has no compile");
  const { handles, before } = await makeInputs(context, golden);
  const places = [...handles.keys()];
  const fn = context.lift((inputs) => {
    const given = new Map(places.map((place, i) => [place, inputs[i] as Handle]));
    return [runOn(context, golden, given)];
  });
  const call = part.compile(false);
  const inputs = [...handles.values()];
  for (let time = 0; time < 2; time++) {
    const { outputs, trace } = call.call(fn, inputs, 0);
    for (const handle of outputs) context.own(handle);
    check(trace === 0, `call ${time} with the same shapes used trace ${trace}, not 0`);
    await compare(context, golden, outputs, [...before.values()]);
  }
  // The trace must not have kept the elements.
  const floats = [...before].filter(([, host]) => isFloat(host));
  const others = new Map(handles);
  for (const [place, host] of floats) others.set(place, context.array(reversed(host)));
  const eager = await context.read(runOn(context, golden, others));
  const { outputs } = call.call(fn, [...others.values()], 0);
  for (const handle of outputs) context.own(handle);
  await context.expect(
    outputs[0] as Handle,
    { ...eager, data: decode(eager) },
    { op: golden.op, terms: eager.data.length, scale: 1 },
  );
  call.dispose();
}

/** Cases of vmap and compile. */
export function transformCases(goldens: readonly Golden[]): Case[] {
  return oneOfEach(goldens).flatMap((golden): Case[] => {
    const { ops, dtypes } = golden;
    const tier = "extension";
    return [
      {
        id: `vmap/${golden.op} is as a loop`,
        group: "vmap",
        tier,
        requires: { ops, dtypes, extensions: [Transforms.id] },
        run: (context) => vmapped(context, golden),
      },
      {
        id: `compile/${golden.op} is as eager`,
        group: "compile",
        tier,
        requires: { ops, dtypes, extensions: [Compile.id] },
        run: (context) => compiled(context, golden),
      },
    ];
  });
}
