// The composer: Enter sends, unless a Hangul syllable is still being composed; "/" offers commands.

import { byId, el, icon } from "./dom.js";

export class Composer {
  constructor(submit) {
    this.submit = submit;
    this.draft = byId("draft");
    this.list = byId("suggestions");
    this.thread = null;
    this.draft.addEventListener("input", () => this.refresh());
    this.draft.addEventListener("keydown", (event) => this.key(event));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  /** Words, placeholder and commands for one person in one conversation. */
  configure({ words, start, roomName }) {
    this.words = words;
    this.commands = start.commands;
    this.draft.placeholder = words("placeholder", { room: roomName });
    this.draft.setAttribute("aria-label", this.draft.placeholder);
    byId("send").setAttribute("aria-label", words("send"));
    byId("hint").textContent = words("hint", { command: start.commands[0] });
    this.replyTo(null);
    this.refresh();
  }

  fill(text) {
    this.draft.value = text;
    this.draft.focus();
    this.refresh();
  }

  replyTo(message, name = "") {
    this.thread = message?.ts ?? null;
    const note = byId("replying");
    note.hidden = !message;
    if (message) {
      note.replaceChildren(
        icon("thread"),
        this.words("replyingTo", { name }),
        el("button", { type: "button", class: "icon-button", "aria-label": this.words("cancel"), onclick: () => this.replyTo(null) }, icon("close")),
      );
      this.draft.focus();
    }
  }

  refresh() {
    this.draft.style.height = "auto";
    this.draft.style.height = `${Math.min(this.draft.scrollHeight, 160)}px`;
    byId("send").disabled = this.draft.value.trim() === "";
    const typed = this.draft.value;
    const fitting = typed.startsWith("/") && !typed.includes(" ")
      ? this.commands.filter((command) => command.startsWith(typed))
      : [];
    this.list.hidden = fitting.length === 0;
    this.list.replaceChildren(
      ...fitting.map((command, index) =>
        el(
          "li",
          { role: "option", "aria-selected": index === 0 ? "true" : "false", onclick: () => this.fill(`${command} `) },
          el("strong", {}, command),
          el("span", { class: "muted" }, this.words("commandHint")),
        ),
      ),
    );
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const offered = this.list.hidden ? null : this.list.querySelector("strong").textContent;
    if (offered && (event.key === "Tab" || (event.key === "Enter" && this.draft.value !== offered))) {
      event.preventDefault();
      this.fill(`${offered} `);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") {
      this.list.hidden = true;
      this.replyTo(null);
    }
  }

  send() {
    const text = this.draft.value.trim();
    if (!text) return;
    const thread = text.startsWith("/") ? null : this.thread;
    this.draft.value = "";
    this.replyTo(null);
    this.refresh();
    this.submit(text, thread);
  }
}
