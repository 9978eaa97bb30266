/** The pure parts of the search page. Run with: node --test */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Following } from "../../editor/static/js/marks.js";
import { changed } from "../../editor/static/js/search/fields.js";
import { Latest } from "../../editor/static/js/search/latest.js";
import { directionOf, stepFrom } from "../../editor/static/js/search/steps.js";
import { timezoneCookie } from "../../editor/static/js/timezone.js";

/** Work that ends when told, or by its signal. */
function work() {
  let finish;
  const run = (signal) =>
    new Promise((resolve, reject) => {
      finish = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { run, finish: (value) => finish(value) };
}

test("a newer question aborts the older one", async () => {
  const latest = new Latest();
  const [first, second] = [work(), work()];
  const older = latest.run(first.run);
  const newer = latest.run(second.run);
  assert.equal(await older, null);
  assert.equal(latest.busy, true);
  second.finish("answer");
  assert.equal(await newer, "answer");
  assert.equal(latest.busy, false);
});

test("an answer that comes although it was given up is thrown away", async () => {
  const latest = new Latest();
  let finish;
  const deaf = latest.run(() => new Promise((resolve) => (finish = resolve)));
  latest.stop();
  finish("too late");
  assert.equal(await deaf, null);
});

test("what fails of itself still fails", async () => {
  const latest = new Latest();
  await assert.rejects(latest.run(async () => Promise.reject(new Error("down"))), /down/);
  assert.equal(latest.busy, false);
});

test("a field goes along while it says something else than before", () => {
  const cases = [
    [{ video: "a", sort: "" }, { video: "", sort: "" }, { video: "a" }],
    [{ video: "", sort: "" }, { video: "a", sort: "" }, { video: "" }],
    [{ video: "a", sort: "" }, { video: "a", sort: "" }, {}],
    [{}, { video: "a" }, {}],
  ];
  for (const [standing, before, expected] of cases) {
    assert.deepEqual(changed(standing, before), expected);
  }
});

test("J and K go from moment to moment, arrows only from one", () => {
  assert.deepEqual(["KeyJ", "KeyK", "ArrowDown", "KeyX"].map((c) => directionOf(c, false)), [1, -1, 0, 0]);
  assert.deepEqual(["ArrowDown", "ArrowUp", "Ctrl+KeyJ"].map((c) => directionOf(c, true)), [1, -1, 0]);
});

test("the ends do not lead round", () => {
  const cases = [
    [-1, 1, 3, 0],
    [-1, -1, 3, 2],
    [0, 1, 3, 1],
    [2, 1, 3, 2],
    [0, -1, 3, 0],
    [-1, 1, 0, -1],
  ];
  for (const [index, direction, count, expected] of cases) {
    assert.equal(stepFrom(index, direction, count), expected);
  }
});

test("a timezone is told once, and only where it is one", () => {
  assert.match(timezoneCookie("Asia/Seoul", "a=b"), /^clipops_timezone=Asia\/Seoul; path=\//);
  assert.equal(timezoneCookie("Asia/Seoul", "a=b; clipops_timezone=Asia/Seoul"), null);
  assert.notEqual(timezoneCookie("Asia/Seoul", "clipops_timezone=UTC"), null);
  for (const odd of [undefined, "", "x; path=/", "a".repeat(65)]) assert.equal(timezoneCookie(odd, ""), null);
});

test("what is done with a segment counts for the search it came from, each kind once", () => {
  const sent = [];
  const following = new Following({ query: "red", segment_id: 7, rank: 2 }, (mark) => sent.push(mark));
  following.edited([8]);
  following.did("play");
  following.did("play");
  following.edited([6, 7]);
  assert.deepEqual(sent, [
    { query: "red", segment_id: 7, rank: 2, kind: "play" },
    { query: "red", segment_id: 7, rank: 2, kind: "edit" },
  ]);
});
