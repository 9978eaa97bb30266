/** The list of segments, and the deleted ones that can come back. */

import { at } from "../segments.js";
import { language, t } from "../strings.js";
import { range } from "../time.js";

const KINDS = { shot: "Shot", activity: "Activity", quiet: "Quiet", manual: "Made by hand" };

export class Rows {
  constructor(store, player, actions) {
    this.store = store;
    this.player = player;
    this.list = document.getElementById("rows");
    this.template = document.getElementById("row-template").content.firstElementChild;
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const segment = store.segments.find((item) => item.id === Number(row.dataset.segment));
      if (!segment) return;
      const again = segment.id === store.selectedId;
      store.select(segment.id, { by: "list" });
      player.seek(segment.start_ms);
      // A mouse click leaves the keyboard to the page; Enter on the selected row writes.
      if (event.detail > 0) document.activeElement?.blur();
      else if (again) store.dispatchEvent(new Event("write"));
    });
    document.getElementById("deleted-rows").addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      const segment = store.timeline.deleted.find((item) => item.id === Number(row?.dataset.segment));
      if (event.target.closest(".row-link")) event.preventDefault();
      if (!segment) return;
      if (event.target.closest("[data-restore]")) actions.restore(segment);
      else player.seek(segment.start_ms);
    });
    store.addEventListener("segments", () => this.render());
    store.addEventListener("selection", () => this.#showSelection(true));
    player.addEventListener("moved", () => this.#showCurrent());
    this.render();
    this.#showSelection(true);
  }

  render() {
    const present = new Map([...this.list.children].map((row) => [Number(row.dataset.segment), row]));
    const rows = this.store.segments.map((segment) => {
      const row = present.get(segment.id) ?? this.template.cloneNode(true);
      fill(row, segment);
      return row;
    });
    const focused = document.activeElement;
    this.list.replaceChildren(...rows);
    if (this.list.contains(focused)) focused.focus({ preventScroll: true });
    document.getElementById("segment-count").textContent = rows.length;
    document.getElementById("no-segments").hidden = rows.length > 0;
    this.#renderDeleted();
    this.#showSelection(false);
    this.#showCurrent();
  }

  #renderDeleted() {
    const { deleted } = this.store.timeline;
    const holder = document.getElementById("deleted");
    holder.hidden = deleted.length === 0;
    holder.firstElementChild.textContent = t("{count} deleted", { count: deleted.length });
    const rows = deleted.map((segment) => {
      const row = this.template.cloneNode(true);
      fill(row, segment);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small";
      button.dataset.restore = segment.id;
      button.textContent = t("Restore");
      row.append(button);
      return row;
    });
    document.getElementById("deleted-rows").replaceChildren(...rows);
  }

  #showSelection(reveal) {
    for (const row of this.list.children) {
      const on = Number(row.dataset.segment) === this.store.selectedId;
      if (on) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (on && reveal) this.#reveal(row);
    }
  }

  /** Only within the list: on a small screen the page stays where the reader is. */
  #reveal(row) {
    const panel = document.getElementById("panel-segments");
    if (panel.scrollHeight <= panel.clientHeight) return;
    const [top, bottom] = [row.offsetTop - panel.offsetTop, row.offsetTop - panel.offsetTop + row.offsetHeight];
    if (top < panel.scrollTop) panel.scrollTop = top;
    else if (bottom > panel.scrollTop + panel.clientHeight) panel.scrollTop = bottom - panel.clientHeight;
  }

  #showCurrent() {
    const current = at(this.store.segments, this.player.ms)?.id ?? null;
    if (current === this.current) return;
    this.current = current;
    for (const row of this.list.children) {
      row.classList.toggle("under-playhead", Number(row.dataset.segment) === current);
    }
  }
}

function fill(row, segment) {
  const [first, second] =
    language === "ko" ? [segment.caption_ko, segment.caption] : [segment.caption, segment.caption_ko];
  const slot = (name) => row.querySelector(`[data-slot=${name}]`);
  const set = (name, text) => {
    if (slot(name).textContent !== text) slot(name).textContent = text;
  };
  row.dataset.segment = segment.id;
  row.dataset.kind = segment.kind;
  row.querySelector("a").setAttribute("href", `?segment=${segment.id}`);
  const image = row.querySelector("img");
  if (image.getAttribute("src") !== segment.thumbnail) image.setAttribute("src", segment.thumbnail);
  set("time", range(segment.start_ms, segment.end_ms));
  set("kind", t(KINDS[segment.kind]));
  slot("needs").hidden = !segment.needs_caption;
  set("caption", first || second || t("No caption yet"));
  set("other", first && second ? second : "");
  slot("other").hidden = !(first && second);
}
