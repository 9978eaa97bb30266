/** The captions of the selected segment: saved within a second of the last key, never lost. */

import { ApiError, get, post } from "../api.js";
import { askConflict } from "../dialogs.js";
import { byId } from "../segments.js";
import { t } from "../strings.js";
import { toast } from "../toast.js";
import * as drafts from "./drafts.js";
import { LostWords } from "./lost_words.js";

const PAUSE_MS = 900;
const AGAIN_MS = 5000;
const NAMES = ["caption", "caption_ko"];

const tidy = (text) => text.replace(/[\s\p{Cc}]+/gu, " ").trim();
const same = (a, b) => NAMES.every((name) => a[name] === b[name]);

export class Captions {
  constructor(store) {
    this.store = store;
    this.form = document.getElementById("captions");
    this.button = document.getElementById("save");
    this.state = this.form.querySelector("[data-slot=state]");
    this.base = null;
    // Segment id -> what was written on which version of it, until the server has it.
    this.pending = new Map();
    this.inFlight = new Set();
    this.lost = new LostWords(store, (id) => this.#forget(id));
    this.timer = null;
    for (const name of NAMES) {
      const field = this.form.elements[name];
      field.addEventListener("input", () => this.#written());
      field.addEventListener("blur", () => this.flush());
      field.addEventListener("keydown", (event) => this.#key(event));
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.flush();
    });
    store.addEventListener("selection", () => this.#show());
    store.addEventListener("segments", () => this.#refresh());
    store.addEventListener("timeline", () => this.#found());
    window.addEventListener("online", () => this.flush());
    this.#recall();
    this.#show();
  }

  get dirty() {
    return this.base !== null && this.pending.has(this.base.id);
  }

  focus() {
    const field = this.form.querySelector("textarea");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  /** Save now what is not saved. */
  flush() {
    clearTimeout(this.timer);
    for (const id of this.pending.keys()) this.#save(id);
  }

  /** Fill the fields for the selected segment; what was written for the last one is saved. */
  #show() {
    this.flush();
    const segment = this.store.selected;
    const written = segment && this.pending.get(segment.id);
    this.base = written ? written.base : segment;
    if (segment) this.#fill(written ? written.words : segment);
    this.#say(written ? t("Not saved yet") : "");
  }

  /** New state from the server: the fields follow unless someone has written in them. */
  #refresh() {
    const segment = this.store.selected;
    if (!segment || this.pending.has(segment.id)) return;
    this.base = segment;
    this.#fill(segment);
  }

  #fill(words) {
    for (const name of NAMES) {
      const field = this.form.elements[name];
      if (tidy(field.value) !== words[name]) field.value = words[name];
    }
  }

  #written() {
    if (!this.base) return;
    const words = Object.fromEntries(NAMES.map((name) => [name, tidy(this.form.elements[name].value)]));
    if (same(words, this.base)) this.#forget(this.base.id);
    else {
      this.pending.set(this.base.id, { base: this.base, words });
      drafts.keep(this.store.video.id, this.base.id, this.base, words);
    }
    this.#say(this.dirty ? t("Not saved yet") : "");
    this.#later(PAUSE_MS);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      event.preventDefault();
      event.target.blur();
    } else if (event.code === "Escape" && this.base) {
      this.#forget(this.base.id);
      this.#fill(this.base);
      this.#say("");
      event.target.blur();
    }
  }

  #later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms);
  }

