/** What is known of the selected segment besides its captions: place, kind, people, author. */

import { t } from "../strings.js";
import { format, parse, range } from "../time.js";
import { toast } from "../toast.js";

const KINDS = { shot: "Shot", activity: "Activity", quiet: "Quiet", manual: "Made by hand" };

export class Inspector {
  constructor(store, player, actions) {
    this.store = store;
    this.root = document.getElementById("inspector");
    this.form = document.getElementById("captions");
    for (const side of ["start", "end"]) {
      const field = this.form.elements[side];
      field.addEventListener("change", () => this.#edgeTyped(actions));
      field.addEventListener("keydown", (event) => {
        if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
        event.preventDefault();
        field.blur();
      });
    }
    for (const name of ["people", "things"]) {
      this.#slot(name).addEventListener("click", (event) => {
        const button = event.target.closest("[data-at]");
        if (button) player.seek(Number(button.dataset.at));
      });
    }
    store.addEventListener("selection", () => this.show());
    store.addEventListener("segments", () => this.show());
    this.show();
  }

  show() {
    const segment = this.store.selected;
    const title = document.getElementById("inspector-title");
    title.textContent = segment
      ? range(segment.start_ms, segment.end_ms)
      : t("No segment selected");
    this.form.hidden = !segment;
    this.#slot("hint").hidden = Boolean(segment);
    this.#slot("kind").hidden = !segment;
    this.#slot("needs-caption").hidden = !segment?.needs_caption;
    const similar = this.#slot("similar");
    similar.hidden = !segment || segment.id < 0;
    if (segment) similar.href = `/search?similar=${segment.id}`;
    if (!segment) return;
    this.#slot("kind").textContent = t(KINDS[segment.kind]);
    this.#slot("length").textContent = `${((segment.end_ms - segment.start_ms) / 1000).toFixed(1)} s`;
    this.#slot("author").textContent = segment.caption_author
      ? t("By {author}", { author: segment.caption_author })
      : "";
    for (const [side, ms] of [["start", segment.start_ms], ["end", segment.end_ms]]) {
      const field = this.form.elements[side];
      if (document.activeElement !== field) field.value = format(ms, 3).replace(/0{1,2}$/, "");
    }
    for (const mark of this.form.querySelectorAll("[data-stale]")) {
      mark.hidden = this.store.timeline.stale[segment.id] !== mark.dataset.stale;
    }
    this.#showSeen("people", segment.detections.filter((seen) => seen.label === "person"));
    this.#showSeen("things", segment.detections.filter((seen) => seen.label !== "person"));
  }

  #showSeen(name, detections) {
    const items = detections.map((seen) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = name === "people" ? "chip tone" : "chip";
      button.dataset.at = name === "people" ? seen.start_ms : seen.at_ms;
      button.dataset.tone = seen.attributes.upper ?? "";
      button.textContent = seen.words;
      button.title = range(seen.start_ms, seen.end_ms);
      item.append(button);
      return item;
    });
    this.#slot(name).replaceChildren(...items);
  }

  #edgeTyped(actions) {
    const segment = this.store.selected;
    if (!segment) return;
    const [start, end] = ["start", "end"].map((side) => parse(this.form.elements[side].value));
    if (start === null || end === null) {
      toast(t("Write a time such as 1:23.4"), { bad: true });
      this.show();
      return;
    }
    actions.trim(segment.id, start, end);
  }

  #slot(name) {
    return this.root.querySelector(`[data-slot=${name}]`);
  }
}
