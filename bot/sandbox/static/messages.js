// The log: messages of one conversation, oldest first, replies below what they answer.

import { renderBlocks } from "./blocks.js";
import { el, icon } from "./dom.js";
import { mrkdwn } from "./rich.js";

/** Elements for the messages of `context.room`. */
export function renderLog(messages, context) {
  const shown = messages.filter((message) => message.channel === context.room.id && !message.deleted);
  const tops = new Set(shown.filter((message) => !message.thread_ts).map((message) => message.ts));
  const parts = [beginning(context)];
  let day = "";
  for (const message of shown) {
    if (message.thread_ts && tops.has(message.thread_ts)) continue;
    const today = dayOf(message, context);
    if (today !== day) parts.push(el("div", { class: "day" }, el("span", {}, today)));
    day = today;
    parts.push(renderMessage(message, context));
    const replies = shown.filter((reply) => reply.thread_ts === message.ts);
    if (replies.length > 0) {
      parts.push(
        el(
          "div",
          { class: "thread" },
          el("p", { class: "muted" }, icon("thread"), context.words("thread")),
          replies.map((reply) => renderMessage(reply, context)),
        ),
      );
    }
  }
  return parts;
}

function renderMessage(message, context) {
  const { words, start } = context;
  const author = start.members.find((member) => member.id === message.user);
  const isBot = message.user === start.bot;
  const name = author?.name ?? "Slackbot";
  const press = (block, element, chosen) => context.press(message, block, element, chosen);
  const body = message.blocks.length > 0
    ? renderBlocks(message.blocks, { ...context, press })
    : el("div", { class: "b-text" }, mrkdwn(message.text, context));
  const reply = message.ephemeral || message.thread_ts
    ? null
    : el(
        "button",
        { class: "icon-button reply", type: "button", "aria-label": words("reply"), title: words("reply"), onclick: () => context.reply(message, name) },
        icon("thread"),
      );
  return el(
    "article",
    { class: `message ${message.ephemeral ? "ephemeral" : ""} ${message.from_slack ? "slackbot" : ""}`, dataset: { ts: message.ts } },
    avatar(message.user, name, isBot),
    el(
      "div",
      { class: "content" },
      message.ephemeral && el("p", { class: "only-you" }, icon("eye"), words("onlyYou")),
      el(
        "p",
        { class: "byline" },
        el("strong", {}, name),
        isBot && el("span", { class: "badge" }, words("app")),
        el("time", {}, timeOf(message, context)),
        message.edited && el("span", { class: "muted" }, words("edited")),
      ),
      body,
    ),
    reply,
  );
}

function avatar(user, name, isBot) {
  if (isBot) return el("img", { class: "avatar", src: "/static/icon.svg", alt: "" });
  const tone = [...user].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 4;
  return el("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, [...name][0]);
}

/** What an empty conversation begins with: two commands to try. */
function beginning(context) {
  const { words, start, locale } = context;
  const examples = locale.startsWith("ko") ? ["빨간 옷", "red jacket"] : ["red jacket", "빨간 옷"];
  const commands = [...examples, locale.startsWith("ko") ? "도움말" : "help"].map((text) => `${start.commands[0]} ${text}`);
  return el(
    "section",
    { class: "beginning" },
    el("h2", {}, roomLabel(context.room)),
    el("p", {}, words("beginning", { room: roomLabel(context.room) }), " ", words("tryThis")),
    el(
      "p",
      { class: "examples" },
      commands.map((command) => el("button", { type: "button", class: "example", onclick: () => context.draft(command) }, command)),
    ),
  );
}

export function roomLabel(room) {
  return room.kind === "im" ? room.name : `# ${room.name}`;
}

function timeOf(message, { locale, timezone }) {
  const options = { hour: "numeric", minute: "2-digit", timeZone: timezone };
  return new Intl.DateTimeFormat(locale, options).format(new Date(Number(message.ts) * 1000));
}

function dayOf(message, { locale, timezone, words }) {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: timezone });
  const day = (at) => format.format(at);
  const shown = day(new Date(Number(message.ts) * 1000));
  if (shown === day(new Date())) return words("today");
  return shown === day(new Date(Date.now() - 86_400_000)) ? words("yesterday") : shown;
}
