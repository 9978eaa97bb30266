/** Which action of this page Undo means: an edit of the video, or something said about people. Each
 * has its history on the server, which is the truth; what is kept here is only their order. */

import { undo as undoPeople } from "../people/operations.js";

const EDIT = null;

export class Steps extends EventTarget {
  constructor() {
    super();
    this.done = [];
    this.undone = [];
  }

  /** Note an edit of the video. */
  edited() {
    this.#note(EDIT);
  }

  /** Note an operation on people. */
  said(changeId) {
    this.#note(changeId);
  }

  get nextIsPeople() {
    return typeof this.done.at(-1) === "number";
  }

  get nextAgainIsPeople() {
    return typeof this.undone.at(-1) === "number";
  }

  /** Take the last thing said about people back; resolves to what changed. */
  async undoPeople() {
    const outcome = await undoPeople(this.done.at(-1));
    this.done.pop();
    this.#move(this.undone, outcome.change_id);
    return outcome;
  }

  async redoPeople() {
    const outcome = await undoPeople(this.undone.at(-1));
    this.undone.pop();
    this.#move(this.done, outcome.change_id);
    return outcome;
  }

  /** The server took an edit back. */
  editUndone() {
    this.done.pop();
    this.#move(this.undone, EDIT);
  }

  editRedone() {
    this.undone.pop();
    this.#move(this.done, EDIT);
  }

  #note(step) {
    this.undone = [];
    this.#move(this.done, step);
  }

  #move(stack, step) {
    stack.push(step);
    this.dispatchEvent(new Event("changed"));
  }
}
