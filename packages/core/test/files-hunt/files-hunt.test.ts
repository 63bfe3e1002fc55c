// A short hunt, the same on every machine: no damaged file may end the process, hang it, take much memory, or be
// refused by anything but an error that names it. hunt.ts by hand reads all of them.

import { beforeEach, expect, test } from "vitest";
import { needs } from "../needs.js";
import { huntFiles } from "./hunt.js";

beforeEach(() => needs("processes"));

test("no damaged file crashes, hangs, or is refused without type, code and name", async () => {
  const { files, worked, findings } = await huntFiles(3, 30_000, 67);
  expect(findings).toEqual([]);
  expect(files).toBeGreaterThan(3500);
  expect(worked).toBeLessThan(files);
}, 300_000);
