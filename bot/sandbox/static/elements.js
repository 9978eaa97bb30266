// Interactive elements and pictures.

import { byId, el, icon } from "./dom.js";
import { askFirst } from "./dialogs.js";

export function renderElement(element, block, context) {
  return RENDER[element.type]?.(element, block, context) ?? null;
}

const RENDER = {
  image: picture,
  button,
  overflow,
  static_select: select,
  multi_static_select: select,
  checkboxes: choices,
  radio_buttons: choices,
  datepicker: (element, block, context) =>
    el("input", {
      type: "date",
      id: element.id,
      name: element.action_id,
      value: element.initial_date,
      onchange: (event) => pressed(element, block, context, event.target, event.target.value),
    }),
  plain_text_input: (element) =>
    el(element.multiline ? "textarea" : "input", {
      id: element.id,
      name: element.action_id,
      value: element.initial_value ?? "",
      placeholder: element.placeholder?.text,
      maxLength: element.max_length ?? 3000,
      autofocus: element.focus_on_load ?? false,
      autocomplete: "off",
    }),
};

/** Uploaded pictures come from the sandbox; it fetches nothing from elsewhere. */
function picture(element, _block, { words }) {
  const file = element.slack_file?.id;
  if (!file) {
    const host = element.image_url ? new URL(element.image_url).host : "";
    return el("span", { class: "picture-outside" }, words("pictureOutside", { host }));
  }
  const source = `/files/${file}`;
  const show = () => {
    const dialog = byId("picture");
    dialog.replaceChildren(
      el("img", { src: source, alt: element.alt_text }),
      el("p", {}, element.alt_text),
      el("button", { class: "icon-button", "aria-label": words("close"), onclick: () => dialog.close() }, icon("close")),
    );
    dialog.onclick = (event) => event.target === dialog && dialog.close();
    dialog.showModal();
  };
  return el(
    "button",
    { class: "thumbnail", type: "button", "aria-label": `${words("picture")}: ${element.alt_text}`, onclick: show },
    el("img", { src: source, alt: element.alt_text, loading: "lazy" }),
  );
}

function button(element, block, context) {
  const properties = {
    class: `b-button ${element.style ?? ""}`,
    "aria-label": element.accessibility_label,
    onclick: (event) => pressed(element, block, context, event.currentTarget),
  };
  if (!element.url) return el("button", { ...properties, type: "button" }, element.text.text);
  // A link opens in the browser, and the app is told as well.
  return el(
    "a",
    { ...properties, href: element.url, target: "_blank", rel: "noopener noreferrer" },
    element.text.text,
  );
}

function overflow(element, block, context) {
  const menu = el("details", { class: "overflow" });
  const choose = (option) => {
    menu.open = false;
    pressed(element, block, context, menu, option.value);
  };
  menu.append(
    el("summary", { "aria-label": context.words("more") }, icon("more")),
    el(
      "ul",
      {},
      element.options.map((option) =>
        el("li", {}, el("button", { type: "button", onclick: () => choose(option) }, option.text.text)),
      ),
    ),
  );
  return menu;
}

function select(element, block, context) {
  const initial = [element.initial_option, ...(element.initial_options ?? [])].map((option) => option?.value);
  const options = element.options.map((option) =>
    el("option", { value: option.value, selected: initial.includes(option.value) }, option.text.text),
  );
  const several = element.type === "multi_static_select";
  const prompt = el("option", { value: "" }, element.placeholder?.text ?? context.words("choose"));
  return el(
    "select",
    {
      id: element.id,
      name: element.action_id,
      multiple: several,
      onchange: (event) => pressed(element, block, context, event.target, event.target.value),
    },
    several || element.initial_option ? null : prompt,
    options,
  );
}

function choices(element, block, context) {
  const initial = [element.initial_option, ...(element.initial_options ?? [])].map((option) => option?.value);
  const name = `${block.block_id}-${element.action_id}`;
  return el(
    "div",
    { class: "choices", id: element.id, dataset: { name: element.action_id } },
    element.options.map((option) =>
      el(
        "label",
        {},
        el("input", {
          type: element.type === "checkboxes" ? "checkbox" : "radio",
          name,
          value: option.value,
          checked: initial.includes(option.value),
          onchange: (event) => pressed(element, block, context, event.target, option.value),
        }),
        option.text.text,
      ),
    ),
  );
}

/** Tell the bot, after the question the element may ask first; inputs of a modal only hold a value. */
async function pressed(element, block, context, target, chosen) {
  if (block.type === "input" || (chosen === "" && element.type !== "button")) return;
  if (element.confirm && !(await askFirst(element.confirm, context))) return;
  target.classList.add("pressed");
  try {
    await context.press(block, element, chosen);
  } finally {
    target.classList.remove("pressed");
  }
}
