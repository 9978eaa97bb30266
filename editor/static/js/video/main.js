/** Puts the video page together. */

import { bindKeys } from "../keys.js";
import * as algebra from "../segments.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";
import { Actions } from "./actions.js";
import { Captions } from "./captions.js";
import { followSearch } from "./from_search.js";
import { History } from "./history.js";
import { Inspector } from "./inspector.js";
import { People } from "./people.js";
import { Player } from "./player.js";
import { Proposals } from "./proposals.js";
import { Rows } from "./rows.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { bindTrimming } from "./trimming.js";

const page = JSON.parse(document.getElementById("page").textContent);
const table = JSON.parse(document.getElementById("keys").textContent);

const store = new Store(page);
const player = new Player(document.getElementById("player"), store, page.start_ms);
const actions = new Actions(store, player);
const timeline = new Timeline(store, player);
const captions = new Captions(store);
const history_ = new History(store);
const tabs = new Tabs(() => history_.refresh());
const people = new People(store, player, actions);
const proposals = new Proposals(store, () => actions.undo());
new Inspector(store, player, actions);
new Rows(store, player, actions);
new Sync(store);
bindTrimming(store, player, timeline, actions);
const following = followSearch(page.search, store, player);

function walk(direction) {
  const { segments, selected } = store;
  const from = selected ?? algebra.at(segments, player.ms);
  const step = direction > 0 ? algebra.next : algebra.previous;
  const target = from ? step(segments, from.id) : segments[0];
  if (!target) return;
  store.select(target.id, { by: "keys" });
  player.seek(target.start_ms);
}

function chosen() {
  const segment = store.selected ?? algebra.at(store.segments, player.ms);
  if (!segment) toast(t("Choose a segment first."), { bad: true });
  else store.select(segment.id, { by: "keys" });
  return segment;
}

function playSegment() {
  const segment = chosen();
  if (segment) player.playWithin(segment);
}

function loop() {
  const on = !player.looping;
  if (on && !chosen()) return;
  player.setLooping(on);
  document.querySelector("[data-action=loop]").setAttribute("aria-pressed", String(on));
  if (on) toast(t("Repeating this segment"));
}

async function copyLink() {
  const url = new URL(location.pathname, location.origin);
  const segment = store.selected;
  if (segment) url.searchParams.set("segment", segment.id);
  else url.searchParams.set("t", player.ms);
  try {
    await navigator.clipboard.writeText(url.href);
    toast(t("Link copied"));
    if (segment && following?.is(segment.id)) following.did("share");
  } catch {
    window.history.replaceState(null, "", url);
    toast(t("The link could not be copied; it is in the address bar."));
  }
}

const run = {
  play: () => player.toggle(),
  "play-segment": playSegment,
  loop,
  slower: () => player.faster(-1),
  faster: () => player.faster(1),
  "back-frame": () => player.step(-1),
  "forward-frame": () => player.step(1),
  "back-second": () => player.seek(player.ms - 1000),
  "forward-second": () => player.seek(player.ms + 1000),
  "back-five": () => player.seek(player.ms - 5000),
  "forward-five": () => player.seek(player.ms + 5000),
  "previous-segment": () => walk(-1),
  "next-segment": () => walk(1),
  "zoom-in": () => timeline.zoomBy(1.5),
  "zoom-out": () => timeline.zoomBy(1 / 1.5),
  "zoom-fit": () => timeline.fit(),
  split: () => actions.split(),
  merge: () => actions.merge(),
  "set-start": () => actions.setStart(),
  "set-end": () => actions.setEnd(),
  create: () => actions.create(),
  caption: () => chosen() && captions.focus(),
  "caption-again": () => proposals.open(),
  people: () => chosen() && people.focus(),
  delete: () => actions.delete(),
  undo: () => actions.undo(),
  redo: () => actions.redo(),
  history: () => tabs.toggle("tab-history"),
  "copy-link": copyLink,
  search: () => document.getElementById("search").focus(),
  help: () => document.getElementById("help").showModal(),
};

bindKeys(table, (action) => {
  const button = document.querySelector(`[data-action="${action}"]`);
  if (!button?.disabled) run[action]();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button) return;
  run[button.dataset.action]();
  // A mouse click leaves the keyboard to the page: Space plays rather than pressing this again.
  if (event.detail > 0) button.blur();
});

store.addEventListener("selection", () => {
  const segment = store.selected;
  const url = new URL(location.href);
  url.searchParams.delete("t");
  if (segment && segment.id > 0) url.searchParams.set("segment", segment.id);
  else url.searchParams.delete("segment");
  window.history.replaceState(null, "", url);
  if (segment) timeline.reveal(segment.start_ms);
  if (player.looping) player.setLooping(true);
});

store.addEventListener("write", () => captions.focus());

player.addEventListener("moved", () => {
  if (!player.playing || captions.dirty || captions.form.contains(document.activeElement)) return;
  const under = algebra.at(store.segments, player.ms);
  if (under && !player.looping) store.select(under.id, { by: "playing" });
});

const mute = document.getElementById("mute");
mute?.addEventListener("click", () => {
  player.element.muted = !player.element.muted;
  mute.setAttribute("aria-pressed", String(player.element.muted));
});

document.getElementById("fullscreen").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else player.element.parentElement.requestFullscreen();
});

if (page.start_ms > 0) timeline.reveal(page.start_ms);
