/** The segment arithmetic of the browser, by tables. Run with: node --test */

import assert from "node:assert/strict";
import { test } from "node:test";

import * as algebra from "../../editor/static/js/segments.js";
import { comboOf } from "../../editor/static/js/keys.js";
import { format, parse, range, rulerStep } from "../../editor/static/js/time.js";

const segment = (id, start_ms, end_ms, more = {}) => ({
  id,
  start_ms,
  end_ms,
  kind: "activity",
  caption: `caption ${id}`,
  caption_ko: `설명 ${id}`,
  needs_caption: false,
  detections: [],
  ...more,
});
const LANE = [segment(1, 0, 4000), segment(2, 4000, 9000), segment(3, 12000, 20000)];
const END = 30000;
const spans = (segments) => segments.map((item) => [item.start_ms, item.end_ms]);

test("a moment belongs to the segment that begins at it", () => {
  assert.equal(algebra.at(LANE, 3999).id, 1);
  assert.equal(algebra.at(LANE, 4000).id, 2);
  assert.equal(algebra.at(LANE, 9000), null);
});

test("a split is strictly inside, with room on both sides", () => {
  const cases = [[4000, false], [4199, false], [4200, true], [8800, true], [8801, false]];
  for (const [ms, possible] of cases) assert.equal(algebra.canSplit(LANE[1], ms), possible, ms);
  const halves = algebra.split(LANE, 2, 6000);
  assert.deepEqual(spans(halves), [[0, 4000], [4000, 6000], [6000, 9000], [12000, 20000]]);
  assert.ok(halves[1].needs_caption && halves[2].needs_caption);
  assert.equal(LANE.length, 3);
});

test("a merge closes the gap and says nothing twice", () => {
  const merged = algebra.mergeWithNext(LANE, 2);
  assert.deepEqual(spans(merged), [[0, 4000], [4000, 20000]]);
  assert.equal(merged[1].caption, "caption 2 caption 3");
  const same = [segment(1, 0, 10, { caption: "a" }), segment(2, 10, 20, { caption: "a" })];
  assert.equal(algebra.mergeWithNext(same, 1)[0].caption, "a");
  assert.equal(algebra.mergeWithNext(LANE, 3), LANE);
});

test("a quiet stretch adds no words to what it is merged with", () => {
  const lane = [segment(1, 0, 10, { kind: "quiet" }), segment(2, 10, 20)];
  const [merged] = algebra.mergeWithNext(lane, 1);
  assert.deepEqual([merged.kind, merged.caption], ["activity", "caption 2"]);
});

test("edges move up to the neighbours and no further", () => {
  assert.deepEqual(algebra.limits(LANE, 2, END), { start: [4000, 8800], end: [4200, 12000] });
  assert.deepEqual(algebra.limits(LANE, 3, END).end, [12200, END]);
  assert.deepEqual(algebra.borderLimits(LANE, 1), [200, 8800]);
  assert.equal(algebra.borderLimits(LANE, 2), null);
});

test("a new segment takes what is free", () => {
  assert.equal(algebra.roomFor(LANE, 5000, END), null);
  assert.deepEqual(algebra.roomFor(LANE, 9500, END), [9500, 12000]);
  assert.deepEqual(algebra.roomFor(LANE, 21000, END), [21000, 26000]);
  assert.deepEqual(algebra.roomFor(LANE, END - 10, END), [25000, END]);
  assert.deepEqual(algebra.roomFor([], 0, 3000), [0, 3000]);
  const tight = [segment(1, 0, 1000), segment(2, 1100, 2000)];
  assert.equal(algebra.roomFor(tight, 1050, 2000), null);
});

test("an edge snaps to what is near and else to a frame", () => {
  const targets = algebra.snapTargets(LANE, 2, 7000, END);
  assert.ok(!targets.includes(9000));
  assert.deepEqual(algebra.snap(11950, targets, 100, 10), { ms: 12000, snapped: true });
  assert.deepEqual(algebra.snap(7040, targets, 100, 10), { ms: 7000, snapped: true });
  assert.deepEqual(algebra.snap(10_512, targets, 100, 10), { ms: 10_500, snapped: false });
  assert.deepEqual(algebra.snap(12_010, targets, -1, 0), { ms: 12_010, snapped: false });
});

test("frames of odd rates lie on whole milliseconds", () => {
  assert.equal(algebra.toFrame(1000, 29.97), 1001);
  assert.equal(algebra.toFrame(34, 30), 33);
  assert.equal(algebra.toFrame(34.4, 0), 34);
});

test("times read as people write them", () => {
  const cases = [[0, "0:00"], [83_500, "1:23"], [3_723_000, "1:02:03"], [-5, "0:00"]];
  for (const [ms, text] of cases) assert.equal(format(ms), text);
  assert.equal(format(83_456, 1), "1:23.4");
  assert.equal(range(0, 60_000), "0:00–1:00");
});

test("what people write is read back", () => {
  const cases = [
    ["1:23.4", 83_400],
    ["83.4", 83_400],
    ["1:02:03", 3_723_000],
    ["0:00,25", 250],
    [" 5 ", 5000],
    ["1:75", null],
    ["soon", null],
    ["", null],
    ["-3", null],
  ];
  for (const [text, ms] of cases) assert.equal(parse(text), ms, text);
  for (const ms of [0, 40, 999, 61_001, 3_723_456]) assert.equal(parse(format(ms, 3)), ms);
});

test("ruler marks never crowd", () => {
  for (const scale of [1e-5, 1e-4, 0.004, 0.1, 0.4]) {
    assert.ok(rulerStep(scale) * scale >= 72 || rulerStep(scale) === 72e5);
  }
});

test("keys are named by their place and their modifiers", () => {
  const press = (code, more = {}) => comboOf({ code, ...more });
  assert.equal(press("KeyZ", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+KeyZ");
  assert.equal(press("KeyZ", { metaKey: true }), "Ctrl+KeyZ");
  assert.equal(press("Slash", { shiftKey: true }), "Shift+Slash");
});
