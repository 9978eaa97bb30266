/** The captions of the selected segment: saved within a second of the last key, never lost. */

import { ApiError, post } from "../api.js";
import { askConflict } from "../dialogs.js";
import { byId } from "../segments.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";
import * as drafts from "./drafts.js";

const PAUSE_MS = 900;
const AGAIN_MS = 5000;
const NAMES = ["caption", "caption_ko"];

export class Captions {
  constructor(store) {
    this.store = store;
    this.form = document.getElementById("captions");
    this.button = document.getElementById("save");
    this.state = this.form.querySelector("[data-slot=state]");
    this.fields = NAMES.map((name) => this.form.elements[name]);
    this.base = null;
    this.timer = null;
    for (const field of this.fields) {
      field.addEventListener("input", () => this.#written());
      field.addEventListener("compositionend", () => this.#written());
      field.addEventListener("blur", () => this.flush());
      field.addEventListener("keydown", (event) => this.#key(event));
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.flush();
    });
    store.addEventListener("selection", () => this.show());
    store.addEventListener("segments", () => this.#refresh());
    window.addEventListener("online", () => this.flush());
    this.show();
    this.#replay();
  }

  get dirty() {
    return this.base !== null && NAMES.some((name) => this.#value(name) !== this.base[name]);
  }

  /** Show the selected segment; what was written for the last one is saved first. */
  show() {
    this.flush();
    const segment = this.store.selected;
    this.base = segment;
    if (!segment) return;
    const draft = drafts.find(this.store.video.id, segment.id);
    if (draft) this.base = { ...segment, ...draft.base };
    for (const name of NAMES) this.form.elements[name].value = draft?.words[name] ?? segment[name];
    this.#say(draft ? t("Not saved yet") : "");
    if (draft) this.#later(PAUSE_MS);
  }

  focus() {
    const field = this.form.querySelector("textarea");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  /** Save now what is not saved. */
  flush() {
    clearTimeout(this.timer);
    if (!this.dirty) return;
    const base = this.base;
    const words = Object.fromEntries(NAMES.map((name) => [name, this.#value(name)]));
    this.#save(base, words);
  }

  #value(name) {
    return this.form.elements[name].value.trim().replace(/\s+/g, " ");
  }

  #written() {
    if (!this.base) return;
    const words = Object.fromEntries(NAMES.map((name) => [name, this.#value(name)]));
    if (this.dirty) drafts.keep(this.store.video.id, this.base.id, this.base, words);
    else drafts.drop(this.store.video.id, this.base.id);
    this.#say(this.dirty ? t("Not saved yet") : "");
    this.#later(PAUSE_MS);
  }

  #later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      event.preventDefault();
      this.flush();
      event.target.blur();
    } else if (event.code === "Escape" && this.base) {
      for (const name of NAMES) this.form.elements[name].value = this.base[name];
      this.#written();
      event.target.blur();
    }
  }

  #save(base, words) {
    const changed = Object.fromEntries(
      NAMES.filter((name) => words[name] !== base[name]).map((name) => [name, words[name]]),
    );
    const here = () => this.base?.id === base.id;
    return this.store.queue(async () => {
      if (Object.keys(changed).length === 0) return;
      if (here()) this.#say(t("Saving…"));
      try {
        const result = await this.#send(base, changed);
        drafts.drop(this.store.video.id, base.id);
        if (here()) this.base = byId(result.segments, base.id) ?? this.base;
        this.store.accept(result);
        if (here()) this.#say(this.dirty ? t("Not saved yet") : t("Saved"), !this.dirty);
        if (here() && this.dirty) this.#later(PAUSE_MS);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        await this.#failed(error, base, words);
      }
    });
  }

  /** Another change of the same segment is no conflict unless it touched the same words. */
  async #send(base, changed, revision = base.revision) {
    const path = `/api/segments/${base.id}/caption`;
    try {
      return await post(path, { ...changed, expected_revision: revision });
    } catch (error) {
      if (error.status !== 409) throw error;
      const { current } = error.body;
      const untouched = Object.keys(changed).every((name) => current[name] === base[name]);
      if (!untouched || current.state !== "live") throw error;
      return post(path, { ...changed, expected_revision: current.revision });
    }
  }

  async #failed(error, base, words) {
    const here = this.base?.id === base.id;
    if (error.status === 409) {
      await this.#conflict(error, base, words);
    } else if (error.passing || error.status === 401) {
      if (here) this.#say(t("Kept here until the editor answers again"), false, true);
      else toast(error.message, { bad: true });
      this.#later(AGAIN_MS);
    } else {
      if (here) this.#say(t("Not saved: {reason}", { reason: error.message }), false, true);
      else toast(error.message, { bad: true });
    }
  }

  async #conflict(error, base, words) {
    const { current } = error.body;
    const choice = await askConflict(error.message, { ...words }, current);
    drafts.drop(this.store.video.id, base.id);
    if (choice === "mine") {
      const result = await this.#overwrite(current, words);
      if (result) this.store.accept(result);
    } else {
      this.store.dispatchEvent(new Event("stale"));
    }
    if (this.base?.id === base.id) {
      this.base = choice === "mine" ? (byId(this.store.segments, base.id) ?? current) : current;
      for (const name of NAMES) this.form.elements[name].value = this.base[name];
      this.#say(choice === "mine" ? t("Saved") : "", choice === "mine");
    }
  }

  async #overwrite(current, words) {
    try {
      const body = { ...words, expected_revision: current.revision };
      return await post(`/api/segments/${current.id}/caption`, body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message, { bad: true });
      return null;
    }
  }

  /** New state from the server: the fields follow unless someone is writing in them. */
  #refresh() {
    const segment = this.store.selected;
    if (!segment) {
      this.base = null;
      return;
    }
    if (this.dirty && this.base?.id === segment.id) return;
    this.base = segment;
    for (const name of NAMES) {
      if (this.form.elements[name].value !== segment[name]) {
        this.form.elements[name].value = segment[name];
      }
    }
  }

  /** Words left from an earlier visit are saved as soon as the page is back. */
  #replay() {
    for (const id of drafts.segmentsWithDrafts(this.store.video.id)) {
      const draft = drafts.find(this.store.video.id, id);
      const segment = byId(this.store.segments, id);
      if (!segment) drafts.drop(this.store.video.id, id);
      else if (id !== this.store.selectedId) this.#save({ ...segment, ...draft.base }, draft.words);
      if (segment) toast(t("Unsaved words from before were put back."));
    }
  }

  #say(text, good = false, bad = false) {
    this.state.textContent = text;
    this.state.classList.toggle("good", good);
    this.state.classList.toggle("bad", bad);
    this.button.disabled = !this.dirty;
  }
}
