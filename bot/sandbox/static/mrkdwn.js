// Slack's mrkdwn as a tree of plain objects; no DOM here, so it is tested without a browser.

const EMOJI = {
  white_check_mark: "✅", warning: "⚠️", x: "❌", mag: "🔍", movie_camera: "🎥", eyes: "👀",
  bust_in_silhouette: "👤", hourglass_flowing_sand: "⏳", tada: "🎉", wave: "👋",
};
const WORD = /[\p{L}\p{N}]/u;
const MARKS = { "*": "bold", _: "italic", "~": "strike" };

/** Only these three entities exist in mrkdwn. */
export function decode(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** A list of nodes: {type: "text"|"bold"|"italic"|"strike"|"code"|"pre"|"quote"|"link"|…}. */
export function parse(source) {
  const nodes = [];
  const parts = source.split(/```/);
  const closed = parts.length % 2 === 1;
  parts.forEach((part, index) => {
    const isCode = index % 2 === 1 && (closed || index < parts.length - 1);
    if (isCode) nodes.push({ type: "pre", text: decode(part.replace(/^\n|\n$/g, "")) });
    else if (index % 2 === 1) nodes.push(...lines("```" + part));
    // The line ends with the block: a break right behind it is no empty line.
    else if (part) nodes.push(...lines(index > 0 ? part.replace(/^\n/, "") : part));
  });
  return nodes;
}

function lines(source) {
  const nodes = [];
  let quoted = null;
  source.split("\n").forEach((line, index) => {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      if (quoted) quoted.children.push({ type: "break" });
      else nodes.push((quoted = { type: "quote", children: [] }));
      quoted.children.push(...inline(quote[1]));
      return;
    }
    if (index > 0 && !quoted) nodes.push({ type: "break" });
    quoted = null;
    nodes.push(...inline(line));
  });
  return nodes;
}

function inline(source) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ type: "text", text: decode(plain) });
    plain = "";
  };
  for (let at = 0; at < source.length; ) {
    const found = special(source, at);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      plain += source[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function special(source, at) {
  const character = source[at];
  if (character === "`") {
    const end = source.indexOf("`", at + 1);
    if (end > at + 1) return { node: { type: "code", text: decode(source.slice(at + 1, end)) }, end: end + 1 };
  }
  if (character === "<") {
    const end = source.indexOf(">", at);
    const node = end > at + 1 ? control(source.slice(at + 1, end)) : null;
    if (node) return { node, end: end + 1 };
  }
  if (character === ":") {
    const found = /^:([a-z0-9_+-]+):/.exec(source.slice(at, at + 40));
    if (found && EMOJI[found[1]]) {
      return { node: { type: "text", text: EMOJI[found[1]] }, end: at + found[0].length };
    }
  }
  return MARKS[character] ? marked(source, at, character) : null;
}

/** `*bold*` counts only between word borders, with no space inside its stars. */
function marked(source, at, mark) {
  if (at > 0 && WORD.test(source[at - 1])) return null;
  if (!source[at + 1] || /\s/.test(source[at + 1]) || source[at + 1] === mark) return null;
  for (let end = source.indexOf(mark, at + 2); end > 0; end = source.indexOf(mark, end + 1)) {
    const after = source[end + 1];
    if (/\s/.test(source[end - 1]) || (after && WORD.test(after))) continue;
    return { node: { type: MARKS[mark], children: inline(source.slice(at + 1, end)) }, end: end + 1 };
  }
  return null;
}

/** What stands in `<…>`: a mention, a channel, a date, a broadcast or a link. */
function control(body) {
  const [target, label] = body.split(/\|(.*)/s);
  if (/^@[UW][A-Z0-9]+$/.test(target)) return { type: "mention", user: target.slice(1) };
  if (/^#C[A-Z0-9]+$/.test(target)) return { type: "channel", channel: target.slice(1) };
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    return { type: "date", seconds: Number(seconds), format, fallback: decode(label ?? "") };
  }
  if (/^!(channel|here|everyone)/.test(target)) return { type: "broadcast", text: `@${target.slice(1)}` };
  if (/^(https?|mailto):/.test(target)) {
    return { type: "link", url: decode(target), text: decode(label || target) };
  }
  return null;
}
