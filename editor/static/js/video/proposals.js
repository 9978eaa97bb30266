/** Captions by the configured model beside those there are: ticked, and applied as one operation. */

import { ApiError, get, post } from "../api.js";
import { t } from "../strings.js";
import { range } from "../time.js";
import { toast } from "../toast.js";

const POLL_MS = 1500;

export class Proposals {
  constructor(store, undo) {
    this.store = store;
    this.undo = undo;
    this.dialog = document.getElementById("proposals");
    this.form = document.getElementById("proposals-form");
    this.state = document.getElementById("again-state");
    this.template = document.getElementById("proposal-template").content.firstElementChild;
    this.path = `/api/videos/${store.video.id}/proposals`;
    // Tokens the person has unticked; everything else that is not stale is ticked.
    this.without = new Set();
    this.timer = null;
    for (const button of this.dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
    this.#slot("propose").addEventListener("click", () => this.#ask(post(this.path, {})));
    this.#slot("drop").addEventListener("click", () => this.#ask(post(`${this.path}/drop`, {})));
    this.form.addEventListener("change", (event) => this.#ticked(event.target));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
  }

  open() {
    this.without.clear();
    this.#slot("error").hidden = true;
    if (!this.dialog.open) this.dialog.showModal();
    this.#ask(get(this.path));
  }

  /** Show what the server answers; while the model is looking, ask again. */
  async #ask(request) {
    clearTimeout(this.timer);
    try {
      this.#show(await request);
    } catch (error) {
      this.#failed(error);
    }
  }

  #show(found) {
    this.found = found;
    const { rows, busy } = found;
    const slots = { progress: busy, drop: rows.length > 0 && !busy, all: rows.length > 0, apply: rows.length > 0 };
    for (const [name, shown] of Object.entries(slots)) this.#slot(name).hidden = !shown;
    this.#slot("propose").hidden = busy || !found.configured;
    this.#slot("propose").textContent = rows.length ? t("Propose for the others") : t("Propose captions");
    this.#slot("propose").classList.toggle("primary", !rows.length);
    this.#slot("progress").querySelector("progress").value = found.progress;
    const hint = this.#slot("hint");
    hint.textContent = found.configured || rows.length ? (rows.length ? hint.dataset.judge : hint.dataset.ask) : found.sentence;
    if (this.asked && !busy && !rows.length && !found.error) {
      hint.textContent = t("Nothing to propose: every caption here is this model's already, or it had no words.");
    }
    this.asked = busy;
    this.#slot("error").hidden = !found.error;
    this.#slot("error").textContent = found.error;
    this.#slot("rows").replaceChildren(...rows.map((row) => this.#row(row)));
    this.#count();
    this.state.textContent = rows.length ? t("{count} proposed", { count: rows.length }) : "";
    if (busy) this.timer = setTimeout(() => this.#ask(get(this.path)), POLL_MS);
  }

  #row(row) {
    const node = this.template.cloneNode(true);
    const slot = (name) => node.querySelector(`[data-slot=${name}]`);
    for (const name of ["before", "before_ko", "caption", "caption_ko"]) {
      slot(name).textContent = row[name];
      slot(name).hidden = !row[name];
    }
    slot("before_author").textContent = row.before_author;
    slot("author").textContent = row.author;
    slot("time").textContent = range(row.start_ms, row.end_ms);
    slot("stale").hidden = !row.stale;
    node.classList.toggle("stale", row.stale);
    node.querySelector("img").src = row.thumbnail;
    const box = node.querySelector("input");
    box.value = row.token;
    box.disabled = row.stale;
    box.checked = !row.stale && !this.without.has(row.token);
    return node;
  }

  #ticked(box) {
    if (box.name === "all") {
      for (const one of this.#boxes()) one.checked = box.checked && !one.disabled;
    }
    for (const one of this.#boxes()) {
      if (one.checked || one.disabled) this.without.delete(one.value);
      else this.without.add(one.value);
    }
    this.#count();
  }

  #count() {
    const boxes = this.#boxes().filter((box) => !box.disabled);
    const count = boxes.filter((box) => box.checked).length;
    const all = this.form.elements.all;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    all.disabled = boxes.length === 0;
    this.#slot("count").textContent = t("{count} of {total} ticked", { count, total: this.#boxes().length });
    this.#slot("apply").textContent = t("Apply {count}", { count });
    this.#slot("apply").disabled = count === 0;
  }

  #apply() {
    const tokens = this.#boxes().filter((box) => box.checked).map((box) => box.value);
    if (!tokens.length) return null;
    this.#slot("apply").disabled = true;
    return this.store.queue(async () => {
      try {
        const result = await post(`${this.path}/take`, { tokens });
        this.store.accept(result);
        this.dialog.close();
        this.#ask(get(this.path));
        toast(result.sentence, { action: { label: t("Undo"), run: this.undo } });
      } catch (error) {
        this.#failed(error);
        if (error.status === 409) this.#ask(get(this.path).then((found) => ({ ...found, error: error.message })));
      }
    });
  }

  #failed(error) {
    if (!(error instanceof ApiError)) throw error;
    this.#slot("error").textContent = error.message;
    this.#slot("error").hidden = false;
    this.#slot("apply").disabled = false;
  }

  #boxes() {
    return [...this.#slot("rows").querySelectorAll("input[name=pick]")];
  }

  #slot(name) {
    return this.dialog.querySelector(`[data-slot=${name}]`);
  }
}