  /** One save of a segment at a time; what is written meanwhile follows it. */
  #save(id) {
    if (this.inFlight.has(id)) return;
    this.inFlight.add(id);
    this.store.queue(async () => {
      const entry = this.pending.get(id);
      try {
        if (entry) await this.#attempt(id, entry);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (entry && (await this.#isGone(id, error))) this.#lose(id);
        else this.#failed(error, id);
      } finally {
        this.inFlight.delete(id);
      }
    });
  }

  async #attempt(id, entry) {
    if (this.base?.id === id) this.#say(t("Saving…"));
    const changed = Object.fromEntries(
      NAMES.filter((name) => entry.words[name] !== entry.base[name]).map((name) => [name, entry.words[name]]),
    );
    try {
      this.#stored(id, entry, await this.#send(entry.base, changed));
    } catch (error) {
      if (error.status !== 409) throw error;
      await this.#conflict(id, entry, error);
    }
  }

  /** Another change of the same segment is no conflict unless it touched the same words. */
  async #send(base, changed) {
    const path = `/api/segments/${base.id}/caption`;
    try {
      return await post(path, { ...changed, expected_revision: base.revision });
    } catch (error) {
      const { current } = error.body ?? {};
      if (error.status !== 409 || current.state !== "live") throw error;
      const names = Object.keys(changed);
      if (names.every((name) => current[name] === changed[name])) return this.#timeline();
      if (names.some((name) => current[name] !== base[name])) throw error;
      return post(path, { ...changed, expected_revision: current.revision });
    }
  }

  #stored(id, entry, timeline) {
    const segment = byId(timeline.segments, id);
    const written = this.pending.get(id);
    const newer = written && written.words !== entry.words;
    if (newer && !segment) this.#lose(id);
    else if (newer && !same(written.words, segment)) {
      written.base = segment;
      this.#later(PAUSE_MS);
    } else this.#forget(id);
    if (this.base?.id === id && segment) this.base = segment;
    this.store.accept(timeline);
    if (this.base?.id === id) this.#say(this.dirty ? t("Not saved yet") : t("Saved"), !this.dirty);
  }

  async #conflict(id, entry, error) {
    const { current } = error.body;
    if (current.state !== "live") {
      this.#lose(id);
      this.store.accept(await this.#timeline());
      return;
    }
    const mine = (await askConflict(error.message, entry.words, current)) === "mine";
    if (mine) {
      const body = { ...entry.words, expected_revision: current.revision };
      this.#stored(id, entry, await post(`/api/segments/${id}/caption`, body));
      return;
    }
    this.#forget(id);
    this.store.accept(await this.#timeline());
    if (this.base?.id === id) this.#say("");
  }

  #failed(error, id) {
    const passing = error.passing || error.status === 401;
    const words = passing
      ? t("Kept here until the editor answers again")
      : t("Not saved: {reason}", { reason: error.message });
    if (this.base?.id === id) this.#say(words, false, true);
    else toast(error.message, { bad: true });
    if (passing) this.#later(AGAIN_MS);
  }

  #timeline() {
    return get(`/api/videos/${this.store.video.id}/timeline`);
  }

  #forget(id) {
    this.pending.delete(id);
    drafts.drop(this.store.video.id, id);
  }

  /** Words for a segment that was deleted or merged: kept and shown, with the ways on. */
  #lose(id) {
    const entry = this.pending.get(id);
    this.pending.delete(id);
    if (entry) this.lost.keep(id, entry);
  }

  /** A segment that came back takes its words again. */
  #found() {
    for (const [id, entry] of this.lost.takeBack()) {
      this.pending.set(id, entry);
      this.#later(PAUSE_MS);
    }
  }

  /** True where a save failed because its segment is no longer there. */
  async #isGone(id, error) {
    if (error.status !== 404 && error.status !== 422) return false;
    const timeline = await this.#timeline().catch(() => null);
    if (timeline) this.store.accept(timeline);
    return timeline ? !byId(timeline.segments, id) : error.status === 404;
  }

  /** Words left from an earlier visit are saved as soon as the page is back. */
  #recall() {
    for (const id of drafts.segmentsWithDrafts(this.store.video.id)) {
      const segment = byId(this.store.segments, id);
      const draft = drafts.find(this.store.video.id, id);
      if (!segment) this.lost.keep(id, { base: { id, ...draft.base }, words: draft.words });
      else if (same(draft.words, segment)) this.#forget(id);
      else {
        this.pending.set(id, { base: { ...segment, ...draft.base }, words: draft.words });
        toast(t("Unsaved words from before were put back."));
      }
    }
  }

  #say(text, good = false, bad = false) {
    this.state.textContent = text;
    this.state.classList.toggle("good", good);
    this.state.classList.toggle("bad", bad);
    this.button.disabled = !this.dirty;
  }
}
