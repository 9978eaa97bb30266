/** The history panel: fetched when it is looked at, its Revert buttons. */

import { part } from "../api.js";
import { revert } from "../revert.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";

export class History {
  constructor(store) {
    this.store = store;
    this.holder = document.getElementById("history");
    this.panel = document.getElementById("panel-history");
    this.stale = false;
    this.asked = 0;
    this.holder.addEventListener("click", (event) => {
      const button = event.target.closest("[data-revert]");
      if (button) this.#revert(button);
    });
    store.addEventListener("timeline", () => {
      this.stale = true;
      this.refresh();
    });
  }

  async refresh() {
    if (!this.stale || this.panel.hidden) return;
    this.stale = false;
    this.asked += 1;
    const number = this.asked;
    const html = await part(this.holder.dataset.part).catch(() => null);
    // Answers may overtake each other; only the one asked for last is new.
    if (number !== this.asked) return;
    if (html === null) this.stale = true;
    else this.holder.innerHTML = html;
  }

  #revert(button) {
    button.disabled = true;
    return this.store.queue(async () => {
      try {
        const timeline = await revert(Number(button.dataset.revert));
        if (timeline) {
          this.store.accept(timeline);
          toast(t("Reverted"));
        }
      } catch (error) {
        toast(error.message, { bad: true });
      }
      button.disabled = false;
    });
  }
}
