/** Words written on a segment that is gone: shown until it is back or the person lets them go. */

import { ApiError, post } from "../api.js";
import { byId } from "../segments.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";

export class LostWords {
  /** `drop(id)` forgets the draft of a segment for good. */
  constructor(store, drop) {
    this.store = store;
    this.drop = drop;
    this.holder = document.getElementById("lost-words");
    this.template = document.getElementById("lost-words-template").content.firstElementChild;
    // Segment id -> {base, words} as the captions keep them.
    this.entries = new Map();
  }

  keep(id, entry) {
    this.entries.set(id, entry);
    this.#render();
  }

  /** The words whose segments are there again; from here on they are the caller's. */
  takeBack() {
    const found = [...this.entries].filter(([id]) => byId(this.store.timeline.segments, id));
    for (const [id] of found) this.entries.delete(id);
    this.#render();
    return found;
  }

  #render() {
    this.holder.hidden = this.entries.size === 0;
    this.holder.replaceChildren(...[...this.entries].map(([id, entry]) => this.#item(id, entry)));
  }

  #item(id, { words }) {
    const item = this.template.cloneNode(true);
    const deleted = byId(this.store.timeline.deleted, id);
    for (const name of ["caption", "caption_ko"]) {
      item.querySelector(`[data-slot=${name}]`).textContent = words[name];
    }
    const button = (name, run) => {
      const found = item.querySelector(`[data-do=${name}]`);
      found.addEventListener("click", run);
      return found;
    };
    button("restore", () => this.#restore(deleted)).hidden = !deleted;
    button("copy", () => copy(Object.values(words).filter(Boolean).join("\n")));
    button("discard", () => {
      this.entries.delete(id);
      this.drop(id);
      this.#render();
    });
    return item;
  }

  #restore(segment) {
    return this.store.queue(async () => {
      try {
        const body = { expected_revision: segment.revision };
        this.store.accept(await post(`/api/segments/${segment.id}/restore`, body));
        this.store.select(segment.id, { by: "edit" });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        toast(error.message, { bad: true });
      }
    });
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("Words copied"));
  } catch {
    toast(t("The words could not be copied; select them and copy them by hand."), { bad: true });
  }
}
