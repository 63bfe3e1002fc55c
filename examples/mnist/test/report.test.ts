import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { html } from "../src/report/html.js";
import { makeReport } from "../src/report/report.js";
import { linearScale, logScale } from "../src/report/scale.js";
import { evaluationWith, reportInput, resultOf, testSet } from "./results.js";

const all = (page: string, pattern: RegExp): string[] => page.match(pattern) ?? [];

describe("makeReport", () => {
  it("gives a whole document that loads nothing from outside", () => {
    const page = makeReport(reportInput());
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]+<\/html>\n$/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page).not.toMatch(/<script|<link|@import|url\(|https?:/);
    for (const source of all(page, /src="[^"]{0,30}/g))
      expect(source).toMatch(/^src="data:image\/png;base64,/);
  });

  it("opens and closes the same elements", () => {
    const page = makeReport(reportInput()).replace(/<style>[\s\S]*<\/style>/, "");
    for (const name of [
      "section",
      "table",
      "tr",
      "td",
      "th",
      "svg",
      "g",
      "ul",
      "li",
      "div",
      "p",
      "dl",
    ]) {
      const opened = all(page, new RegExp(`<${name}[ >]`, "g")).length;
      expect(opened, name).toBeGreaterThan(0);
      expect(all(page, new RegExp(`</${name}>`, "g")).length, name).toBe(opened);
    }
  });

  it("never shows a number that is none", () => {
    for (const epochs of [0, 1, 3]) {
      const page = makeReport(reportInput({ result: resultOf(epochs) }));
      expect(page, `${epochs} epochs`).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it("states accuracy, settings and the command that repeats the run", () => {
    const page = makeReport(reportInput());
    expect(page).toContain('<p class="accuracy">90.00 %</p>');
    expect(page).toContain("18 of 20");
    expect(page).toContain("109,386");
    expect(page).toContain("--model mlp --epochs 3 --batch-size 64 --lr 0.001 --seed 7");
    expect(page).toContain("2026-01-02 03:04 UTC");
  });

  it("draws both curves, with a mark for each epoch", () => {
    const page = makeReport(reportInput());
    expect(all(page, /<svg class="chart"/g)).toHaveLength(2);
    expect(all(page, /<title>test: /g)).toHaveLength(3);
    expect(all(page, /<title>test accuracy: /g)).toHaveLength(3);
    expect(all(page, /<polyline/g)).toHaveLength(3);
  });

  it("keeps the curves inside the drawing", () => {
    const page = makeReport(reportInput());
    for (const points of all(page, /points="[^"]+"/g)) {
      for (const [, x, y] of points.matchAll(/([\d.-]+),([\d.-]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(480);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(270);
      }
    }
  });

  it("shows the confusion matrix, mistakes tinted and counted", () => {
    const page = makeReport(reportInput());
    expect(all(page, /<td class="hit">/g)).toHaveLength(10);
    expect(all(page, /<td class="miss"/g)).toHaveLength(2);
    expect(page).toContain('title="1 image of 3 taken for 4"');
    expect(page).toContain("once</span>");
  });

  it("shows each mistake as a picture with dark ink on a white ground", () => {
    const page = makeReport(reportInput());
    const pictures = [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)];
    expect(pictures).toHaveLength(2);
    const { width, height, channels, data } = decode(Buffer.from(pictures[0]?.[1] ?? "", "base64"));
    expect([width, height, channels]).toEqual([2, 2, 1]);
    const surest = 14;
    const pixels = testSet.images.subarray(surest * 4, surest * 4 + 4);
    expect([...data]).toEqual([...pixels].map((value) => 255 - value));
    expect(page).toContain('alt="handwritten 4, image 14, taken for 5"');
  });

  it("says that training was interrupted", () => {
    const result = { ...resultOf(1), aborted: true };
    expect(makeReport(reportInput({ result }))).toContain("interrupted after 40 steps");
    expect(makeReport(reportInput())).not.toContain("interrupted");
  });

  it("holds up when there is nothing to show", () => {
    const result = { ...resultOf(0), aborted: true };
    const page = makeReport(reportInput({ result, evaluation: evaluationWith([]) }));
    expect(page).toContain("No step was completed.");
    expect(page).toContain("No epoch was completed.");
    expect(page).toContain("The model made no mistakes.");
  });

  it("escapes what comes from outside", () => {
    const page = makeReport(reportInput({ source: '<img src="x">' }));
    expect(page).not.toContain('<img src="x">');
    expect(page).toContain("&#60;img src=&#34;x&#34;&#62;");
  });

  it("refuses a mistake outside the set of images", () => {
    const test = { ...testSet, count: 5 };
    expect(() => makeReport(reportInput({ test }))).toThrow(/image 14, the set holds 5/);
  });
});

describe("html", () => {
  it("escapes text, inserts HTML and lists, and leaves nothing out as nothing", () => {
    const items = ["a&b", "c"].map((text) => html`<i>${text}</i>`);
    expect(html`<p>${items}${false}${undefined}${1}</p>`.toString()).toBe(
      "<p><i>a&#38;b</i><i>c</i>1</p>",
    );
  });
});

describe("scales", () => {
  it("tick linear axes at round values and clamp positions to the axis", () => {
    const scale = linearScale([0, 4690], [0, 100]);
    expect(scale.ticks).toEqual([0, 1000, 2000, 3000, 4000]);
    expect([scale.at(0), scale.at(2345), scale.at(9999)]).toEqual([0, 50, 100]);
    expect(linearScale([0.961, 0.979], [0, 1], 4).ticks).toEqual([0.965, 0.97, 0.975]);
  });

  it("tick logarithmic axes at powers of ten, and in between when there are few", () => {
    expect(logScale([0.004, 3], [0, 1]).ticks).toEqual([0.01, 0.1, 1]);
    expect(logScale([0.04, 3], [0, 1]).ticks).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2]);
    expect(logScale([0.01, 1], [0, 100]).at(0.1)).toBeCloseTo(50);
  });
});
