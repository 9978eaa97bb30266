// mrkdwn nodes and text objects as elements.

import { el } from "./dom.js";
import { parse } from "./mrkdwn.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", quote: "blockquote" };

/** A text object of Block Kit. `context` has `start`, `locale` and `timezone`. */
export function richText(object, context) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, context);
  return [object.text];
}

export function mrkdwn(text, context) {
  return parse(text).map((node) => render(node, context));
}

function render(node, context) {
  if (TAGS[node.type]) {
    return el(TAGS[node.type], {}, node.children.map((child) => render(child, context)));
  }
  switch (node.type) {
    case "break":
      return el("br");
    case "code":
      return el("code", { class: node.text.length <= 24 ? "short" : null }, node.text);
    case "pre":
      return el("pre", {}, node.text);
    case "link":
      return el("a", { href: node.url, target: "_blank", rel: "noopener noreferrer" }, node.text);
    case "mention":
      return el("span", { class: "mention" }, `@${memberName(node.user, context)}`);
    case "channel":
      return el("span", { class: "mention" }, `#${roomName(node.channel, context)}`);
    case "broadcast":
      return el("span", { class: "mention loud" }, node.text);
    case "date":
      return el("time", {}, formatDate(node, context));
    default:
      return node.text;
  }
}

function memberName(id, { start }) {
  return start.members.find((member) => member.id === id)?.name ?? id;
}

function roomName(id, { start }) {
  return start.conversations.find((room) => room.id === id)?.name ?? id;
}

/** `{date_short} {time}` in the reader's time zone and language. */
function formatDate({ seconds, format, fallback }, { locale, timezone }) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const show = (options) => new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options }).format(at);
  const day = { year: "numeric", month: "short", day: "numeric" };
  return format
    .replace(/\{date_num\}/g, show({ year: "numeric", month: "2-digit", day: "2-digit" }))
    .replace(/\{date(_short|_long)?(_pretty)?\}/g, show(day))
    .replace(/\{time(_secs)?\}/g, show({ hour: "numeric", minute: "2-digit" }));
}
