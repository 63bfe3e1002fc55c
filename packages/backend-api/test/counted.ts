// A base for decorators under test: the reference's arrays behind handles that are counted, that must be
// released once, and that may not be used afterwards.

// By its path, since the reference itself depends on this package.
import { type Dense, referenceBackend } from "../../reference/src/index.js";
import { over } from "../src/define/over.js";
import { type Backend, defineBackend, type RequiredKernels } from "../src/index.js";

/** A handle of the counted base. */
export class Slot {
  array: Dense | undefined;

  constructor(array: Dense) {
    live++;
    this.array = array;
  }
}

let live = 0;

/** How many handles of the base are alive. */
export const liveSlots = (): number => live;

function open(slot: Slot): Dense {
  if (slot.array) return slot.array;
  throw new Error("a handle of the base was used after its release");
}

const opened = (arg: unknown): unknown =>
  Array.isArray(arg) ? arg.map(opened) : arg instanceof Slot ? open(arg) : arg;

const { required } = over(referenceBackend);

/** The base. */
export const countedBackend: Backend<Slot> = defineBackend<Slot>({
  id: "counted",
  arrays: {
    aval: (a) => referenceBackend.aval(open(a)),
    fromHost: (tensor) => new Slot(referenceBackend.fromHost(tensor)),
    toHostSync: (a) => referenceBackend.toHostSync(open(a)),
    retain: (a) => new Slot(open(a)),
    release(a) {
      open(a);
      a.array = undefined;
      live--;
    },
  },
  required: Object.fromEntries(
    Object.entries(required).map(([op, kernel]) => [
      op,
      (...args: unknown[]) =>
        new Slot((kernel as (...args: unknown[]) => Dense)(...args.map(opened))),
    ]),
  ) as unknown as RequiredKernels<Slot>,
});
