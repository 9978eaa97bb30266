// Modals of the bot, and the question some buttons ask before they act.

import { byId, el, icon } from "./dom.js";
import { richText } from "./rich.js";

/** Resolves to true when the person confirms. */
export function askFirst(confirm, context) {
  const dialog = byId("question");
  return new Promise((resolve) => {
    const answer = (value) => () => {
      resolve(value);
      dialog.close();
    };
    dialog.replaceChildren(
      el("h2", {}, confirm.title.text),
      el("p", {}, richText(confirm.text, context)),
      el(
        "div",
        { class: "dialog-buttons" },
        el("button", { class: "b-button", onclick: answer(false) }, confirm.deny.text),
        el("button", { class: `b-button ${confirm.style ?? "primary"}`, onclick: answer(true) }, confirm.confirm.text),
      ),
    );
    dialog.onclose = () => resolve(false);
    dialog.showModal();
  });
}

/** Shows the view on top of the stack, or nothing; `send` and `close` talk to the sandbox. */
export class Modal {
  constructor(renderBlocks, { send, close }) {
    this.dialog = byId("modal");
    this.renderBlocks = renderBlocks;
    this.send = send;
    this.close = close;
    this.shown = "";
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (this.view) this.close(this.view);
    });
  }

  show(views, context) {
    const view = views.at(-1);
    this.view = view;
    if (!view) {
      this.shown = "";
      if (this.dialog.open) this.dialog.close();
      return;
    }
    if (this.shown === view.id + view.hash) return;
    this.shown = view.id + view.hash;
    this.dialog.replaceChildren(this.form(view, context));
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("[autofocus]")?.focus();
  }

  form(view, context) {
    const { words } = context;
    const close = () => this.close(view);
    const form = el(
      "form",
      { onsubmit: (event) => this.submit(event, view, context) },
      el(
        "header",
        {},
        el("h2", {}, view.title?.text ?? ""),
        el("button", { class: "icon-button", type: "button", "aria-label": words("close"), onclick: close }, icon("close")),
      ),
      el("div", { class: "modal-body" }, this.renderBlocks(view.blocks, context)),
      el(
        "div",
        { class: "dialog-buttons" },
        el("button", { class: "b-button", type: "button", onclick: close }, view.close?.text ?? words("cancel")),
        view.submit && el("button", { class: "b-button primary", type: "submit" }, view.submit.text),
      ),
    );
    form.noValidate = true;
    return form;
  }

  async submit(event, view, context) {
    event.preventDefault();
    const form = event.currentTarget;
    const values = {};
    const errors = {};
    for (const block of view.blocks.filter((one) => one.type === "input")) {
      const state = fieldState(form, block);
      values[block.block_id] = { [block.element.action_id]: state };
      if (!block.optional && isEmpty(state)) errors[block.block_id] = context.words("required");
    }
    if (Object.keys(errors).length === 0) Object.assign(errors, await this.send(view, values));
    for (const field of form.querySelectorAll(".b-input")) {
      const note = field.querySelector(".field-error");
      note.textContent = errors[field.dataset.block] ?? "";
      note.hidden = !note.textContent;
    }
  }
}

/** The state of one field as Slack sends it. */
function fieldState(form, block) {
  const { type, action_id: action, options = [] } = block.element;
  const holder = form.querySelector(`[data-block="${CSS.escape(block.block_id)}"]`);
  const picked = (values) => options.filter((option) => values.includes(option.value));
  switch (type) {
    case "checkboxes":
    case "radio_buttons": {
      const checked = picked([...holder.querySelectorAll("input:checked")].map((input) => input.value));
      return type === "checkboxes"
        ? { type, selected_options: checked }
        : { type, selected_option: checked[0] ?? null };
    }
    case "static_select":
      return { type, selected_option: picked([holder.querySelector("select").value])[0] ?? null };
    case "multi_static_select": {
      const chosen = [...holder.querySelector("select").selectedOptions].map((option) => option.value);
      return { type, selected_options: picked(chosen) };
    }
    case "datepicker":
      return { type, selected_date: holder.querySelector("input").value || null };
    default:
      return { type, value: holder.querySelector(`[name="${CSS.escape(action)}"]`).value || null };
  }
}

function isEmpty(state) {
  const value = state.value ?? state.selected_option ?? state.selected_date ?? state.selected_options;
  return value === null || value === undefined || value.length === 0;
}
