/** What the page knows: the server's truth, what is shown meanwhile, and what is selected. */

import * as algebra from "../segments.js";
import { Steps } from "./steps.js";

export class Store extends EventTarget {
  constructor(page) {
    super();
    this.me = page.me;
    this.timeline = page.timeline;
    this.shown = page.timeline.segments;
    this.selectedId = page.selected;
    this.tail = Promise.resolve();
    this.pending = 0;
    this.steps = new Steps();
  }

  get video() {
    return this.timeline.video;
  }

  /** Live segments by start, with what is being saved already applied. */
  get segments() {
    return this.shown;
  }

  get selected() {
    return algebra.byId(this.shown, this.selectedId);
  }

  /** Take the server's state; it replaces every guess. `step` says that it is what undo or redo
   * left; every other answer to a write is an action of its own. */
  accept(timeline, step = null) {
    this.timeline = timeline;
    if (step === "undo") this.steps.editUndone();
    else if (step === "redo") this.steps.editRedone();
    else if ("change_set_id" in timeline) this.steps.edited();
    this.shown = timeline.segments;
    if (this.selectedId !== null && !this.selected) this.#reselect();
    this.#tell("segments");
    this.#tell("timeline");
    const { touched, change_set_id } = timeline;
    if (step === null && change_set_id) {
      this.dispatchEvent(new CustomEvent("edited", { detail: { touched: touched ?? [] } }));
    }
  }

  /** Show an edit before the server has confirmed it. */
  guess(segments) {
    this.shown = segments;
    this.#tell("segments");
  }

  /** Give a guess up. */
  forget() {
    this.shown = this.timeline.segments;
    if (this.selectedId !== null && !this.selected) this.#reselect();
    this.#tell("segments");
  }

  select(id, detail = {}) {
    if (id === this.selectedId) return;
    this.selectedId = id;
    this.dispatchEvent(new CustomEvent("selection", { detail }));
  }

  /** Run writes one after the other, so each sees the revision the last one left. */
  queue(work) {
    const result = this.tail.then(work);
    this.pending += 1;
    document.body.dataset.saving = this.pending;
    this.tail = result.catch(() => null).then(() => this.#settled());
    return result;
  }

  #settled() {
    this.pending -= 1;
    if (this.pending) document.body.dataset.saving = this.pending;
    else delete document.body.dataset.saving;
  }

  #reselect() {
    this.selectedId = null;
    this.#tell("selection");
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(name, { detail: {} }));
  }
}
