/** Who is seen in the selected segment, and what can be said about them right there. */

import { ApiError, get } from "../api.js";
import * as operations from "../people/operations.js";
import { WhoDialog } from "../people/who_dialog.js";
import { t } from "../strings.js";
import { range } from "../time.js";
import { toast } from "../toast.js";

export class People {
  constructor(store, player, actions) {
    this.store = store;
    this.actions = actions;
    this.dialog = new WhoDialog();
    this.list = document.querySelector("[data-slot=seen-people]");
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const one = this.#seen.find((item) => item.id === Number(button.closest("li").dataset.appearance));
      if (button.dataset.at) player.seek(Number(button.dataset.at));
      else if (one) this.#act(button, one);
    });
    store.addEventListener("selection", () => this.#render());
    store.addEventListener("segments", () => this.#render());
    this.#render();
  }

  /** To the first person of the segment; says so where there is none. */
  focus() {
    const first = this.list.querySelector("button, a");
    if (first) {
      first.focus({ preventScroll: true });
      this.list.scrollIntoView({ block: "nearest" });
    } else toast(t("No face was recognised in this segment."));
  }

  get #seen() {
    const segment = this.store.selected;
    if (!segment) return [];
    return this.store.timeline.appearances.filter(
      (one) => one.start_ms < segment.end_ms && segment.start_ms < one.end_ms,
    );
  }

  #render() {
    const focused = document.activeElement;
    const place = this.list.contains(focused)
      ? [focused.closest("li").dataset.appearance, focused.dataset.do ?? ""]
      : null;
    this.list.replaceChildren(...this.#seen.map(rowOf));
    if (!place) return;
    const row = this.list.querySelector(`[data-appearance="${place[0]}"]`) ?? this.list.firstElementChild;
    (row?.querySelector(`[data-do="${place[1]}"]`) ?? row?.querySelector("button"))?.focus();
  }

  #act(button, one) {
    const said = (outcome) => this.actions.said(outcome);
    const run = {
      assign: () => operations.askAssign(this.dialog, one, said),
      name: async () => operations.askName(this.dialog, await get(`/api/people/${one.person.id}`), said),
      reject: async () => void said(await operations.reject(one)),
      decide: async () => void said(await operations.decide(one, Number(button.dataset.person))),
    }[button.dataset.do];
    return this.store.queue(async () => {
      try {
        await run();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        toast(error.message, { bad: true });
        if (error.status === 409) said(null);
      }
    });
  }
}

function rowOf(one) {
  const row = document.createElement("li");
  row.dataset.appearance = one.id;
  const face = new Image(40, 40);
  Object.assign(face, { src: one.face, alt: "", className: "face" });
  const about = document.createElement("div");
  about.className = "seen-about";
  about.append(nameOf(one), button({ at: one.at_ms }, range(one.start_ms, one.end_ms), "seen-at"));
  const actions = document.createElement("div");
  actions.className = "seen-actions";
  actions.append(...actionsOf(one), likeFace(one));
  row.append(face, about, actions);
  return row;
}

function nameOf(one) {
  const name = document.createElement(one.person ? "a" : "b");
  name.className = "seen-name";
  name.textContent = one.words;
  if (one.person) name.href = one.person.url;
  if (one.person?.group) {
    const group = document.createElement("small");
    group.textContent = one.person.group;
    name.append(" ", group);
  }
  return name;
}

function actionsOf(one) {
  if (one.person?.name) return [button({ do: "reject" }, t("Not this person"))];
  if (one.person) return [button({ do: "name" }, t("Name…"))];
  const choices = one.candidates.length === 2 ? one.candidates : [];
  return [
    ...choices.map((person) => button({ do: "decide", person: person.id }, person.words)),
    button({ do: "assign" }, choices.length ? t("Somebody else…") : t("This is…")),
  ];
}

function likeFace(one) {
  const link = document.createElement("a");
  link.className = "button small quiet";
  link.href = `/search?face=${one.id}`;
  link.textContent = t("Find this face");
  return link;
}

function button(data, words, look = "button small") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = words;
  Object.assign(made.dataset, data);
  return made;
}
