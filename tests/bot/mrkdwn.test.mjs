// The sandbox's mrkdwn, tested without a browser: node --test tests/bot/mrkdwn.test.mjs

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, parse } from "../../bot/sandbox/static/mrkdwn.js";

const kinds = (source) => parse(source).map((node) => node.type);
const words = (nodes) =>
  nodes.map((node) => (node.children ? words(node.children) : node.text ?? "")).join("");

test("marks format between word borders only", () => {
  for (const [source, expected] of [
    ["*bold*", ["bold"]],
    ["a *bold* word", ["text", "bold", "text"]],
    ["snake_case_name", ["text"]],
    ["2*3*4", ["text"]],
    ["* not bold *", ["text"]],
    ["*굵게*은", ["text"]],
    ["*굵게*: 설명", ["bold", "text"]],
    ["_it_ ~no~ `x`", ["italic", "text", "strike", "text", "code"]],
  ]) {
    assert.deepEqual(kinds(source), expected, source);
  }
});

test("only three entities exist, decoded once", () => {
  assert.equal(decode("&amp;lt; &lt;b&gt; &quot;"), "&lt; <b> &quot;");
});

test("escaped text never becomes a mention or a link", () => {
  assert.deepEqual(kinds("&lt;!channel&gt; &lt;@U0ALEX&gt;"), ["text"]);
  assert.equal(words(parse("&lt;!channel&gt;")), "<!channel>");
});

test("control sequences are recognised", () => {
  assert.deepEqual(parse("<@U0ALEX>"), [{ type: "mention", user: "U0ALEX" }]);
  assert.deepEqual(parse("<!here>"), [{ type: "broadcast", text: "@here" }]);
  assert.deepEqual(parse("<https://a.example/?a=1&amp;b=2|a &amp; b>"), [
    { type: "link", url: "https://a.example/?a=1&b=2", text: "a & b" },
  ]);
  assert.deepEqual(parse("<!date^86400^{date_short} {time}|then>"), [
    { type: "date", seconds: 86400, format: "{date_short} {time}", fallback: "then" },
  ]);
  assert.deepEqual(kinds("<javascript:alert(1)|x>"), ["text"]);
});

test("code and quotes keep their text", () => {
  assert.deepEqual(parse("```a *b*```"), [{ type: "pre", text: "a *b*" }]);
  assert.deepEqual(kinds("```never closed"), ["text"]);
  assert.deepEqual(kinds("&gt; quoted\n&gt; more\nafter"), ["quote", "text"]);
  assert.deepEqual(kinds("```code```\nafter"), ["pre", "text"]);
  assert.deepEqual(kinds("one\ntwo"), ["text", "break", "text"]);
});

test("nothing is lost", () => {
  for (const source of ["*", "**", "* a", "<", "<>", "a < b", ":nope:", "`", "``", "_a*b_c*"]) {
    assert.equal(words(parse(source)), source);
  }
});
