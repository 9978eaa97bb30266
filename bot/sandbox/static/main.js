// Puts the page together: who is looking, which conversation, what is in it.

import { Feed, get, Refused, send } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { Modal } from "./dialogs.js";
import { byId, el } from "./dom.js";
import { renderLog, roomLabel } from "./messages.js";
import { wordsFor } from "./words.js";

const start = JSON.parse(byId("start").textContent);
const people = start.members.filter((member) => !member.is_bot);
const asked = new URLSearchParams(location.search);
const state = { messages: new Map(), views: [], unread: new Set() };
let person = people.find((one) => one.id === (asked.get("person") ?? recall("person"))) ?? people[0];
let room = start.conversations.find((one) => one.id === (asked.get("channel") ?? recall("channel"))) ?? start.conversations[0];
let words = wordsFor(person.locale);
let feed = null;
let toastTimer = 0;
// What one sends is shown even to someone who has scrolled up.
let followNext = false;

const composer = new Composer((text, thread) => {
  followNext = true;
  attempt("/page/say", { channel: room.id, text, thread_ts: thread });
});
const modal = new Modal(renderBlocks, {
  send: async (view, values) => (await attempt("/page/submit", { view_id: view.id, values }))?.errors ?? {},
  close: (view) => attempt("/page/close", { view_id: view.id }),
});

function context() {
  return {
    start,
    room,
    words,
    locale: person.locale,
    timezone: person.timezone,
    press: (message, block, element, chosen) =>
      attempt("/page/press", {
        channel: message.channel,
        ts: message.ts,
        block_id: block.block_id,
        action_id: element.action_id,
        chosen: chosen ?? null,
      }),
    reply: (message, name) => composer.replyTo(message, name),
    draft: (text) => composer.fill(text),
  };
}

/** Sends as the current person; what goes wrong is said and not thrown. */
async function attempt(path, body) {
  try {
    return await send(path, { person: person.id, ...body });
  } catch (error) {
    toast(error instanceof Refused ? words("failed", { error: error.message }) : words("lost"));
    return null;
  }
}

function receive(update, isWhole) {
  if (isWhole) state.messages.clear();
  for (const message of update.messages) {
    const isNew = !state.messages.has(key(message));
    state.messages.set(key(message), message);
    if (isNew && !isWhole && message.channel !== room.id) state.unread.add(message.channel);
  }
  state.views = update.views;
  modal.show(state.views, context());
  if (isWhole || update.messages.length > 0) drawLog(isWhole);
  drawRooms();
}

const key = (message) => `${message.channel} ${message.ts}`;

function drawLog(jump = false) {
  const log = byId("log");
  const atEnd = jump || followNext || isAtEnd(log);
  followNext = false;
  const last = [...state.messages.values()].sort((one, other) => one.ts.localeCompare(other.ts));
  const focus = document.activeElement?.closest?.(".message")?.dataset.ts;
  log.replaceChildren(...renderLog(last, context()));
  if (atEnd) showNewest(log);
  byId("newer").hidden = atEnd || isAtEnd(log);
  if (focus) log.querySelector(`[data-ts="${CSS.escape(focus)}"] .b-actions button`)?.focus({ preventScroll: true });
}

function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 120;
}

/** The end of the log, but the top of the last message where that is longer than the log. */
function showNewest(log) {
  const newest = log.lastElementChild;
  log.scrollTop = newest && newest.offsetHeight > log.clientHeight
    ? newest.offsetTop - log.offsetTop
    : log.scrollHeight;
}

function drawRooms() {
  const list = (kind) =>
    start.conversations
      .filter((one) => one.kind === kind)
      .map((one) =>
        el(
          "button",
          {
            type: "button",
            class: `room-link ${one.id === room.id ? "current" : ""} ${state.unread.has(one.id) ? "unread" : ""}`,
            "aria-current": one.id === room.id ? "page" : null,
            onclick: () => enter(one),
          },
          el("span", { class: "room-mark" }, one.kind === "im" ? "●" : "#"),
          one.name,
        ),
      );
  byId("rooms").replaceChildren(
    el("h2", {}, words("channels")),
    ...list("channel"),
    el("h2", {}, words("directMessages")),
    ...list("im"),
  );
}

function enter(chosen) {
  room = chosen;
  remember("channel", room.id);
  state.unread.delete(room.id);
  byId("room-name").textContent = roomLabel(room);
  byId("room-topic").textContent = person.locale.startsWith("ko") ? room.topic_ko : room.topic;
  composer.configure({ words, start, roomName: room.kind === "im" ? room.name : `#${room.name}` });
  openMenu(false);
  drawRooms();
  drawLog(true);
}

function become(chosen) {
  person = chosen;
  words = wordsFor(person.locale);
  remember("person", person.id);
  document.documentElement.lang = person.locale.slice(0, 2);
  byId("person-label").textContent = words("you");
  byId("menu").setAttribute("aria-label", words("openMenu"));
  byId("log").setAttribute("aria-label", words("messages"));
  byId("newer").textContent = words("newer");
  byId("person").replaceChildren(
    ...people.map((one) => el("option", { value: one.id, selected: one.id === person.id }, one.name)),
  );
  feed?.stop();
  state.messages.clear();
  enter(room);
  feed = new Feed(person.id, receive, (gone) => gone && toast(words("lost")));
  lookForBot();
}

async function lookForBot() {
  const reachable = await get("/page/bot").then((answer) => answer.reachable).catch(() => false);
  const mark = byId("bot-state");
  mark.textContent = words(reachable ? "online" : "offline");
  mark.classList.toggle("on", reachable);
}

function openMenu(open) {
  byId("app").classList.toggle("menu-open", open);
  byId("scrim").hidden = !open;
  byId("menu").setAttribute("aria-expanded", String(open));
}

function toast(text) {
  const note = byId("toast");
  note.textContent = text;
  note.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (note.hidden = true), 6000);
}

function recall(name) {
  return localStorage.getItem(`clipops-sandbox-${name}`);
}

function remember(name, value) {
  localStorage.setItem(`clipops-sandbox-${name}`, value);
}

byId("newer").addEventListener("click", () => showNewest(byId("log")));
byId("log").addEventListener("scroll", () => {
  if (isAtEnd(byId("log"))) byId("newer").hidden = true;
}, { passive: true });
byId("menu").addEventListener("click", () => openMenu(true));
byId("scrim").addEventListener("click", () => openMenu(false));
byId("person").addEventListener("change", (event) =>
  become(people.find((one) => one.id === event.target.value)),
);
setInterval(lookForBot, 5000);
become(person);
